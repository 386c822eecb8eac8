"""Command lines of master.py, grading.py, demo.py and test/fuzz/run: what numbers may look like."""
import os
import pathlib
import subprocess
import sys
import unittest

import fixture
from lab import arguments, checkout

REPOSITORY = fixture.PYTHON_DIR.parent
NOT_WHOLE = ("+5", "0x10", "1e3", "1_000", "٣", " 5", "5 ", "5\n", "1 0", "", "-1", "1.0", "nan",
             "9" * 30, "²")


class NumberTest(unittest.TestCase):
    def test_whole_numbers_are_decimal(self) -> None:
        for typed, value in (("7", 7), ("010", 10), ("0" * 40 + "10", 10), ("0", 0), ("00", 0)):
            self.assertEqual(arguments.whole_number(typed, 0, 100), value)
        for typed in NOT_WHOLE + ("101",):
            with self.subTest(typed=typed), self.assertRaisesRegex(ValueError, r"in 0\.\.100"):
                arguments.whole_number(typed, 0, 100)

    def test_seconds_are_finite_and_in_range(self) -> None:
        convert = arguments.seconds(0.001, 1e6)
        for typed, value in (("2", 2), ("0.5", 0.5), (".5", 0.5), ("02.50", 2.5), ("1e3", 1000)):
            self.assertEqual(convert(typed), value)
        for typed in ("nan", "inf", "-inf", "1e999", "1_0", "٣", " 1", "0", "-1", "0x1p3", "1e7",
                      "+1", "infinity", ""):
            with self.subTest(typed=typed), self.assertRaises(Exception) as caught:
                convert(typed)
            self.assertIn(f"`{typed}` is not a number of seconds in 0.001..1e+06",
                          str(caught.exception))


class ProgramTest(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = self.write_process_folder()
        (self.folder / "a.input").write_text("exit\n")
        (self.folder / "a.output").write_text("")

    def refusal(self, program: pathlib.Path, *options: str, **environment: str) -> str:
        """The one line of a usage error."""
        done = subprocess.run([sys.executable, str(program), *options], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, **environment})
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_what_is_not_a_number_in_range_is_refused_in_one_line_that_names_it(self) -> None:
        python = fixture.PYTHON_DIR
        options = [(python / "master.py", "--base-port", "1024..65535"),
                   (python / "demo.py", "--base-port", "1024..65535"),
                   (python / "grading.py", "--base-port", "1024..65535"),
                   (python / "grading.py", "--repeat", "1..1000000"),
                   (python / "grading.py", "--jobs", "1..256"),
                   (REPOSITORY / "test" / "fuzz" / "run", "--seconds", "1..31536000"),
                   (REPOSITORY / "test" / "fuzz" / "run", "--jobs", "1..1000")]
        for program, option, bounds in options:
            for typed in ("0", "+5", "99999999"):
                with self.subTest(program=program.name, option=option, typed=typed):
                    words = self.refusal(program, option, typed)
                    for part in (option, f"`{typed}`", bounds):
                        self.assertIn(part, words)

    def test_seconds_that_are_no_time_are_refused(self) -> None:
        for program, option in (("master.py", "--answer-seconds"), ("grading.py", "--timeout")):
            for typed in ("nan", "inf", "0"):
                with self.subTest(program=program, typed=typed):
                    self.assertIn(f"`{typed}`",
                                  self.refusal(fixture.PYTHON_DIR / program, f"{option}={typed}"))

    def test_an_option_that_is_given_twice_must_say_the_same(self) -> None:
        for program, option, one, other in (
                ("master.py", "--answer-seconds", "0.5", "2.5"), ("demo.py", "--process", "a", "b"),
                ("grading.py", "--repeat", "2", "3"), ("grading.py", "--only", "a*", "b*")):
            with self.subTest(program=program, option=option):
                words = self.refusal(fixture.PYTHON_DIR / program, option, one, option, other)
                self.assertIn(f"{option} is given twice: {one} and {other}", words)
        done = subprocess.run([sys.executable, fixture.PYTHON_DIR / "grading.py", self.folder,
                               "--process", self.nodes, "--repeat", "2", "--repeat", "02"],
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.stdout, "a correct\na correct\n2 correct, 0 wrong\n")

    def test_a_base_port_of_the_environment_is_held_to_the_same(self) -> None:
        for program in ("master.py", "demo.py", "grading.py"):
            for typed in ("65536", "1023", "3000 "):
                with self.subTest(program=program, typed=typed):
                    words = self.refusal(fixture.PYTHON_DIR / program, OVID_BASE_PORT=typed)
                    self.assertIn(f"OVID_BASE_PORT: `{typed}` is not", words)

    def test_a_base_port_leaves_room_for_all_nodes_of_the_demo(self) -> None:
        demo = fixture.PYTHON_DIR / "demo.py"
        for typed, last in (("65534", 65536), ("65535", 65537)):
            wanted = f"base port {typed}: 3 nodes need ports up to {last}, beyond 65535"
            self.assertIn(wanted, self.refusal(demo, "--base-port", typed))
            self.assertIn(wanted, self.refusal(demo, OVID_BASE_PORT=typed))

    def test_a_port_that_is_none_is_not_free(self) -> None:
        self.assertFalse(checkout.port_is_free(65536))


if __name__ == "__main__":
    unittest.main()
