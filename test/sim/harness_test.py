#!/usr/bin/env python3
"""The runner of scripts and the generator of planted bugs report the mistakes that they must
report."""
import contextlib
import io
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

_HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE / "mutants")]

import generate  # noqa: E402
import script_test  # noqa: E402

_OVID = sys.argv.pop()


class AScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "script.txt"

    def check(self, text: str, accept: bool = False) -> bool:
        self.path.write_text(text, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            return script_test.check(_OVID, self.path, accept)

    def test_fails_where_the_trace_is_another_one_and_passes_when_that_was_accepted(self):
        told = "Prose.\n\nnodes=1 seconds=2\nt=1 line 0 alive\n----\n"
        self.assertFalse(self.check(told + "1.000020 node 0 says: alive 0,1\n"))
        self.assertTrue(self.check(told, accept=True))
        accepted = self.path.read_text(encoding="utf-8")
        self.assertTrue(accepted.startswith(told) and accepted.endswith("says: alive 0\n"))
        self.assertTrue(self.check(accepted))

    def test_is_accepted_whole_or_stays_as_it_was(self):
        told = "Prose.\n\nnodes=1 seconds=2\n" + "t=1 line 0 alive\n" * 3 + "----\nold\n"
        self.path.write_text(told, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-B", str(_HERE / "script_test.py"), "--accept", _OVID, str(self.path)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (80, 80)))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("cannot be written", done.stdout)
        self.assertEqual(self.path.read_text(encoding="utf-8"), told)
        self.assertEqual([self.path.name], [each.name for each in self.path.parent.iterdir()])

    def test_is_the_same_whatever_editor_saved_it(self):
        told = "Prose.\n\nnodes=1 seconds=2\nt=1 line 0 alive\n----\n"
        self.check(told, accept=True)
        accepted = self.path.read_text(encoding="utf-8")
        self.path.write_bytes(b"\xef\xbb\xbf" + accepted.replace("\n", "\r\n").encode("utf-8"))
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertTrue(script_test.check(_OVID, self.path, False))

    def test_may_go_on_after_what_is_printed(self):
        parts = ["Prose.\n\nnodes=2 seconds=2\nt=0 settle\n----\n",
                 "\nMore prose, of\nline 0 and others.\n\nline 0 broadcast a\nline 0 get\n----\n",
                 "\n# a comment\nline 1 alive\n----\n"]
        self.check("".join(parts), accept=True)
        accepted = self.path.read_text(encoding="utf-8")
        for part in parts:
            self.assertIn(part, accepted)
        printed = [text.split("\n\n")[0] for text in accepted.split("----\n")[1:]]
        self.assertTrue(printed[0].endswith(" settled"), accepted)
        self.assertTrue(printed[1].endswith(" node 0 says: messages a"), accepted)
        self.assertTrue(printed[2].endswith(" node 1 says: alive 0,1\n"), accepted)
        self.assertTrue(self.check(accepted))
        self.assertFalse(self.check(accepted.replace("messages a", "messages b")))
        self.assertFalse(self.check(accepted.replace("alive 0,1", "alive 1")))

    def test_that_goes_on_has_its_parts_in_order_of_time_and_a_rule_in_each(self):
        for more in ("t=0.5 line 0 alive\n----\n", "t=1.5 line 0 alive\n"):
            with self.assertRaises(script_test.BadScript, msg=more):
                self.check("nodes=1 seconds=2\nt=1 line 0 alive\n----\nx\n\n" + more)

    def test_without_rule_or_size_or_with_a_wrong_command_is_refused(self):
        for text in ("nodes=1 seconds=1\n", "t=1 heal\n\n----\n",
                     "nodes=1 seconds=1\nt=1 explode 0\n----\n"):
            with self.assertRaises(script_test.BadScript, msg=text):
                self.check(text)


class AMutant(unittest.TestCase):
    def test_is_the_source_with_its_changes(self):
        changes = generate.changes_of("Wrong.\n---- find\nb\n---- replace\nx\n"
                                      "---- find\nc\n---- replace\n")
        self.assertEqual(generate.mutate("a b c", changes), "a x ")

    def test_is_refused_if_its_text_does_not_stand_there_exactly_once(self):
        for source in ("a", "b b"):
            with self.assertRaises(generate.BadMutant, msg=source):
                generate.mutate(source, [("b", "x")])

    def test_is_refused_without_prose_or_a_whole_change(self):
        for text in ("", "Wrong.\n", "---- find\nb\n---- replace\nx\n", "Wrong.\n---- find\nb\n"):
            with self.assertRaises(generate.BadMutant, msg=text):
                generate.changes_of(text)


if __name__ == "__main__":
    unittest.main()
