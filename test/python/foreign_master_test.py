"""Masters of the lab family in the folders python and python/2019, with the real node: foreign
masters as commands_test.py has them, on the lab's mesh ports."""
import os
import shutil
import subprocess
import sys
import unittest

import commands_test
import fixture

OVID = os.environ["OVID"]


@unittest.skipUnless(shutil.which("meson") and shutil.which("ninja"), "needs meson")
class ForeignMasterTest(commands_test.CheckoutTest):
    def setUp(self) -> None:
        super().setUp()
        text = commands_test.MESON_BUILD.replace(str(commands_test.INTERPRETER), OVID)
        (self.checkout / "meson.build").write_text(text.format(folder=self.folder))
        (self.checkout / "node.txt").write_text("")

    def talk(self, folder: str, master: str) -> str:
        """The output of a master with that text in that folder of the checkout."""
        path = self.checkout / folder / "foreign.py"
        path.write_text(master)
        return self.run_command(sys.executable, path.name, *fixture.free_ports(2), cwd=path.parent,
                                env={**os.environ, "OVID_HOME": sys.base_prefix})

    def test_those_of_2016_and_2017_read_lines(self) -> None:
        for _ in range(2):
            self.assertEqual(self.talk("python", commands_test.FOREIGN_MASTER),
                             "alive 0,1\nmessages hello, world\nalive 0\n")

    def test_those_of_2018_and_2019_read_lengths(self) -> None:
        for _ in range(2):
            self.assertEqual(self.talk("python/2019", commands_test.FOREIGN_MASTER_2019),
                             "alive 0,1messages hello, worldalive 0")


if __name__ == "__main__":
    unittest.main()
