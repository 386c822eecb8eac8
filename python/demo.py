#!/usr/bin/env python3
"""Show three nodes of the chatroom: they meet, talk, lose one of them, and get it back.

Gives master.py one line after the other, shows each with the answer, and says what it means. What
is shown is what happened: if an answer is not what the story says, the demo ends with status 1.
"""
import argparse
import contextlib
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time
from typing import Dict, Iterable, List, Tuple

from lab import arguments, checkout, child, tool

NODES = 3
MASTER_PORT = 10000
SECONDS_MAX = 13.0
READING_SECONDS = 1.2
HEARING_SECONDS_MAX = 2.0
ENDING_SECONDS_MAX = 2.0


class Interrupted(BaseException):
    """A signal asked the demo to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Failed(Exception):
    """The demo cannot continue; the text is the reason."""


class Page:
    """Prints the demo; on a terminal in colours and with time to read."""

    def __init__(self) -> None:
        terminal = sys.stdout.isatty()
        self._pausing = terminal
        self._colours = terminal and "NO_COLOR" not in os.environ \
            and os.environ.get("TERM", "dumb") != "dumb"
        self._steps = 0

    def _paint(self, code: int, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colours else text

    def title(self, text: str) -> None:
        tool.show(self._paint(1, text))

    def step(self, title: str, *words: str) -> None:
        if self._pausing and self._steps:
            time.sleep(READING_SECONDS)
        self._steps += 1
        tool.show("\n" + self._paint(1, f"{self._steps}. {title}"))
        self.tell(*words)

    def tell(self, *words: str) -> None:
        for line in words:
            tool.show("   " + line)

    def told(self, line: str, answer: str = "") -> None:
        """A line that was given to the master, and the answer of the node."""
        if answer:
            line = self._paint(36, line.ljust(8)) + "  " + self._paint(32, answer)
        else:
            line = self._paint(36, line)
        tool.show("     " + line)

    def result(self, text: str) -> None:
        tool.show("   " + self._paint(33, text))


class Master:
    """master.py at the other end of a pipe; its nodes end with it."""

    def __init__(self, process_dir: pathlib.Path, folder: pathlib.Path, base_port: int) -> None:
        self._logs, self._words = folder / "nodes", folder / "words"
        self._end = time.monotonic() + SECONDS_MAX
        self._received = b""
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(
                [sys.executable, str(checkout.PYTHON_DIR / "master.py"), "--process",
                 str(process_dir), "--log-dir", str(self._logs), "--base-port", str(base_port)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, bufsize=0,
                start_new_session=True, preexec_fn=child.dies_with_parent(signal.SIGTERM))

    def do(self, line: str) -> None:
        """Give a line that has no answer."""
        assert self._process.stdin
        try:
            self._process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            raise Failed(f"no `{line}`: {self._ended()}") from None

    def ask(self, line: str) -> str:
        """Give a line that has one answer, and wait for it."""
        self.do(line)
        assert self._process.stdout
        while b"\n" not in self._received:
            left = self._end - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise Failed(f"no answer to `{line}`: the demo's {SECONDS_MAX:g} s are over")
            data = self._process.stdout.read(65536)
            if not data:
                raise Failed(f"no answer to `{line}`: {self._ended()}")
            self._received += data
        answer, _, self._received = self._received.partition(b"\n")
        return answer.decode("utf-8", "replace")

    def end(self) -> None:
        """Let it end its nodes; force it if it does not."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(ENDING_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.stop()

    def stop(self) -> None:
        """End it and everything below it, whatever they are doing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(ENDING_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        child.end_descendants()

    def evidence(self) -> List[str]:
        """The last lines of the master and of the nodes."""
        sources = [self._words]
        lines: List[str] = []
        with contextlib.suppress(OSError):
            sources += sorted(self._logs.iterdir())
        for source in sources:
            with contextlib.suppress(OSError):
                lines += source.read_text("utf-8", "replace").splitlines()[-3:]
        return lines

    def _ended(self) -> str:
        try:
            status = self._process.wait(ENDING_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return "master.py neither reads nor answers"
        return f"master.py has ended, {child.how_it_ended(status)}"


class Story:
    """What is shown, step by step."""

    def __init__(self, master: Master, page: Page) -> None:
        self._master, self._page = master, page

    def tell(self) -> None:
        self._meet()
        self._talk()
        self._lose()
        self._return()

    def _meet(self) -> None:
        self._page.step("Three nodes start",
                        "Each is a process that knows its number and that there are three. The",
                        "nodes find each other without a server.")
        for node in range(NODES):
            took = self._settle(f"{node} start {NODES} {MASTER_PORT + node}", asked=node)
        self._everybody("alive", range(NODES), "alive 0,1,2",
                        f"All see all, {took:.0f} ms after the last one was started:")

    def _talk(self) -> None:
        self._page.step("They talk",
                        "A broadcast reaches every node, its sender too; get shows a node's log.")
        log = []
        for node, text in enumerate(("Good morning!", "Coffee?", "Yes please.")):
            log.append(text)
            self._broadcast(node, text, {each: len(log) for each in range(NODES)})
        self._everybody("get", range(NODES), "messages " + ",".join(log))

    def _lose(self) -> None:
        self._page.step("Node 1 crashes",
                        "SIGKILL: the node cannot announce its end. The others have to notice it.")
        took = self._settle("1 crash", asked=0)
        self._everybody("alive", (0, 2), "alive 0,2",
                        f"Both survivors have noticed within {took:.0f} ms, and continue without "
                        "it:")
        self._broadcast(2, "Where is 1?", {0: 4, 2: 4})

    def _return(self) -> None:
        self._page.step("Node 1 comes back",
                        "Same number, same port, but a new incarnation: its log is empty, and no",
                        "message to its former incarnation reaches it.")
        took = self._settle(f"1 start {NODES} {MASTER_PORT + 1}", asked=1)
        self._everybody("alive", range(NODES), "alive 0,1,2",
                        f"All see all again, {took:.0f} ms after its start:")
        self._answer("1 get", "messages ")
        self._broadcast(1, "I am back.", {0: 5, 1: 1, 2: 5})
        self._answer("1 get", "messages I am back.")
        for node in (0, 2):
            self._answer(f"{node} get",
                         "messages Good morning!,Coffee?,Yes please.,Where is 1?,I am back.")

    def _settle(self, line: str, asked: int) -> float:
        """Start or crash; how many milliseconds until all running nodes agree on who is alive.

        master.py waits for that before it takes the next line, so any answer shows that it is so.
        """
        self._page.told(line)
        began = time.monotonic()
        self._master.do(line)
        self._count(asked)
        return (time.monotonic() - began) * 1000

    def _count(self, node: int) -> int:
        """How many messages the node has; raises Failed if it does not answer with a number."""
        line = f"{node} count"
        word, _, number = self._master.ask(line).partition(" ")
        if word != "count" or not number.isdigit():
            raise Failed(f"the answer to `{line}` was `{word} {number}`")
        return int(number)

    def _everybody(self, verb: str, nodes: Iterable[int], expected: str, result: str = "") -> None:
        """Ask each of them; the result is shown if all answers are as expected."""
        lines = [f"{node} {verb}" for node in nodes]
        answers = [(line, self._master.ask(line)) for line in lines]
        if result and all(answer == expected for _, answer in answers):
            self._page.result(result)
        for line, answer in answers:
            self._show(line, answer, expected)

    def _answer(self, line: str, expected: str) -> None:
        self._show(line, self._master.ask(line), expected)

    def _show(self, line: str, answer: str, expected: str) -> None:
        self._page.told(line, answer)
        if answer != expected:
            raise Failed(f"the answer to `{line}` should have been `{expected}`")

    def _broadcast(self, node: int, text: str, counts: Dict[int, int]) -> None:
        """Send, and wait until each of these nodes has so many messages in its log."""
        line = f"{node} broadcast {text}"
        self._page.told(line)
        self._master.do(line)
        end = time.monotonic() + HEARING_SECONDS_MAX
        for receiver, count in counts.items():
            while self._count(receiver) != count:
                if time.monotonic() > end:
                    raise Failed(f"node {receiver} has not received `{text}`")
                time.sleep(0.002)


def taken_ports(base_port: int) -> List[int]:
    """Those of the demo's ports that other programs use."""
    ports = [first + node for first in (MASTER_PORT, base_port) for node in range(NODES)]
    return [port for port in ports if not checkout.port_is_free(port)]


def complain(*lines: str) -> int:
    for line in lines:
        tool.say("demo", line)
    return 1


def show(options: argparse.Namespace, page: Page) -> int:
    taken = taken_ports(options.base_port)
    if taken:
        return complain(f"another program uses port {', '.join(map(str, taken))}.",
                        "`ss -ltnp` shows which; python/stopall ends nodes of this checkout; "
                        f"{arguments.BASE_PORT}=20000 ./demo uses 20000-20002 instead of "
                        f"{options.base_port}-{options.base_port + NODES - 1}.")
    page.title(f"Ovid {checkout.version()}: a chatroom of three nodes, without a server")
    with tempfile.TemporaryDirectory(prefix="ovid-demo-") as folder:
        master = Master(options.process, pathlib.Path(folder), options.base_port)
        try:
            Story(master, page).tell()
            master.end()
        except Failed as failure:
            return complain(f"{failure}.", *("  " + line for line in master.evidence()))
        finally:
            master.stop()
    left = taken_ports(options.base_port)
    if left:
        return complain(f"the nodes have ended, but the ports {left} are still in use")
    page.step("The end",
              "All nodes have ended, and their ports are free again. To try it yourself, run",
              "`python3 python/master.py` and type the lines that you saw; ./check runs",
              "every test.")
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = arguments.Parser("demo.py", __doc__)
    parser.add_argument("--process", metavar="DIR", default=str(checkout.PYTHON_DIR),
                        help="folder with the executable `process` (default: this program's)")
    arguments.add_base_port(parser)
    parser.add_argument("--version", action="version", version=f"ovid {checkout.version()}")
    options = parser.parse_args()
    options.process = arguments.process_folder(parser, options.process)
    arguments.settle_base_port(parser, options, NODES)
    return options


def interrupt(signum: int, _frame: object) -> None:
    for other in child.ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(signum)


def main() -> int:
    options = parse_arguments()
    child.adopt_orphans()
    child.on_ending_signals(interrupt)
    try:
        return show(options, Page())
    except Interrupted as interrupted:
        child.end_descendants()
        tool.say("\ndemo", "interrupted; nothing is left running")
        return 128 + interrupted.signum
    finally:
        child.end_descendants()


if __name__ == "__main__":
    sys.exit(tool.run("demo", main))
