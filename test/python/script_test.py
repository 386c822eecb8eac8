"""The language of the scripts: which lines are commands, and how others are refused."""
import unittest

import fixture  # noqa: F401 - finds the modules under test
from lab.script import Command, Refused, parse


class ScriptTest(unittest.TestCase):
    def refusal(self, line: bytes) -> bytes:
        with self.assertRaises(Refused) as caught:
            parse(line)
        return caught.exception.message

    def test_every_verb_is_understood(self) -> None:
        self.assertEqual(parse(b"2 start 3 10002"), Command(b"start", 2, n=3, port=10002))
        self.assertEqual(parse(b"0 broadcast hello"), Command(b"broadcast", 0, text=b"hello"))
        for verb in (b"get", b"alive", b"count", b"crash", b"pause", b"resume"):
            self.assertEqual(parse(b"7 " + verb), Command(verb, 7))
        self.assertEqual(parse(b"sleep 250"), Command(b"sleep", sleep_ms=250))
        self.assertEqual(parse(b"exit"), Command(b"exit"))

    def test_blanks_around_words_do_not_matter(self) -> None:
        self.assertEqual(parse(b"  2\tstart  3   10002 "), Command(b"start", 2, n=3, port=10002))
        self.assertEqual(parse(b" exit "), Command(b"exit"))
        self.assertEqual(parse(b"1 get  "), Command(b"get", 1))

    def test_a_text_is_everything_after_one_blank(self) -> None:
        for text in (b" two", b"a,b", b"tail ", b"\xff\x00\xfe", b"\r", b"\tx", b"x" * 2_000_000):
            self.assertEqual(parse(b"0 broadcast " + text).text, text)

    def test_ports_that_are_not_for_masters_are_invalid(self) -> None:
        for port in (b"9999", b"65536", b"0", b"-1", b"http", b"10000x", b"9" * 5000, b"1e4"):
            self.assertEqual(self.refusal(b"0 start 1 " + port), b"Invalid port: " + port)
        for port in (b"10000", b"65535"):
            self.assertEqual(parse(b"0 start 1 " + port).port, int(port))

    def test_ids_outside_the_grid_are_invalid(self) -> None:
        self.assertEqual(self.refusal(b"3 start 3 10000"), b"Invalid pid: 3")
        self.assertEqual(self.refusal(b"-1 start 3 10000"), b"Invalid pid: -1")
        self.assertEqual(self.refusal(b"9" * 5000 + b" get"), b"Invalid pid: " + b"9" * 5000)
        self.assertEqual(self.refusal(b"-0 get"), b"Invalid pid: -0")

    def test_numbers_are_decimal_also_with_leading_zeros(self) -> None:
        zeros = b"0" * 5000
        self.assertEqual(parse(b"010 start 0020 0010010"), Command(b"start", 10, n=20, port=10010))
        self.assertEqual(parse(zeros + b"7 start " + zeros + b"8 " + zeros + b"10000"),
                         Command(b"start", 7, n=8, port=10000))
        self.assertEqual(parse(zeros + b" get"), Command(b"get", 0))
        self.assertEqual(parse(b"sleep " + zeros + b"5"), Command(b"sleep", sleep_ms=5))
        for line in (b"sleep +5", b"sleep 0x5", b"sleep 1e3", b"sleep 1_000", b"0 start 1_0 10000",
                     b"0 start 0x1 10000", b"0x0 get", b"1_0 get"):
            self.assertEqual(self.refusal(line), b"Invalid command: " + line)
        for port in (b"+10000", b"0x2710", b"1_0000", "１００００".encode()):
            self.assertEqual(self.refusal(b"0 start 1 " + port), b"Invalid port: " + port)

    def test_everything_else_is_an_invalid_command(self) -> None:
        for line in (b"hello", b"0", b"0 dance", b"0 broadcast", b"0 broadcast ", b"0 get now",
                     b"0 start", b"0 start 3", b"0 start 3 10000 x", b"0 start x 10000",
                     b"0 start 0 10000", b"0 start 1001 10000", b"0 GET", b"get 0", b"sleep",
                     b"sleep x", b"sleep -1", b"sleep 1 2", b"sleep 3600001", b"exit now",
                     b"\xff\xfe", b"\x00", b"0 get\x00", b"+0 get", b"0.5 get",
                     b"sleep " + b"9" * 5000, b"0 start " + b"9" * 5000 + b" 10000",
                     "٣ get".encode()):
            self.assertEqual(self.refusal(line), b"Invalid command: " + line)


if __name__ == "__main__":
    unittest.main()
