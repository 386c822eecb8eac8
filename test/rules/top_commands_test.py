"""What check, demo and .ci/run call and print; with stand-ins for meson and ninja."""
import sys
import unittest

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from stand_ins import CommandsTest

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
