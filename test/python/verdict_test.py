"""Comparing outputs, and differences that can be read."""
import unittest

import fixture  # noqa: F401 - finds the modules under test
from lab import verdict


class VerdictTest(unittest.TestCase):
    def test_only_white_space_around_the_whole_output_is_ignored(self) -> None:
        self.assertTrue(verdict.same(b"a\nb\n\n", b"\na\nb"))
        self.assertTrue(verdict.same(b"messages ", b"messages\n"))
        for expected, actual in ((b"a\nb", b"a\n b"), (b"a \nb", b"a\nb"), (b"a\nb", b"a\r\nb"),
                                 (b"\xff", b"\xfe"), (b"a", b"a\0")):
            self.assertFalse(verdict.same(expected, actual))

    def test_a_difference_names_the_lines(self) -> None:
        rows = verdict.difference(b"alive 0\nalive 1\n", b"alive 0\nalive 0,1\n")
        self.assertIn(" alive 0", rows)
        self.assertIn("-alive 1", rows)
        self.assertIn("+alive 0,1", rows)

    def test_long_lines_are_shown_around_their_first_difference(self) -> None:
        before, after = b"x" * 100_000, b"z" * 50_000
        rows = verdict.difference(before + b"LEFT" + after, before + b"RIGHT" + after)
        self.assertTrue(all(len(row) < 200 for row in rows))
        self.assertTrue(any(row.startswith("-") and "xLEFTz" in row for row in rows))
        self.assertTrue(any(row.startswith("+") and "xRIGHTz" in row for row in rows))

    def test_bytes_that_are_not_text_are_visible(self) -> None:
        rows = verdict.difference(b"a\xffb", b"a\xfeb\r\n\0")
        self.assertIn("-a\\xffb", rows)
        self.assertIn("+a\\xfeb\\r", rows)

    def test_many_differences_are_shortened(self) -> None:
        many = b"".join(b"%d\n" % k for k in range(5000))
        rows = verdict.difference(many, b"")
        self.assertEqual(len(rows), verdict.DIFF_LINES_MAX + 1)
        self.assertIn("more lines", rows[-1])

    def test_removed_lines_after_added_ones_keep_their_order(self) -> None:
        rows = verdict.difference(b"a\nb\nc\nd", b"x\nb\nc\ny")
        self.assertEqual(rows[3:], ["-a", "+x", " b", " c", "-d", "+y"])


if __name__ == "__main__":
    unittest.main()
