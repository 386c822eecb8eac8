"""Texts as editors save them: marks, encodings, ends of lines, and pieces of any size."""
import codecs
import unittest
from typing import List

import fixture  # noqa: F401 - finds the modules under test
from lab import text

SCRIPT = ["0 start 1 10000", "", "0 broadcast grüße, 世界", "0 get"]


def in_pieces(data: bytes, size: int) -> List[bytes]:
    lines = text.Lines()
    found: List[bytes] = []
    for at in range(0, len(data), size):
        found += lines.feed(data[at:at + size])
    return found + lines.end()


class LinesTest(unittest.TestCase):
    def test_every_editor_gives_the_same_lines(self) -> None:
        expected = [line.encode() for line in SCRIPT]
        for end in ("\n", "\r\n", "\r"):
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
                for last in ("", end):
                    data = (end.join(SCRIPT) + last).encode(encoding)
                    for size in (1, 2, 3, 5, len(data)):
                        with self.subTest(end=end, encoding=encoding, last=last, size=size):
                            found = in_pieces(data, size)
                            self.assertEqual(found, expected)

    def test_both_byte_orders_are_read(self) -> None:
        for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"),
                               (codecs.BOM_UTF16_BE, "utf-16-be"),
                               (codecs.BOM_UTF32_LE, "utf-32-le"),
                               (codecs.BOM_UTF32_BE, "utf-32-be")):
            self.assertEqual(text.lines_of(mark + "0 get\n1 get".encode(encoding)),
                             [b"0 get", b"1 get"])

    def test_a_line_is_given_as_soon_as_it_is_there(self) -> None:
        for line in (b"exit\n", b"\n", b"a\r\n", b"\xff\n"):
            lines = text.Lines()
            self.assertEqual(lines.feed(line), [line.strip()])

    def test_bytes_that_are_no_text_stay_as_they_are(self) -> None:
        data = b"0 broadcast \xff\xfe\x00\xef\xbb\xbf \r x"
        self.assertEqual(text.lines_of(data + b"\n0 get"), [data, b"0 get"])

    def test_one_carriage_return_before_the_end_belongs_to_it(self) -> None:
        self.assertEqual(text.lines_of(b"a\r\r\nb\r\n"), [b"a\r", b"b"])

    def test_concatenated_texts_have_marks_inside(self) -> None:
        one = "0 get\n".encode("utf-8-sig")
        self.assertEqual(text.lines_of(one + one), [b"0 get", b"0 get"])

    def test_what_cannot_be_read_is_named(self) -> None:
        for data, found in (("0 get\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
                            ("0 get\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
                            ("0 get\n".encode("utf-16") + b"x", "begins as UTF-16"),
                            (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "begins as UTF-16"),
                            (codecs.BOM_UTF32_LE + b"\xff" * 8, "begins as UTF-32")):
            with self.assertRaisesRegex(text.Unreadable, found):
                text.lines_of(data)


class MeaningsTest(unittest.TestCase):
    def test_an_expected_output_may_have_a_mark_or_other_ends_of_lines(self) -> None:
        plain = "alive 0\nmessages é"
        for end in ("\n", "\r\n", "\r"):
            for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                saved = plain.replace("\n", end).encode(encoding)
                with self.subTest(end=end, encoding=encoding):
                    self.assertIn(plain.encode(), text.meanings(saved))

    def test_a_carriage_return_in_some_lines_only_is_a_part_of_them(self) -> None:
        self.assertEqual(text.meanings(b"messages a\r\nalive 0\n"), [b"messages a\r\nalive 0\n"])


if __name__ == "__main__":
    unittest.main()
