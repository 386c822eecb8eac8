#!/usr/bin/env python3
"""Read a script of commands from standard input, run chatroom nodes, and print their answers.

  <id> start <n> <port>    start ./process <id> <n> <port>; ports 10000..65535, n 1..1000
  <id> get                 ask the node; its answer is printed exactly as it was sent:
  <id> alive                 `messages m1,m2`, `alive 0,2`, `count 5`
  <id> count
  <id> broadcast <text>    everything after one space; there is no answer
  <id> crash               SIGKILL of the node's process group
  <id> pause, resume       SIGSTOP and SIGCONT of the group
  sleep <ms>               at most 3600000
  exit                     or the end of the script: all nodes are ended, exit status 0

Blank lines are ignored. Lines may end with LF or CR LF; the last one needs no line end. The script
may be UTF-8, with or without a byte order mark, or UTF-16 with one.

If a command is wrong, nothing is sent to a node, and one of these lines is printed:
  Invalid port: <port>     the port is not a number, is outside 10000..65535, or is in use
  Invalid pid: <id>        the node was never started, has ended, or its id is outside 0..n-1; or
                           the command does not fit: start of a node that runs, resume of one that
                           is not paused, get, alive, count or pause of one that is paused
  Invalid command: <line>  anything else
If a node answers a broadcast with an error, this answer is printed when it arrives.

After start and resume, master.py waits up to 3 s until all running nodes agree on who is alive.
After crash and pause, it waits up to 1 s until no other node shows this node as alive. If the time
is over before, or if a node does not answer within 10 s, this is reported on standard error and the
script continues. With --lab-timing it sleeps instead, 3 s after each start and 1 s after each
crash, pause and resume, and gives up after 120 s with exit status 1.

A node that ends by itself is reported on standard error, with its status and its last lines.

SIGINT, SIGTERM and SIGHUP end all nodes and this program (exit status 128 + signal number), unless
they were ignored when it was started.
"""
import argparse
import pathlib
import sys
from typing import Iterator

from lab import arguments, checkout, child, tool
from lab.grid import ANSWER_SECONDS, Grid
from lab.loop import Loop, OutOfTime, OutputClosed, Stopped
from lab.script import ASKING, Command, Refused, parse
from lab.text import Lines, Unreadable

LAB_SECONDS_MAX = 120.0
DEBUG_BYTES_MAX = 200


class Report:
    """Answers to standard output, reports to standard error."""

    def __init__(self, loop: Loop, debugging: bool) -> None:
        self._loop, self._debugging = loop, debugging

    def show(self, line: bytes) -> None:
        self._loop.write(1, line)

    def say(self, text: str) -> None:
        tool.say("master", text)

    def debug(self, text: str) -> None:
        if self._debugging:
            self.say(text)

    def debug_line(self, text: str, line: bytes) -> None:
        if self._debugging:
            start = line[:DEBUG_BYTES_MAX].decode("utf-8", "backslashreplace")
            more = f"... ({len(line)} bytes)" if len(line) > DEBUG_BYTES_MAX else ""
            self.say(f"{text} {start}{more}")


def script_lines(loop: Loop) -> Iterator[bytes]:
    """The lines of standard input without their ends; waits for each while serving the nodes."""
    lines = Lines()
    while True:
        try:
            data = loop.read_when_ready(0)
        except OSError as error:
            raise OSError(error.errno, error.strerror, "standard input") from None
        if not data:
            break
        yield from lines.feed(data)
    yield from lines.end()


def carry_out(command: Command, grid: Grid, loop: Loop) -> None:
    if command.verb == b"sleep":
        loop.sleep(command.sleep_ms / 1000)
    elif command.verb == b"start":
        grid.start(command.node, command.n, command.port)
    elif command.verb == b"broadcast":
        grid.broadcast(command.node, command.text)
    elif command.verb in ASKING:
        grid.ask(command.node, command.verb)
    elif command.verb == b"crash":
        grid.crash(command.node)
    elif command.verb == b"pause":
        grid.pause(command.node)
    elif command.verb == b"resume":
        grid.resume(command.node)
    else:
        raise AssertionError(f"verb {command.verb!r} has a parser but no action")


def run_script(grid: Grid, loop: Loop, report: Report) -> None:
    for line in script_lines(loop):
        if not line.strip():
            continue
        try:
            command = parse(line)
            if command.verb == b"exit":
                return
            report.debug_line("script:", line)
            carry_out(command, grid, loop)
        except Refused as refusal:
            report.show(refusal.message + b"\n")
        loop.check()


def parse_arguments() -> argparse.Namespace:
    parser = arguments.Parser("master.py", __doc__)
    parser.add_argument("debug", nargs="?", choices=["debug"],
                        help="print on standard error every line sent and received (of the "
                             "program's own polling only answers that changed), what it waits "
                             "for, and what the nodes log")
    parser.add_argument("--lab-timing", action="store_true",
                        help="sleep as the lab's own master does; 120 s for the whole script")
    parser.add_argument("--process", metavar="DIR", default=str(checkout.PYTHON_DIR),
                        help="folder with the executable `process` (default: this program's)")
    arguments.add_base_port(parser)
    parser.add_argument("--answer-seconds", metavar="S", default=ANSWER_SECONDS,
                        type=arguments.seconds(0.001, 1e6),
                        help="maximum time for a node to answer, or to read what is sent "
                             "(default: %(default)g)")
    parser.add_argument("--log-dir", metavar="DIR", type=pathlib.Path,
                        help="append what node <id> logs to DIR/node-<id>.log")
    parser.add_argument("--version", action="version", version=f"ovid {checkout.version()}")
    options = parser.parse_args()
    options.process = arguments.process_folder(parser, options.process)
    arguments.settle_base_port(parser, options)
    if options.log_dir:
        try:
            options.log_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--log-dir: {tool.reason(error)}")
    return options


def run(grid: Grid, loop: Loop, report: Report) -> int:
    try:
        run_script(grid, loop, report)
    except Stopped as stopped:
        return 128 + stopped.signum
    except OutOfTime:
        report.say(f"gave up: {LAB_SECONDS_MAX:g} s have passed")
        return 1
    except Unreadable as found:
        report.say(f"script: {found}")
        return 1
    except OutputClosed as closed:
        if not closed.unread:
            report.say(f"standard output: {closed}")
        return 1
    finally:
        grid.end()
    return 1 if grid.lost_words else 0


def main() -> int:
    options = parse_arguments()
    child.adopt_orphans()
    child.want_descriptors()
    loop = Loop(LAB_SECONDS_MAX if options.lab_timing else None)
    report = Report(loop, bool(options.debug))
    grid = Grid(loop, options.process, report, lab_timing=options.lab_timing,
                answer_seconds=options.answer_seconds,
                log_dir=options.log_dir, logs_to_stderr=bool(options.debug))
    return run(grid, loop, report)


if __name__ == "__main__":
    sys.exit(tool.run("master", main))
