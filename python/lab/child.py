"""Processes: groups that end as a whole, orphans, and children that end with their parent.

Portable except for prctl (Linux); without it, a killed master may leave its nodes behind.
"""
import ctypes
import os
import resource
import signal
import time
from typing import Callable, Iterable, List, Optional

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_END_SECONDS_MAX = 2.0

_descriptors_at_start = resource.getrlimit(resource.RLIMIT_NOFILE)

try:
    _prctl: Optional[Callable[..., int]] = ctypes.CDLL(None).prctl
except (AttributeError, OSError):
    _prctl = None


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parents die, so that they can be reaped."""
    if _prctl:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def on_ending_signals(handler: Callable[[int, object], None]) -> None:
    """Handle SIGINT, SIGTERM and SIGHUP, except those that were ignored at the start."""
    for signum in ENDING:
        if signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, handler)


def dies_with_parent(signum: int) -> Callable[[], None]:
    """A preexec_fn: the child gets this signal as soon as the process that started it is gone.

    The child does not inherit that SIGTERM is ignored or blocked, because SIGTERM ends children. It
    inherits other ignored signals. Its limit of descriptors is the one this program started with.
    """
    parent = os.getpid()

    def arrange() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
        resource.setrlimit(resource.RLIMIT_NOFILE, _descriptors_at_start)
        if _prctl:
            _prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), signum)

    return arrange


def want_descriptors() -> None:
    """Raise the limit as far as allowed; a run with many nodes needs two descriptors for each."""
    most = _descriptors_at_start[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        pass


def how_it_ended(status: int) -> str:
    """Text for a status (negative: a signal)."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def exit_status(pid: int) -> Optional[int]:
    """How a child ended (negative: by which signal), None while it runs; does not reap it."""
    try:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    if ended is None:
        return None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def signal_group(group: int, signum: int) -> None:
    try:
        os.killpg(group, signum)
    except (ProcessLookupError, PermissionError):
        pass


def end_groups(groups: Iterable[int]) -> List[int]:
    """SIGKILL the groups and reap their members; returns the groups that did not end."""
    left = list(groups)
    for group in left:
        signal_group(group, signal.SIGKILL)
    end = time.monotonic() + _END_SECONDS_MAX
    while True:
        left = [group for group in left if not _group_is_gone(group)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.001)


def _group_is_gone(group: int) -> bool:
    try:
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def descendants() -> Optional[List[int]]:
    """All descendants of this process, including zombies; None if /proc does not show them."""
    children: "dict[int, list[int]]" = {}
    try:
        if os.readlink("/proc/self") != str(os.getpid()):
            return None  # it numbers the processes of another namespace
        names = os.listdir("/proc")
    except OSError:
        return None
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(name))
    found = list(children.get(os.getpid(), ()))
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def end_descendants() -> str:
    """SIGKILL and reap every descendant of this process; returns those that did not end."""
    end = time.monotonic() + _END_SECONDS_MAX
    while True:
        left = descendants()
        for pid in left or ():
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        reaped_all = _reap()
        if reaped_all if left is None else not left:
            return ""
        if time.monotonic() > end:
            return ", ".join(map(str, left)) if left else "which ones cannot be told without /proc"
        time.sleep(0.001)


def _reap() -> bool:
    """Whether no child is left; orphans that were adopted count."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False
