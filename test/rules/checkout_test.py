"""A checkout of what is here now, made with the settings of Git that change line ends."""
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from typing import List, Sequence

sys.dont_write_bytecode = True

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
COMMANDS = ("check", "demo", ".ci/run", "python/build", "python/stopall", "python/killall.sh",
            "python/master.py", "python/grading.py", "python/demo.py", "test/fuzz/run")
SETTINGS = {
    "core.autocrlf=true": ["core.autocrlf=true"],
    "core.autocrlf=input": ["core.autocrlf=input"],
    "core.eol=crlf": ["core.autocrlf=false", "core.eol=crlf"],
    "both": ["core.autocrlf=true", "core.eol=crlf", "core.safecrlf=true"],
    "attributes of the user": ["core.attributesFile={}"],
}
SKIPPED = 77  # Meson's status for a skipped test


def git(*words: object, folder: pathlib.Path, settings: Sequence[str] = ("core.autocrlf=false",)
        ) -> bytes:
    """Git without the settings of this user and machine."""
    chosen = [word for setting in settings for word in ("-c", setting)]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
                   "GIT_ATTR_NOSYSTEM": "1"}
    return subprocess.run(["git", "-c", "safe.directory=*", *chosen, "-C", str(folder),
                           *(str(word) for word in words)], env=environment, check=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout


def tracked() -> List[str]:
    """The files of this repository, those that are not committed yet among them."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=REPOSITORY)
    return [name for name in listed.decode().split("\0") if name and (REPOSITORY / name).is_file()]


class CheckoutTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ovid-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.files = tracked()
        self.origin = self.folder / "origin"
        for name in self.files:
            (self.origin / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, self.origin / name)
        git("init", "-q", folder=self.origin)
        self.commit()

    def commit(self) -> None:
        settings = ["user.name=nobody", "user.email=nobody@localhost", "core.safecrlf=false"]
        git("add", "-A", folder=self.origin, settings=settings)
        git("commit", "-q", "-m", "all", folder=self.origin, settings=settings)

    def other_bytes(self, root: pathlib.Path) -> List[str]:
        return [name for name in self.files
                if (root / name).read_bytes() != (REPOSITORY / name).read_bytes()]

    def test_every_file_has_its_bytes_and_every_command_starts(self) -> None:
        attributes = self.folder / "attributes"
        attributes.write_text("* text eol=crlf\n")
        for name, settings in SETTINGS.items():
            with self.subTest(name):
                clone = self.folder / name
                git("clone", "-q", self.origin, clone, folder=self.folder,
                    settings=[setting.format(attributes) for setting in settings])
                self.assertEqual(self.other_bytes(clone), [])
                self.assertEqual(git("status", "--porcelain", folder=clone, settings=settings), b"")
                for command in COMMANDS:
                    done = subprocess.run([str(clone / command), "--version"], text=True,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                          stderr=subprocess.STDOUT, timeout=60, check=False)
                    self.assertRegex(done.stdout, r"^ovid \d", command)

    def test_an_archive_has_the_same_bytes(self) -> None:
        archive = git("archive", "HEAD", folder=self.origin,
                      settings=["core.autocrlf=true", "core.eol=crlf"])
        unpacked = self.folder / "unpacked"
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(unpacked)
        self.assertEqual(self.other_bytes(unpacked), [])

    def test_what_an_editor_saved_with_cr_lf_goes_in_with_lf(self) -> None:
        for name in ("check", "python/process", "meson.build"):
            path = self.origin / name
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"# more\r\n")
        self.commit()
        for name in ("check", "python/process", "meson.build"):
            self.assertNotIn(b"\r", git("show", f"HEAD:{name}", folder=self.origin), name)


def main() -> None:
    if not shutil.which("git"):
        print("skipped: there is no git")
        sys.exit(SKIPPED)
    try:
        tracked()
    except subprocess.CalledProcessError:
        print(f"skipped: {REPOSITORY} is not a checkout of Git")
        sys.exit(SKIPPED)
    unittest.main()


if __name__ == "__main__":
    main()
