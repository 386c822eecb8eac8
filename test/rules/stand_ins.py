"""check, demo and .ci/run in a copy of the checkout whose tools are stand-ins that note calls.

PATH leads to the stand-ins and to the few real programs that are named here, and nowhere else.
"""
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
