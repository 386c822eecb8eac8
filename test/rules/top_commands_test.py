"""check, demo and .ci/run in a copy of the checkout whose tools are stand-ins that note calls.

PATH leads to the stand-ins and to the few real programs that are named here, and nowhere else.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Dict, List

sys.dont_write_bytecode = True

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
REAL = ("sh", "env", "sed", "head", "tail", "awk", "readlink", "mktemp", "rm", "cat", "flock",
        "mkdir", "cp", "date", "touch")
INSTALLED = """#!/bin/sh
for package; do :; done
if grep -qx "$package" "$TOOLS/installed"; then echo installed; else exit 1; fi
"""
APT_GET = """#!/bin/sh
echo "apt-get $DEBIAN_FRONTEND $*" >>"$TOOLS/calls"
case " $* " in *' install '*) ;; *) exit 0 ;; esac
if [ -s "$TOOLS/failures" ]; then
    sed -i 1d "$TOOLS/failures"
    echo "E: a mirror is away"
    exit 100
fi
cat "$TOOLS/listed" >"$TOOLS/installed"
"""
SUDO = """#!/bin/sh
echo sudo >>"$TOOLS/calls"
exec "$@"
"""
MESON = """#!/bin/sh
echo "meson $*" >>"$TOOLS/calls"
case $1 in
setup) mkdir -p "$2" && touch "$2/build.ninja" ;;
test) mkdir -p "$3/meson-logs" && cp "$TOOLS/testlog.txt" "$3/meson-logs" ; cat "$TOOLS/testlog.txt"
    grep -q '^Fail: *0' "$TOOLS/testlog.txt" ;;
esac
"""
NINJA = """#!/bin/sh
echo "ninja $*" >>"$TOOLS/calls"
[ ! -f "$TOOLS/broken" ]
"""
TEST_LOG = """1/9 unit base OK
Ok:                 99
a test that prints what looks like a summary

Ok:                 {}
Expected Fail:      0
Fail:               {}
Unexpected Pass:    0
Skipped:            {}
Timeout:            {}
"""


class CommandsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ovid-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.checkout, self.tools = self.folder / "a checkout", self.folder / "tools"
        self.tools.mkdir()
        for name in (".ci", "python"):
            shutil.copytree(REPOSITORY / name, self.checkout / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("check", "demo", "packages.txt", "meson.build"):
            shutil.copy(REPOSITORY / name, self.checkout)
        for name in (*REAL, "grep"):
            (self.tools / name).symlink_to(str(shutil.which(name)))
        for name, text in (("dpkg-query", INSTALLED), ("apt-get", APT_GET), ("sudo", SUDO),
                           ("meson", MESON), ("ninja", NINJA), ("sleep", "#!/bin/sh\n"),
                           ("id", "#!/bin/sh\necho 0\n"),
                           ("python3", '#!/bin/sh\necho "python3 $*" >>"$TOOLS/calls"\n')):
            self.tool(name, text)
        listed = (REPOSITORY / "packages.txt").read_text().splitlines()
        self.listed = [line for line in listed if line.strip() and not line.startswith("#")]
        self.write("listed", *self.listed)
        self.write("installed", *self.listed)
        self.tests(passed=20)

    def tool(self, name: str, text: str) -> None:
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def write(self, name: str, *lines: str) -> None:
        (self.tools / name).write_text("".join(line + "\n" for line in lines))

    def tests(self, passed: int = 0, failed: int = 0, skipped: int = 0, late: int = 0) -> None:
        """What each Meson run is to say at its end."""
        (self.tools / "testlog.txt").write_text(TEST_LOG.format(passed, failed, skipped, late))

    def run_command(self, name: str, *options: str, status: int = 0) -> str:
        environment: Dict[str, str] = {"PATH": str(self.tools), "TOOLS": str(self.tools)}
        done = subprocess.run([str(self.checkout / name), *options], cwd="/", env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout)
        return done.stdout

    def calls(self) -> List[str]:
        """What was called since this was last asked."""
        path = self.tools / "calls"
        calls = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return calls

    def apt_calls(self) -> List[str]:
        return [call for call in self.calls() if call.startswith(("apt-get", "sudo"))]


class PackagesTest(CommandsTest):
    def test_nothing_is_asked_of_apt_where_nothing_is_missing(self) -> None:
        self.assertIn("Packages: all there.\n", self.run_command("demo"))
        self.assertEqual(self.apt_calls(), [])

    def test_what_is_missing_is_installed_and_nothing_else(self) -> None:
        self.write("installed", *(set(self.listed) - {"meson", "g++"}))
        self.assertIn("installing g++ meson", self.run_command("demo"))
        update, install = self.apt_calls()
        self.assertRegex(update, r"^apt-get noninteractive .* update$")
        self.assertRegex(install, r" install -y --no-install-recommends g\+\+ meson$")
        self.run_command("demo")
        self.assertEqual(self.apt_calls(), [])

    def test_a_failure_is_tried_once_more(self) -> None:
        self.write("installed", "g++")
        self.write("failures", "first")
        self.run_command("demo")
        self.assertEqual(len(self.apt_calls()), 4)

    def test_two_failures_end_it_with_what_apt_said(self) -> None:
        self.write("installed")
        self.write("failures", "first", "second", "third")
        for name in ("demo", "check"):
            output = self.run_command(name, status=1)
            self.assertIn("could not be installed", output)
            self.assertIn("E: a mirror is away", output)
            self.write("failures", "first", "second", "third")
        self.assertFalse([call for call in self.calls() if call.startswith(("meson", "ninja"))])

    def test_others_than_root_go_through_sudo(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        self.write("installed", "g++")
        self.run_command("demo")
        self.assertEqual([call.split()[0] for call in self.apt_calls()],
                         ["sudo", "apt-get"] * 2)

    def test_without_root_and_sudo_the_command_to_run_is_told(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        (self.tools / "sudo").unlink()
        self.run_command("demo")
        self.write("installed", *(set(self.listed) - {"meson"}))
        self.assertIn("apt-get install --no-install-recommends meson\n",
                      self.run_command("demo", status=1))
        self.assertEqual(self.apt_calls(), [])

    def test_where_there_is_no_dpkg_the_build_is_tried(self) -> None:
        (self.tools / "dpkg-query").unlink()
        self.assertIn("not Debian", self.run_command("demo"))
        self.assertIn("ninja -C build ovid", self.calls())


class DemoTest(CommandsTest):
    def test_it_builds_the_node_alone_and_then_tells_the_story(self) -> None:
        self.run_command("demo")
        story = f"python3 {self.checkout}/python/demo.py"
        self.assertEqual(self.calls(), ["meson setup build", "ninja -C build ovid", story])
        self.run_command("demo")
        self.assertEqual(self.calls(), ["ninja -C build ovid", story])

    def test_no_story_without_a_node(self) -> None:
        self.write("broken")
        self.run_command("demo", status=1)
        self.assertFalse([call for call in self.calls() if call.startswith("python3")])


class CheckTest(CommandsTest):
    def test_everything_is_tested_with_and_without_sanitizers(self) -> None:
        output = self.run_command("check")
        testing = "--no-rebuild --print-errorlogs"
        self.assertEqual(self.calls(), [
            "meson setup build", "ninja -C build", f"meson test -C build {testing}",
            "meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false "
            "-Doptimization=g",
            "ninja -C build-asan", f"meson test -C build-asan {testing}"])
        self.assertTrue(output.endswith("check: everything passed\n"))
        self.assertIn("build-asan  20 passed, 0 failed, 0 skipped", output)
        self.run_command("check", "--fast")
        self.assertEqual(self.calls(), ["ninja -C build", f"meson test -C build {testing}"])

    def test_what_fails_is_told_and_the_rest_still_runs(self) -> None:
        self.tests(passed=19, failed=1)
        self.assertIn("check: something failed", self.run_command("check", status=1))
        self.assertEqual(len([call for call in self.calls() if call.startswith("meson test")]), 2)
        self.write("broken")
        self.assertIn("build       does not build", self.run_command("check", status=1))

    def test_help_and_version_do_nothing_else_and_other_options_are_refused(self) -> None:
        for name in ("check", "demo", ".ci/run"):
            with self.subTest(name=name):
                self.assertIn("usage: ", self.run_command(name, "--help"))
                self.assertRegex(self.run_command(name, "--version"), r"^ovid [0-9.]+\n$")
        for name in ("check", "demo"):
            self.assertIn("unexpected argument: --fats", self.run_command(name, "--fats", status=2))
        self.assertEqual(self.calls(), [])


class IntegrationTest(CommandsTest):
    def last_line(self, *options: str, status: int = 0) -> str:
        return self.run_command(".ci/run", *options, status=status).splitlines()[-1]

    def test_the_last_line_sums_all_runs(self) -> None:
        self.assertEqual(self.last_line(), "40 passed, 0 failed")
        self.assertEqual(self.last_line("--fast"), "20 passed, 0 failed")
        self.tests(passed=20, skipped=2)
        self.assertEqual(self.last_line(), "40 passed, 0 failed, 4 skipped")
        self.tests(passed=20, failed=2, late=1)
        self.assertEqual(self.last_line(status=1), "40 passed, 6 failed")

    def test_no_test_and_no_build_are_failures(self) -> None:
        self.last_line()
        self.write("broken")
        self.assertEqual(self.last_line(status=1), "0 passed, 1 failed")
        (self.tools / "broken").unlink()
        self.tests(passed=0)
        self.assertEqual(self.last_line(status=1), "0 passed, 1 failed")


if __name__ == "__main__":
    unittest.main()
