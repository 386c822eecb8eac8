"""Network namespaces: all ports are free, and they vanish with their last process."""
import ctypes
import fcntl
import os
import pathlib
import socket
import struct
from typing import Dict

from .tool import reason

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8913, 0x8914
_IFF_UP = 1
_SETTINGS = pathlib.Path("/proc/sys/net/ipv4")
_PORT_SETTINGS = ("ip_local_port_range", "ip_local_reserved_ports")


def enter() -> None:
    """Move this process, which must have one thread, into a new namespace with `lo` up.

    If that is not allowed, it gets a new user namespace as well. Raises OSError.
    """
    ports = _port_settings()
    uid, gid = os.geteuid(), os.getegid()
    try:
        _unshare(_CLONE_NEWNET)
    except PermissionError:
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _raise_loopback()
    for name, text in ports.items():
        try:
            _write(str(_SETTINGS / name), text)
        except OSError:
            pass  # then the kernel's defaults apply


def refusal() -> str:
    """Why no namespace can be made here (a child tries it); empty if it can."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            enter()
        except OSError as error:
            os.write(theirs, reason(error).encode("utf-8", "backslashreplace"))
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as said:
        text = said.read().decode("utf-8", "replace")
    os.waitpid(pid, 0)
    return text


def _port_settings() -> Dict[str, str]:
    """Which ports the kernel may take for itself: a new namespace knows only the defaults."""
    found = {}
    for name in _PORT_SETTINGS:
        try:
            found[name] = (_SETTINGS / name).read_text(encoding="ascii")
        except (OSError, ValueError):
            pass
    return found


def _unshare(what: int) -> None:
    try:
        call = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):
        raise OSError("this system has no namespaces") from None
    if call(what) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))
