"""check, demo and .ci/run in a copy of the checkout whose tools are stand-ins that note calls.

PATH leads to the stand-ins and to the few real programs that are named here, and nowhere else.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Dict, List

sys.dont_write_bytecode = True

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
REAL = ("sh", "env", "sed", "head", "tail", "awk", "readlink", "mktemp", "rm", "cat", "flock",
        "mkdir", "cp", "date", "touch", "find", "mv", "sort", "tr")
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
for word; do
    ! grep -qxF "$word" "$TOOLS/unknown" || { echo "E: no $word"; exit 100; }
    ! grep -qxF "$word" "$TOOLS/refused" || { echo "E: $word breaks"; exit 100; }
done
for word; do echo "$word"; done >>"$TOOLS/installed"
for tool in "$TOOLS"/*.away; do
    [ ! -f "$tool" ] || mv "$tool" "${tool%.away}"
done
"""
APT_CACHE = """#!/bin/sh
case "$*" in
policy) echo " 500 http://mirror/debian stable/main" ;;
policy*) grep -qxF "$2" "$TOOLS/unknown" && echo "Candidate: (none)" || echo "Candidate: 1" ;;
depends*) echo "  Depends: clang-$(cat "$TOOLS/clang")" ;;
esac
"""
SUDO = """#!/bin/sh
echo sudo >>"$TOOLS/calls"
[ "$1" != -n ] || shift
exec "$@"
"""
MESON = """#!/bin/sh
echo "meson $*" >>"$TOOLS/calls"
case $1 in
--version) echo 1.0.1 ;;
setup) folder=$2 && shift 2 && mkdir -p "$folder/meson-info" "$folder/meson-private"
    touch "$folder/build.ninja" "$folder/meson-private/coredata.dat"
    printf '{"directories": {"source": "%s", "build": "%s"}}' "$PWD" "$PWD/$folder" \\
        >"$folder/meson-info/meson-info.json"
    { echo "[options]" && for option; do option=${option#-D}
        echo "${option%%=*} = ${option#*=}"; done; } >"$folder/meson-private/cmd_line.txt" ;;
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


SKIPPED_TESTS = """=================== 1/9 ===================
test:         rule formatting
duration:     0.45s
result:       exit status 77
command:      MALLOC_PERTURB_=138 /usr/bin/python3 -B formatting.py
------------------ stdout ------------------
skipped: there is no clang-format
============================================

=================== 2/9 ===================
test:         a test that prints the like
result:       exit status 0
command:      MALLOC_PERTURB_=138 /usr/bin/python3 -B x.py
------------------ stdout ------------------
test:         another
result:       exit status 77
skipped: this is only what a test has printed
============================================

=================== 3/9 ===================
test:         bench plot
result:       exit status 77
command:      MALLOC_PERTURB_=138 /usr/bin/python3 -B plot_test.py
============================================
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
        for name, text in (("dpkg-query", INSTALLED), ("apt-get", APT_GET),
                           ("apt-cache", APT_CACHE), ("sudo", SUDO),
                           ("meson", MESON), ("ninja", NINJA), ("sleep", "#!/bin/sh\n"),
                           ("id", "#!/bin/sh\necho 0\n"),
                           ("python3", '#!/bin/sh\necho "python3 $*" >>"$TOOLS/calls"\n')):
            self.tool(name, text)
        listed = (REPOSITORY / "packages.txt").read_text().splitlines()
        self.listed = [line.split()[0] for line in listed if re.match(r"[^#\s]", line)]
        self.write("installed", *self.listed)
        for name in ("unknown", "refused"):
            self.write(name)
        self.write("clang", "14")
        self.tests(passed=20)

    def tool(self, name: str, text: str) -> None:
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def lack(self, *packages: str) -> None:
        """None of them is installed, nor is the program of that name there."""
        self.write("installed", *(name for name in self.listed if name not in packages))
        for name in packages:
            if (self.tools / name).exists():
                (self.tools / name).rename(self.tools / f"{name}.away")

    def write(self, name: str, *lines: str) -> None:
        (self.tools / name).write_text("".join(line + "\n" for line in lines))

    def tests(self, passed: int = 0, failed: int = 0, skipped: int = 0, late: int = 0) -> None:
        """The summary that each Meson run prints."""
        (self.tools / "testlog.txt").write_text(TEST_LOG.format(passed, failed, skipped, late))

    def run_command(self, name: str, *options: str, status: int = 0) -> str:
        environment: Dict[str, str] = {"PATH": str(self.tools), "TOOLS": str(self.tools)}
        done = subprocess.run([str(self.checkout / name), *options], cwd="/", env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout)
        return done.stdout

    def calls(self) -> List[str]:
        """The calls since the last question."""
        path = self.tools / "calls"
        calls = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return calls

    def apt_calls(self) -> List[str]:
        return [call for call in self.calls() if call.startswith(("apt-get", "sudo"))]


class PackagesTest(CommandsTest):
    def test_apt_is_not_called_if_nothing_is_missing(self) -> None:
        self.assertIn("Packages: all there.\n", self.run_command("demo"))
        self.assertEqual(self.apt_calls(), [])

    def test_what_is_missing_is_installed_and_nothing_else(self) -> None:
        self.lack("meson", "g++")
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

    def test_two_failures_end_it_with_the_output_of_apt(self) -> None:
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

    def test_without_root_and_sudo_the_command_to_run_is_printed(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        (self.tools / "sudo").unlink()
        self.run_command("demo")
        self.lack("meson")
        self.assertIn("apt-get install --no-install-recommends meson\n",
                      self.run_command("demo", status=1))
        self.assertEqual(self.apt_calls(), [])

    def test_where_there_is_no_dpkg_the_build_is_tried(self) -> None:
        (self.tools / "dpkg-query").unlink()
        self.assertIn("not Debian", self.run_command("demo"))
        self.assertIn("ninja -C build ovid", self.calls())


class OptionalPackagesTest(CommandsTest):
    OPTIONAL = ("iproute2", "clang-format-14", "clang-14", "libclang-rt-14-dev", "gnuplot-nox")

    def not_root(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        (self.tools / "sudo").unlink()

    def test_demo_needs_only_what_building_needs(self) -> None:
        self.not_root()
        self.lack(*self.OPTIONAL, "libgtest-dev")
        self.assertIn("Packages: all there.\n", self.run_command("demo"))
        self.assertIn("ninja -C build ovid", self.calls())

    def test_check_continues_without_what_is_optional_and_names_it(self) -> None:
        self.not_root()
        for missing in (["gnuplot-nox"], ["iproute2", "clang-format-14"], list(self.OPTIONAL)):
            self.lack(*missing)
            self.assertIn(f"Packages: going on without {' '.join(missing)} (optional).\n",
                          self.run_command("check", "--fast"))
        self.lack("gnuplot-nox", "libgtest-dev")
        self.assertIn("install --no-install-recommends libgtest-dev\n",
                      self.run_command("check", status=1))

    def test_no_password_is_requested_for_what_is_optional(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        self.tool("sudo", '#!/bin/sh\necho "sudo $*" >>"$TOOLS/calls"\n'
                          'echo "sudo: a password is required" >&2\nexit 1\n')
        self.lack("gnuplot-nox")
        output = self.run_command("check", "--fast")
        self.assertIn("Packages: going on without gnuplot-nox (optional).\n", output)
        self.assertNotIn("could not be installed", output)
        self.assertEqual(self.apt_calls(), ["sudo -n true"])

    def test_what_is_optional_is_installed_by_root(self) -> None:
        self.lack(*self.OPTIONAL)
        self.assertNotIn("without", self.run_command("check", "--fast"))
        self.assertRegex(self.apt_calls()[1], " ".join(self.OPTIONAL) + "$")

    def test_what_is_optional_does_not_prevent_the_rest(self) -> None:
        self.lack("gnuplot-nox", "libgtest-dev")
        self.write("refused", "gnuplot-nox")
        self.assertIn("going on without gnuplot-nox", self.run_command("check", "--fast"))
        self.assertIn("libgtest-dev", (self.tools / "installed").read_text().split())
        self.calls()
        self.write("failures", "first", "second")
        self.assertIn("going on without gnuplot-nox", self.run_command("check", "--fast"))

    def test_what_a_package_provides_is_enough(self) -> None:
        self.not_root()
        self.write("installed", *(set(self.listed) - {"meson", "g++", "libzmq3-dev"}))
        self.tool("c++", "#!/bin/sh\n")
        self.tool("pkg-config", '#!/bin/sh\n[ "$*" = "--exists libzmq" ]\n')
        self.assertIn("Packages: all there.\n", self.run_command("demo"))

    def test_any_version_of_clang_is_enough(self) -> None:
        for number in (15, 18, 19):
            self.lack("clang-14", "libclang-rt-14-dev")
            with (self.tools / "installed").open("a") as text:
                text.write(f"clang-{number}\nlibclang-rt-{number}-dev\n")
            self.assertIn("Packages: all there.\n", self.run_command("check", "--fast"))
        self.not_root()
        self.lack("clang-14")
        with (self.tools / "installed").open("a") as text:
            text.write("clang-15\n")
        self.assertIn("without clang-14 (optional)", self.run_command("check", "--fast"))

    def test_where_the_distribution_has_others_those_are_installed(self) -> None:
        self.lack(*self.OPTIONAL)
        self.write("unknown", "clang-format-14", "clang-14", "libclang-rt-14-dev")
        self.write("clang", "19")
        self.assertIn("going on without clang-format-14 (optional).\n",
                      self.run_command("check", "--fast"))
        self.assertRegex(self.apt_calls()[1], "iproute2 clang-19 libclang-rt-19-dev gnuplot-nox$")
        self.run_command("check", "--fast")
        self.assertEqual(self.apt_calls(), [])


class DemoTest(CommandsTest):
    def test_it_builds_the_node_alone_and_then_runs_the_demo(self) -> None:
        self.run_command("demo")
        story = f"python3 {self.checkout}/python/demo.py"
        self.assertEqual(self.calls(), ["meson setup build", "ninja -C build ovid", story])
        self.run_command("demo")
        self.assertEqual(self.calls(), ["ninja -C build ovid", story])

    def test_a_base_port_is_passed_on(self) -> None:
        self.run_command("demo")
        self.calls()
        for options in (["--base-port", "20000"], ["--base-port=20000"]):
            self.run_command("demo", *options)
            self.assertEqual(self.calls()[-1], f"python3 {self.checkout}/python/demo.py "
                                               + " ".join(options))

    def test_a_wrong_base_port_is_reported_before_anything_is_built(self) -> None:
        for typed in ("", "x", "1023", "65534", "200000", "-3000"):
            with self.subTest(typed=typed):
                self.assertIn(f"`{typed}` is not a whole number in 1024..65533",
                              self.run_command("demo", "--base-port", typed, status=2))
        for options in (["--base-port"], ["--base-port", "20000", "x"]):
            self.assertIn("unexpected argument", self.run_command("demo", *options, status=2))
        self.assertEqual(self.calls(), [])

    def test_without_a_node_there_is_no_demo(self) -> None:
        self.write("broken")
        self.run_command("demo", status=1)
        self.assertFalse([call for call in self.calls() if call.startswith("python3")])


class CheckTest(CommandsTest):
    STRICT = "-Dwerror=true -Dtests=enabled"

    def test_everything_is_tested_with_and_without_sanitizers(self) -> None:
        output = self.run_command("check")
        testing = "--no-rebuild --print-errorlogs"
        self.assertEqual(self.calls(), [
            f"meson setup build {self.STRICT}", "ninja -C build",
            f"meson test -C build {testing}",
            f"meson setup build-asan {self.STRICT} -Db_sanitize=address,undefined -Db_lundef=false "
            "-Doptimization=g",
            "ninja -C build-asan", f"meson test -C build-asan {testing}"])
        self.assertTrue(output.endswith("check: everything passed\n"))
        self.assertIn("build-asan  20 passed, 0 failed, 0 skipped", output)
        self.run_command("check", "--fast")
        self.assertEqual(self.calls(), ["ninja -C build", f"meson test -C build {testing}"])

    def test_what_demo_has_set_up_gets_the_options_of_check(self) -> None:
        self.run_command("demo")
        self.calls()
        self.run_command("check", "--fast")
        self.assertEqual(self.calls()[:2], [f"meson configure build {self.STRICT}",
                                            "ninja -C build"])

    def test_skipped_tests_are_named_with_the_reason(self) -> None:
        self.tests(passed=20, skipped=2)
        log = self.tools / "testlog.txt"
        log.write_text(SKIPPED_TESTS + log.read_text())
        output = self.run_command("check", "--fast")
        self.assertIn("0 failed, 2 skipped in ", output)
        self.assertRegex(output, r"in \d+ s\n  skipped: rule formatting "
                                 r"\(there is no clang-format\)\n  skipped: bench plot\n"
                                 r"check: everything passed\n$")

    def test_failures_are_reported_and_the_rest_still_runs(self) -> None:
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
