"""python/build in checkouts that were moved or copied, and on build folders that are links, were
not set up to the end, or were set up by programs that are gone."""
import json
import os
import pathlib
import shutil
import time
import unittest
from typing import Callable, Dict, List, Tuple

import commands_test


@unittest.skipUnless(shutil.which("meson") and shutil.which("ninja"), "needs meson")
class BuildFolderTest(commands_test.CheckoutTest):
    def setUp(self) -> None:
        super().setUp()
        text = commands_test.MESON_BUILD.format(folder=self.folder)
        (self.checkout / "meson.build").write_text(text)
        (self.checkout / "node.txt").write_text("")

    def move(self, name: str = "moved") -> pathlib.Path:
        """The checkout under another name; its meson.build is newer than what it was built by."""
        moved = self.checkout.rename(self.folder / name)
        self.pull(moved)
        return moved

    def pull(self, checkout: pathlib.Path, text: str = "# newer\n") -> None:
        """Makes meson.build newer than what was built by it."""
        with (checkout / "meson.build").open("a") as file:
            file.write(text)
        os.utime(checkout / "build" / "build.ninja", (time.time() - 60,) * 2)

    def build(self, checkout: pathlib.Path, told: str = "") -> None:
        """Builds; one line is printed, and a second build has nothing to do."""
        output = self.run_command(checkout / "python" / "build")
        self.assertIn(told, output)
        self.assertEqual(len(output.splitlines()), 1 if told else 0, output)
        self.assertTrue((checkout / "build" / "ovid").exists())
        self.assertEqual(self.run_command(checkout / "python" / "build"), "")
        source = json.loads((checkout / "build" / "meson-info" / "meson-info.json").read_text())
        self.assertEqual(source["directories"]["source"], str(checkout))

    def test_a_moved_checkout_is_set_up_again(self) -> None:
        self.build(self.checkout)
        name = "m\u00f6ved \"again\" \\ $HOME"
        self.build(self.move(name), "build/ was set up elsewhere")
        self.assertFalse(self.checkout.exists())

    def test_a_copy_leaves_the_checkout_alone_that_it_was_made_of(self) -> None:
        self.build(self.checkout)
        copy = self.folder / "copy"
        shutil.copytree(self.checkout, copy, symlinks=True)
        self.pull(copy)
        before = self.contents(self.checkout)
        self.build(copy, "build/ was set up elsewhere")
        self.assertEqual(self.contents(self.checkout), before)

    def contents(self, folder: pathlib.Path) -> Dict[str, Tuple[int, bytes]]:
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes())
                for path in folder.rglob("*") if path.is_file()}

    def test_another_checkout_in_the_old_place_is_left_alone(self) -> None:
        self.build(self.checkout)
        moved = self.move()
        self.checkout.mkdir()
        shutil.copytree(moved / "python", self.checkout / "python")
        for name in ("meson.build", "node.txt"):
            shutil.copy(moved / name, self.checkout)
        self.build(self.checkout)
        before = self.contents(self.checkout)
        self.build(moved, "build/ was set up elsewhere")
        self.assertEqual(self.contents(self.checkout), before)

    def test_the_options_of_a_moved_checkout_are_kept(self) -> None:
        self.run_command("meson", "setup", "--buildtype=release", "-Dprefix=/opt/a b", "build",
                         cwd=self.checkout)
        moved = self.move()
        self.build(moved, "build/ was set up elsewhere")
        given = (moved / "build" / "meson-private" / "cmd_line.txt").read_text()
        self.assertEqual(sorted(given.split("\n")[1:3]),
                         ["buildtype = release", "prefix = /opt/a b"])

    def test_options_that_no_longer_exist_are_dropped(self) -> None:
        (self.checkout / "meson_options.txt").write_text("option('old', type: 'boolean')\n")
        self.run_command("meson", "setup", "-Dold=true", "build", cwd=self.checkout)
        (self.checkout / "meson_options.txt").unlink()
        self.build(self.move(), "build/ was set up elsewhere")

    def test_a_build_folder_may_be_a_link(self) -> None:
        scratch = self.folder / "scratch"
        scratch.mkdir()
        (self.checkout / "build").symlink_to(scratch)
        self.build(self.checkout)
        self.assertTrue((scratch / "ovid").exists())
        self.pull(self.checkout)
        self.build(self.checkout)
        self.assertTrue((self.checkout / "build").is_symlink())

    def test_a_copy_does_not_build_where_its_link_leads(self) -> None:
        scratch = self.folder / "scratch"
        scratch.mkdir()
        (self.checkout / "build").symlink_to(scratch)
        self.build(self.checkout)
        copy = self.folder / "copy"
        shutil.copytree(self.checkout, copy, symlinks=True)
        self.pull(copy)
        before = self.contents(scratch)
        output = self.run_command(copy / "python" / "build")
        self.assertIn(f"build was a link to {scratch}, which is left alone", output)
        self.assertEqual(self.contents(scratch), before)
        self.assertFalse((copy / "build").is_symlink())
        self.build(copy)

    def test_a_link_that_leads_nowhere_becomes_a_folder(self) -> None:
        (self.checkout / "build").symlink_to(self.folder / "gone")
        self.assertIn("leads nowhere", self.run_command(self.checkout / "python" / "build"))
        self.assertFalse((self.folder / "gone").exists())
        self.build(self.checkout)

    def test_an_interrupted_setup_is_repeated(self) -> None:
        for missing in (("build.ninja",), ("meson-info/meson-info.json",),
                        ("meson-private/coredata.dat", "build.ninja")):
            with self.subTest(missing):
                self.build(self.checkout)
                for name in missing:
                    (self.checkout / "build" / name).unlink()
                self.build(self.checkout, "build/ was not set up to the end")

    def test_a_truncated_folder_or_one_of_missing_programs_is_set_up_again(self) -> None:
        ninja = self.checkout / "build" / "build.ninja"
        meson = shutil.which("meson")
        rule = "rule cpp_COMPILER\n command = /opt/gone/c++ $ARGS -c $in\n"
        changes: List[Tuple[str, Callable[[str], str]]] = [
            ("does not know where everything is", lambda text: text[:len(text) // 2] + "\n$"),
            ("/opt/gone/meson, which is gone",
             lambda text: text.replace(f"{meson} --internal", "/opt/gone/meson --internal")),
            ("/opt/gone/c++, which is gone", lambda text: text + rule + "x"),
        ]
        for told, change in changes:
            with self.subTest(told):
                self.build(self.checkout)
                ninja.write_text(change(ninja.read_text()))
                self.pull(self.checkout)
                output = self.run_command(self.checkout / "python" / "build")
                self.assertIn(told, output)
                self.build(self.checkout)

    def test_a_folder_of_another_meson_is_set_up_again_only_if_it_does_not_build(self) -> None:
        self.build(self.checkout)
        info = self.checkout / "build" / "meson-info" / "meson-info.json"
        info.write_text(info.read_text().replace('"full": "1.', '"full": "0.', 1))
        self.assertEqual(self.run_command(self.checkout / "python" / "build"), "")
        (self.checkout / "build" / "ovid").unlink()
        (self.checkout / "node.txt").unlink()
        self.run_command(self.checkout / "python" / "build", status=1)
        (self.checkout / "node.txt").write_text("")
        self.run_command(self.checkout / "python" / "build")
        self.assertNotIn('"full": "0.', info.read_text())
        self.build(self.checkout)

    def test_an_error_of_the_sources_leaves_the_folder_as_it_is(self) -> None:
        self.build(self.checkout)
        kept = self.checkout / "build" / "kept"
        kept.write_text("")
        self.pull(self.checkout, "error('a fault of mine')\n")
        self.assertIn("a fault of mine",
                      self.run_command(self.checkout / "python" / "build", status=1))
        self.assertTrue(kept.exists())

    def test_a_folder_of_the_user_s_own_is_kept(self) -> None:
        (self.checkout / "build").mkdir()
        notes = self.checkout / "build" / "notes"
        notes.write_text("mine")
        self.build(self.checkout)
        self.assertEqual(notes.read_text(), "mine")
        shutil.rmtree(self.checkout / "build")
        (self.checkout / "build").write_text("a file")
        self.assertIn("is in the way", self.run_command(self.checkout / "python" / "build",
                                                        status=1))


if __name__ == "__main__":
    unittest.main()
