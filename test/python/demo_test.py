"""demo.py with the real node: its output, its exit statuses, and nothing left behind."""
import os
import pathlib
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import unittest
from typing import Tuple

import fixture

DEMO = fixture.PYTHON_DIR / "demo.py"
OVID = pathlib.Path(os.environ.get("OVID", fixture.PYTHON_DIR.parent / "build" / "ovid"))
STORY_SECONDS_MAX = 15.0


class DemoTest(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = self.folder / "nodes"
        self.nodes.mkdir()
        (self.folder / "ovid").symlink_to(OVID)
        self.write_program(self.nodes / "process",
                           f"#!/bin/sh\nexec '{self.folder}/ovid' node \"$@\"\n")

    def demo(self, *options: str, status: int = 0, **more: str) -> Tuple[str, str]:
        command = [sys.executable, str(DEMO), "--process", str(self.nodes), *options]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=60, env={**os.environ, **more})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.await_no_process()
        return done.stdout, done.stderr

    def demo_on_terminal(self, until: bytes) -> "Tuple[subprocess.Popen[bytes], bytes]":
        """The demo, stopped when these words have appeared."""
        terminal, program_side = pty.openpty()
        self.addCleanup(os.close, terminal)
        environment = {**os.environ, "TERM": "xterm"}
        environment.pop("NO_COLOR", None)
        process = self.start(sys.executable, DEMO, "--process", self.nodes, stdout=program_side,
                             env=environment)
        os.close(program_side)
        seen = b""
        end = time.monotonic() + STORY_SECONDS_MAX
        while until not in seen:
            self.assertTrue(select.select([terminal], [], [], end - time.monotonic())[0], seen)
            seen += os.read(terminal, 65536)
        return process, seen

    def test_it_takes_80_columns_and_15_seconds(self) -> None:
        began = time.monotonic()
        output, errors = self.demo()
        self.assertLess(time.monotonic() - began, STORY_SECONDS_MAX)
        self.assertEqual(errors, "")
        self.assertLessEqual(max(map(len, output.splitlines())), 80)
        self.assertNotIn("\033", output)
        place = -1
        for words in ("Three nodes start", "2 start 3 10002", "2 alive   alive 0,1,2\n",
                      "They talk", "1 get     messages Good morning!,Coffee?,Yes please.\n",
                      "crashes", "2 alive   alive 0,2\n", "comes back", "1 alive   alive 0,1,2\n",
                      "1 get     messages \n", "1 get     messages I am back.\n", "The end"):
            place = output.find(words, place + 1)
            self.assertNotEqual(place, -1, f"{words} is missing or too early in\n{output}")

    def test_a_taken_port_is_named(self) -> None:
        for port in (10001, 3002):
            with self.subTest(port=port), socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                other.bind(("127.0.0.1", port))
                other.listen()
                output, errors = self.demo(status=1)
                self.assertEqual(output, "")
                self.assertIn(f"port {port}.", errors)

    def test_nodes_that_do_not_start_are_reported_with_their_output(self) -> None:
        self.write_program(self.nodes / "process", "#!/bin/sh\necho no luck >&2\nexit 3\n")
        _, errors = self.demo(status=1)
        self.assertRegex(errors, r"(?s)the answer to .*exit status 3.*no luck")
        self.assertNotIn("Traceback", errors)

    def test_no_result_is_shown_if_nodes_did_not_start(self) -> None:
        self.write_program(self.nodes / "process", "#!/bin/sh\necho no luck >&2\nexit 3\n")
        began = time.monotonic()
        output, errors = self.demo(status=1)
        self.assertLess(time.monotonic() - began, 5)
        self.assertIn("0 start 3 10000", output)
        self.assertNotIn("1 start", output)
        self.assertNotIn("All see all", output)
        self.assertIn("node 0 ended by itself, exit status 3: no luck", errors)

    def test_no_result_is_shown_if_nodes_do_not_see_each_other(self) -> None:
        self.write_program(self.nodes / "process", f"#!/bin/sh\nexec '{self.folder}/ovid' node "
                           '"$@" --base-port $((4000 + 10 * $1))\n')
        output, errors = self.demo(status=1)
        self.assertIn("0 alive   alive 0\n", output)
        self.assertNotIn("All see all", output)
        self.assertIn("the answer to `0 alive` should have been `alive 0,1,2`", errors)

    def test_a_node_that_ends_during_the_demo_is_not_waited_for(self) -> None:
        """Node 2 ends when it has received something; node 1 returns only after that."""
        self.write_program(self.nodes / "process", f"""#!/bin/sh
cd '{self.folder}'
if [ "$1" = 1 ] && [ -e here ]; then while [ ! -e left ]; do sleep 0.01; done; fi
[ "$1" != 1 ] || : >here
[ "$1" = 2 ] || exec '{sys.executable}' -S -E '{fixture.FAKE_NODE}' . "$@"
'{sys.executable}' -S -E '{fixture.FAKE_NODE}' . "$@" 2>/dev/null &
while [ -z "$(cat */2.log 2>/dev/null)" ]; do sleep 0.01; done
echo out of paper >&2
: >left
exit 4
""")
        output, errors = self.demo(status=1)
        self.assertIn("All see all,", output)
        self.assertNotIn("All see all again", output)
        self.assertRegex(errors, "(?s)demo: .*node 2 ended by itself, exit status 4: out of paper")

    def test_another_base_port(self) -> None:
        self.write_program(self.nodes / "process", f"#!/bin/sh\nexec '{self.folder}/ovid' node "
                           '"$@" --base-port "$OVID_BASE_PORT"\n')
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", 3000))
            other.listen()
            self.assertIn("The end", self.demo("--base-port", "21500")[0])
            self.assertIn("The end", self.demo(OVID_BASE_PORT="21600")[0])
            errors = self.demo(status=1)[1]
            self.assertRegex(errors, r"port 3000\.\n.*OVID_BASE_PORT=\d+ ./demo uses")

    def test_a_full_output_is_reported(self) -> None:
        with open("/dev/full", "wb") as full:
            process = self.start(sys.executable, DEMO, "--process", self.nodes, stdout=full)
        self.assertEqual(process.communicate(timeout=fixture.SECONDS_MAX)[1],
                         b"demo: standard output: No space left on device\n")
        self.assertEqual(process.returncode, 1)

    def test_a_hangup_that_is_ignored_at_the_start_stays_ignored(self) -> None:
        process = self.start("nohup", sys.executable, DEMO, "--process", self.nodes)
        self.await_condition(lambda: len(fixture.processes_with(str(self.folder / "ovid"))) == 3,
                             "three nodes")
        process.send_signal(signal.SIGHUP)
        self.assertIn(b"The end", process.communicate(timeout=STORY_SECONDS_MAX)[0])
        self.assertEqual(process.returncode, 0)

    def test_on_a_terminal_it_has_colours_and_an_interrupt_leaves_nothing(self) -> None:
        for signum, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(signum=signum):
                process, seen = self.demo_on_terminal(until=b"They talk")
                self.assertTrue(re.search(rb"\033\[\d+m", seen))
                self.assertEqual(len(fixture.processes_with(str(self.folder / "ovid"))), 3)
                process.send_signal(signum)
                self.assertEqual(process.wait(fixture.SECONDS_MAX), status)
                self.assertNotIn(b"Traceback", process.communicate()[1])
                self.assertEqual(fixture.processes_with(str(self.folder)), [])

    def test_nothing_is_left_when_it_is_killed(self) -> None:
        process, _ = self.demo_on_terminal(until=b"They talk")
        process.kill()
        process.wait()
        self.await_no_process()

    def test_a_reader_that_leaves_does_no_harm(self) -> None:
        process = self.start(sys.executable, DEMO, "--process", self.nodes)
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(fixture.SECONDS_MAX), 1)
        self.assertEqual(process.stderr.read(), b"")
        self.await_no_process()


if __name__ == "__main__":
    unittest.main()
