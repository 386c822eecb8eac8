"""build, process, stopall and killall.sh in a checkout of their own, where `ovid` is a copy of the
python interpreter: `ovid node ...` then runs the file `node` of the folder it is started in."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

import fixture

INTERPRETER = pathlib.Path(sys.executable).resolve()
SLEEPING_NODE = "import signal\nwhile True:\n    signal.pause()\n"
MESON_BUILD = f"""project('ovid', version: '7.8.9', meson_version: '>=0.50')
custom_target('ovid', output: 'ovid', input: 'node.txt', command: ['sh', '-c',
  'echo built >> "{{folder}}/builds" && cp "{INTERPRETER}" "$1"', 'sh', '@OUTPUT@'])
"""


def awaits_tick() -> None:
    """Wait for the next clock tick: start times are counted in them."""
    hertz = os.sysconf("SC_CLK_TCK")
    tick = int(time.clock_gettime(time.CLOCK_BOOTTIME) * hertz)
    while int(time.clock_gettime(time.CLOCK_BOOTTIME) * hertz) <= tick + 1:
        time.sleep(0.001)


class CheckoutTest(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.checkout = self.make_checkout("checkout [1] of 'x'")

    def make_checkout(self, name: str) -> pathlib.Path:
        checkout = self.folder / name
        shutil.copytree(fixture.PYTHON_DIR, checkout / "python",
                        ignore=shutil.ignore_patterns("__pycache__"))
        (checkout / "python" / "node").write_text(SLEEPING_NODE)
        return checkout

    def put_ovid(self, checkout: pathlib.Path, build: str = "build") -> pathlib.Path:
        (checkout / build).mkdir(exist_ok=True)
        return pathlib.Path(shutil.copy(INTERPRETER, checkout / build / "ovid"))

    def launch(self, *command: object, **options: object) -> "subprocess.Popen[bytes]":
        """A process that runs the file `node` by the time this returns."""
        folder = options.pop("cwd", self.checkout / "python")
        environment = {**os.environ, "PYTHONHOME": sys.base_prefix}
        process = self.start(*command, cwd=folder, env=environment, **options)
        self.await_condition(lambda: not self.is_shell(process.pid) and self.sleeps(process.pid),
                             "the node sleeps")
        return process

    def is_shell(self, pid: int) -> bool:
        return "sh" in os.path.basename(os.readlink(f"/proc/{pid}/exe"))

    def sleeps(self, pid: int) -> bool:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return stat[0] == "S"

    def run_command(self, *command: object, status: int = 0, **options: object) -> str:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=60, **options)  # type: ignore[call-overload]
        self.assertEqual(done.returncode, status, done.stdout)
        return done.stdout


class ProcessCommandTest(CheckoutTest):
    def test_it_becomes_the_node_from_any_folder_and_through_a_link(self) -> None:
        ovid = self.put_ovid(self.checkout)
        link = self.folder / "link"
        link.symlink_to(self.checkout / "python" / "process")
        (self.folder / "node").write_text(SLEEPING_NODE)
        for command, folder in (("./process", self.checkout / "python"), (link, self.folder),
                                (self.checkout / "python" / "process", self.folder)):
            node = self.launch(command, 1, 3, 10001, cwd=folder)
            self.assertEqual(os.readlink(f"/proc/{node.pid}/exe"), str(ovid))
            words = pathlib.Path(f"/proc/{node.pid}/cmdline").read_text().split("\0")[:-1]
            self.assertEqual(words[1:], ["node", "1", "3", "10001"])
            self.assertEqual(os.path.realpath(words[0]), str(ovid))
            self.assertTrue(words[0].startswith("/"), words[0])
            self.assertNotIn("OVID_DIALECT=", self.environment(node.pid))

    def environment(self, pid: int) -> str:
        return pathlib.Path(f"/proc/{pid}/environ").read_text()

    def test_the_folder_of_2019_sets_the_dialect_and_starts_no_other_program(self) -> None:
        ovid = self.put_ovid(self.checkout)
        of_2019 = self.checkout / "python" / "2019"
        shutil.copy(self.checkout / "python" / "node", of_2019)
        shutil.copy(self.checkout / "python" / "node", self.folder)
        link, folder = self.folder / "link", self.folder / "years"
        link.symlink_to(of_2019 / "process")
        folder.symlink_to(of_2019)
        for command, cwd in (("./process", of_2019), ("./process", folder), (link, self.folder),
                             (folder / "process", self.folder), ("years/process", self.folder),
                             (of_2019 / "process", self.folder)):
            with self.subTest(command=command, cwd=cwd):
                node = self.launch(command, 1, 3, 10001, cwd=cwd)
                self.assertEqual(os.readlink(f"/proc/{node.pid}/exe"), str(ovid))
                words = pathlib.Path(f"/proc/{node.pid}/cmdline").read_text().split("\0")[1:-1]
                self.assertEqual(words, ["node", "1", "3", "10001"])
                self.assertIn("\0OVID_DIALECT=2019\0", "\0" + self.environment(node.pid))
        awaits_tick()
        self.assertEqual(self.run_command(folder / "stopall", cwd="/"), "")
        self.assertFalse([node for node in self.started if fixture.runs(node.pid)])

    def test_without_a_build_it_says_so_on_one_line(self) -> None:
        output = self.run_command(self.checkout / "python" / "process", 0, 1, 10000, status=1)
        self.assertEqual(len(output.splitlines()), 1)
        self.assertIn("build/ovid", output)


class StopallTest(CheckoutTest):
    def stopall(self) -> None:
        awaits_tick()
        self.assertEqual(self.run_command(self.checkout / "python" / "stopall"), "")

    def test_it_ends_the_nodes_of_this_checkout_however_they_run(self) -> None:
        ovid = self.put_ovid(self.checkout)
        other_build = self.put_ovid(self.checkout, "build-asan")
        nodes = [self.launch("./process", 0, 3, 10000), self.launch(ovid, "node", 1, 3, 10001),
                 self.launch(other_build, "node", 2, 3, 10002),
                 self.launch("../build/ovid", "node", 3, 4, 10003)]
        nodes[2].send_signal(signal.SIGSTOP)
        ovid.unlink()
        self.put_ovid(self.checkout)
        self.stopall()
        self.assertFalse([node for node in nodes if fixture.runs(node.pid)])

    def test_it_leaves_everything_else_alone(self) -> None:
        ovid = self.put_ovid(self.checkout)
        elsewhere = self.make_checkout("other")
        others = self.put_ovid(elsewhere)
        sibling = self.put_ovid(self.checkout, "rebuild")
        (self.checkout / "python" / "sim").write_text(SLEEPING_NODE)
        spared = [self.launch(others, "node", 0, 3, 10000), self.launch(ovid, "sim"),
                  self.launch(ovid, "sim", "node"), self.launch(sibling, "node"),
                  self.launch(sys.executable, "node", ovid, "node")]
        self.stopall()
        self.assertTrue(all(fixture.runs(process.pid) for process in spared))

    def test_nodes_that_start_after_it_keep_running(self) -> None:
        self.put_ovid(self.checkout)
        old = self.launch("./process", 0, 2, 10000)
        awaits_tick()
        stopall = self.start("sh", "-c", "kill -s STOP $$; exec ./stopall",
                             cwd=self.checkout / "python")
        os.waitpid(stopall.pid, os.WUNTRACED)
        awaits_tick()
        new = self.launch("./process", 1, 2, 10001)
        stopall.send_signal(signal.SIGCONT)
        self.assertEqual(stopall.wait(fixture.SECONDS_MAX), 0)
        self.assertFalse(fixture.runs(old.pid))
        self.assertTrue(fixture.runs(new.pid))


class KillallTest(CheckoutTest):
    def busy_master(self, checkout: pathlib.Path, *command: object, **options: object
                    ) -> "subprocess.Popen[bytes]":
        """A master that has answered a first line and waits for the next."""
        master = self.start(*(command or (sys.executable, checkout / "python" / "master.py")),
                            **options)
        master.stdin.write(b"hello\n")
        master.stdin.flush()
        self.assertEqual(master.stdout.readline(), b"Invalid command: hello\n")
        return master

    def test_it_ends_masters_graders_and_nodes_of_this_checkout_only(self) -> None:
        self.put_ovid(self.checkout)
        elsewhere = self.make_checkout("other")
        self.put_ovid(elsewhere)
        python = self.checkout / "python"
        (python / "grading.py").write_text(SLEEPING_NODE)
        (python / "editor.py").write_text(SLEEPING_NODE)
        node = self.launch("./process", 0, 2, 10000)
        ended = [self.busy_master(self.checkout), node,
                 self.busy_master(self.checkout, sys.executable, "-u", "-X", "dev", "master.py",
                                  cwd=python),
                 self.busy_master(self.checkout, "./master.py", "debug", cwd=python),
                 self.launch(sys.executable, "grading.py")]
        spared = [self.busy_master(elsewhere),
                  self.launch(sys.executable, "editor.py", "master.py"),
                  self.launch(elsewhere / "python" / "process", 0, 2, 10000)]
        awaits_tick()
        self.assertEqual(self.run_command(python / "killall.sh"), "")
        self.assertFalse([process.args for process in ended if fixture.runs(process.pid)])
        self.assertTrue(all(fixture.runs(process.pid) for process in spared))

    def test_a_master_that_ignores_sigterm_is_killed(self) -> None:
        python = self.checkout / "python"
        self.put_ovid(self.checkout)
        (python / "master.py").write_text(
            "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "print('ready', flush=True)\n" + SLEEPING_NODE)
        master = self.start(sys.executable, python / "master.py")
        self.assertEqual(master.stdout.readline(), b"ready\n")
        self.run_command(python / "killall.sh")
        self.assertEqual(master.wait(fixture.SECONDS_MAX), -signal.SIGKILL)

    def test_it_spares_the_grader_that_called_it(self) -> None:
        python = self.checkout / "python"
        (python / "grading.py").write_text(
            "import subprocess\nsubprocess.run(['./killall.sh'], check=True)\nprint('alive')\n")
        self.assertEqual(self.run_command(sys.executable, "grading.py", cwd=python), "alive\n")


class OptionsTest(CheckoutTest):
    def test_help_version_and_refusal(self) -> None:
        (self.checkout / "meson.build").write_text(MESON_BUILD)
        for name in ("build", "stopall", "killall.sh", "2019/build", "2019/stopall"):
            command = self.checkout / "python" / name
            self.assertIn(f"usage: {command.name}", self.run_command(command, "--help"))
            self.assertEqual(self.run_command(command, "--version"), "ovid 7.8.9\n")
            self.assertIn("--everything", self.run_command(command, "--everything", status=2))
        for name in ("master.py", "grading.py"):
            self.assertEqual(self.run_command(sys.executable, self.checkout / "python" / name,
                                              "--version"), "ovid 7.8.9\n")


@unittest.skipUnless(shutil.which("meson") and shutil.which("ninja"), "needs meson")
class BuildTest(CheckoutTest):
    def setUp(self) -> None:
        super().setUp()
        (self.checkout / "meson.build").write_text(MESON_BUILD.format(folder=self.folder))
        (self.checkout / "node.txt").write_text("")

    def builds(self) -> int:
        return len((self.folder / "builds").read_text().splitlines())

    def test_it_configures_and_builds_once_also_when_called_at_once(self) -> None:
        link = self.folder / "link"
        link.symlink_to(self.checkout / "python" / "build")
        calls = [self.start(link, stdout=subprocess.PIPE) for _ in range(4)]
        for call in calls:
            self.assertEqual(call.communicate(timeout=60), (b"", b""))
            self.assertEqual(call.returncode, 0)
        self.assertEqual(self.builds(), 1)
        self.assertEqual(self.run_command("./build", cwd=self.checkout / "python"), "")
        self.assertEqual(self.builds(), 1)
        os.utime(self.checkout / "node.txt", (time.time() + 60,) * 2)
        self.run_command(link)
        self.assertEqual(self.builds(), 2)

    def test_what_fails_is_shown(self) -> None:
        (self.checkout / "meson.build").write_text("project('ovid')\nerror('a fault of mine')\n")
        self.assertIn("a fault of mine",
                      self.run_command(self.checkout / "python" / "build", status=1))

    def test_what_is_missing_is_named(self) -> None:
        tools = self.folder / "tools"
        tools.mkdir()
        for name in ("sh", "readlink", "flock", "ninja"):
            (tools / name).symlink_to(shutil.which(name))
        output = self.run_command(self.checkout / "python" / "build", status=1,
                                  env={"PATH": str(tools)})
        self.assertIn("meson is missing; run ./check", output)

    def test_a_foreign_master_can_work_here(self) -> None:
        """As masters of the lab do: build, start each in a group of its own, connect, SIGKILL the
        groups, start stopall detached and leave at once, while the next run begins."""
        python = self.checkout / "python"
        (self.folder / "state").mkdir()
        (python / "node").write_text(
            f"import runpy, sys\nsys.argv.insert(1, {str(self.folder / 'state')!r})\n"
            f"runpy.run_path({str(fixture.FAKE_NODE)!r}, run_name='__main__')\n")
        (python / "foreign.py").write_text(FOREIGN_MASTER)
        ports = fixture.free_ports(2)
        environment = {**os.environ, "OVID_HOME": sys.base_prefix}
        for _ in range(3):
            output = self.run_command(sys.executable, "foreign.py", *ports, cwd=python,
                                      env=environment)
            self.assertEqual(output, "alive 0,1\nmessages hello, world\nalive 0\n")
        self.await_no_process()
        (python / "2019" / "foreign.py").write_text(FOREIGN_MASTER_2019)
        shutil.copy(python / "node", python / "2019")
        output = self.run_command(sys.executable, "foreign.py", *ports, cwd=python / "2019",
                                  env=environment)
        self.assertEqual(output, "alive 0,1messages hello, worldalive 0")
        self.await_no_process()


FOREIGN_MASTER = '''
import os, signal, socket, subprocess, sys, time
subprocess.check_call(["./build"])
ports = [int(word) for word in sys.argv[1:]]
home = dict(os.environ, PYTHONHOME=os.environ["OVID_HOME"])
nodes, talks = [], []
for i, port in enumerate(ports):
    nodes.append(subprocess.Popen(["./process", str(i), str(len(ports)), str(port)], env=home,
                                  preexec_fn=os.setsid, stderr=subprocess.DEVNULL))
for port in ports:
    for attempt in range(3000):
        try:
            talks.append(socket.create_connection(("127.0.0.1", port)).makefile("rwb", 0))
            break
        except ConnectionRefusedError:
            time.sleep(0.003)
def ask(i, line):
    talks[i].write(line + b"\\n")
    return talks[i].readline().decode()
def await_answer(i, line, wanted):
    for attempt in range(3000):
        answer = ask(i, line)
        if answer.rstrip().endswith(wanted):
            break
        time.sleep(0.003)
    return answer
await_answer(1, b"alive", "alive 0,1")
print(await_answer(0, b"alive", "alive 0,1"), end="")
talks[1].write(b"broadcast hello, world\\n")
print(await_answer(0, b"get", "hello, world"), end="")
os.killpg(nodes[1].pid, signal.SIGKILL)
nodes[1].wait()
print(await_answer(0, b"alive", "alive 0"), end="", flush=True)
subprocess.Popen(["./stopall"], preexec_fn=os.setsid, stdout=subprocess.DEVNULL)
time.sleep(0.1)
os._exit(0)
'''

FOREIGN_MASTER_2019 = FOREIGN_MASTER.replace(
    "talks[i].readline()", 'talks[i].read(int(b"".join(iter(lambda: talks[i].read(1), b"-"))))')

if __name__ == "__main__":
    unittest.main()
