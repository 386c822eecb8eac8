"""stopall and killall.sh where they cannot look everywhere: build folders that are links, processes
of other users, and what containers do to /proc. As root, in namespaces; what is not allowed is
skipped."""
import os
import pathlib
import shutil
import subprocess
import unittest

import commands_test
import fixture


class StopallLooksTest(commands_test.CheckoutTest):
    """Processes that stopall cannot examine are named, and the exit status is 1."""

    OWNER, OTHER = 65533, 65534  # of the checkout that is looked at, and somebody else

    def stopall(self, *before: object, status: int = 0, name: str = "stopall") -> str:
        commands_test.awaits_tick()
        return self.run_command(*before, self.checkout / "python" / name, status=status)

    def as_user(self, user: int) -> "list[object]":
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]

    def need_users(self) -> None:
        """Skips unless there can be others. They may be kept from the interpreter; a shell that
        reads its standard input will do as a node."""
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv")
        self.folder.chmod(0o755)
        (self.checkout / "python" / "node").write_text("read _\n")

    def put_shell(self, checkout: pathlib.Path, path: str = "build/ovid") -> pathlib.Path:
        (checkout / path).parent.mkdir(exist_ok=True)
        return pathlib.Path(shutil.copy(pathlib.Path("/bin/sh").resolve(), checkout / path))

    def need_namespaces(self, *options: str) -> "list[object]":
        if not shutil.which("unshare") or subprocess.run(
                ["unshare", *options, "true"], stderr=subprocess.DEVNULL,
                check=False).returncode != 0:
            self.skipTest(f"unshare {' '.join(options)} is not allowed here")
        return ["unshare", *options]

    def test_a_build_folder_or_a_node_may_be_a_link(self) -> None:
        scratch = self.folder / "scratch"
        scratch.mkdir()
        for name in ("build", "build-asan"):
            with self.subTest(name):
                (self.checkout / name).symlink_to(scratch)
                shutil.copy(commands_test.INTERPRETER, scratch / "ovid")
                node = self.launch(self.checkout / name / "ovid", "node", 0, 3, 10000)
                (scratch / "ovid").unlink()
                self.assertEqual(self.stopall(), "")
                self.assertFalse(fixture.runs(node.pid))
                (self.checkout / name).unlink()
        (self.checkout / "build").mkdir()
        other = shutil.copy(commands_test.INTERPRETER, scratch / "other")
        (self.checkout / "build" / "ovid").symlink_to(other)
        node = self.launch("./process", 0, 3, 10000)
        self.assertEqual(self.stopall(), "")
        self.assertFalse(fixture.runs(node.pid))

    def test_a_folder_that_is_gone_had_nodes_too(self) -> None:
        node = self.launch(self.put_ovid(self.checkout, "build-asan"), "node", 0, 3, 10000)
        shutil.rmtree(self.checkout / "build-asan")
        self.assertEqual(self.stopall(), "")
        self.assertFalse(fixture.runs(node.pid))

    def test_a_node_of_another_user_is_named(self) -> None:
        self.need_users()
        ovid = self.put_shell(self.checkout)
        nodes = [self.launch("./process", 0, 3, 10000, user=self.OTHER),
                 self.launch("../build/ovid", "node", 1, 3, 10001, user=self.OTHER),
                 self.launch(ovid, "node", 2, 3, 10002, user=self.OTHER)]
        spared = [self.launch(self.put_shell(self.make_checkout("other")), "node", 0, 3, 10000,
                              user=self.OTHER),
                  self.launch(self.put_shell(self.folder, "bin/python3"), "node",
                              user=self.OTHER)]
        own = self.launch("./process", 0, 3, 10003, user=self.OWNER, group=self.OWNER)
        output = self.stopall(*self.as_user(self.OWNER), status=1)
        for node in nodes:
            self.assertIn(f"cannot look at process {node.pid} of user ", output)
        for process in (*spared, own):
            self.assertNotIn(f"process {process.pid} ", output)
        self.assertFalse(fixture.runs(own.pid))
        self.assertEqual(self.stopall(), "")
        self.assertFalse([node for node in nodes if fixture.runs(node.pid)])
        self.assertTrue(all(fixture.runs(process.pid) for process in spared))

    def test_a_master_of_another_user_is_named(self) -> None:
        self.need_users()
        for name in ("master.py", "grading.py"):
            (self.checkout / "python" / name).write_text("read _\n")
        python = self.put_shell(self.folder, "bin/python3")
        drivers = [self.launch(python, "master.py", user=self.OTHER),
                   self.launch(python, self.checkout / "python" / "grading.py",
                               user=self.OTHER)]
        output = self.stopall(*self.as_user(self.OWNER), status=1, name="killall.sh")
        for driver in drivers:
            self.assertIn(f"cannot look at process {driver.pid} of user ", output)
        self.assertEqual(self.stopall(name="killall.sh"), "")
        self.assertFalse([driver for driver in drivers if fixture.runs(driver.pid)])

    def test_without_proc_it_fails(self) -> None:
        unshare = self.need_namespaces("-m")
        self.put_ovid(self.checkout)
        node = self.launch("./process", 0, 3, 10000)
        for hide in ("umount -l /proc", "mount -t tmpfs none /proc"):
            for name in ("stopall", "killall.sh"):
                output = self.stopall(*unshare, "sh", "-c", f'{hide} && exec "$0"', status=1,
                                      name=name)
                self.assertIn(f"{name}: could not look everywhere: /proc does not show", output)
        self.assertTrue(fixture.runs(node.pid))

    def test_the_proc_of_another_namespace_is_not_used(self) -> None:
        unshare = self.need_namespaces("-p", "-f")
        self.assertIn("/proc does not show this process", self.stopall(*unshare, status=1))

    def test_a_proc_that_hides_processes_is_named(self) -> None:
        self.need_users()
        unshare = self.need_namespaces("-m", "-p", "-f")
        for hidepid in (1, 2):
            mount = f'mount -t proc -o hidepid={hidepid} proc /proc && exec "$@"'
            for user, status in ((self.OWNER, 1), (0, 0)):
                with self.subTest(hidepid=hidepid, user=user):
                    output = self.stopall(*unshare, "sh", "-c", mount, "sh", *self.as_user(user),
                                          status=status)
                    self.assertEqual("hides the processes of other users" in output, status == 1)


if __name__ == "__main__":
    unittest.main()
