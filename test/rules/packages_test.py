"""Which packages check and demo install, and which they do without; with a stand-in for apt-get."""
import sys
import unittest

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from stand_ins import CommandsTest


class PackagesTest(CommandsTest):
    def test_apt_is_not_called_if_nothing_is_missing(self) -> None:
        self.assertIn("Packages: all there.\n", self.run_command("demo"))
        self.assertEqual(self.apt_calls(), [])

    def test_what_is_missing_is_installed_and_nothing_else(self) -> None:
        self.lack("meson", "g++")
        self.assertIn("installing g++ meson", self.run_command("demo"))
        update, install = self.apt_calls()
        self.assertRegex(update, r"^apt-get noninteractive .* update$")
        self.assertRegex(install, r" install -y --no-install-recommends g\+\+ meson$")
        self.run_command("demo")
        self.assertEqual(self.apt_calls(), [])

    def test_a_failure_is_tried_once_more(self) -> None:
        self.write("installed", "g++")
        self.write("failures", "first")
        self.run_command("demo")
        self.assertEqual(len(self.apt_calls()), 4)

    def test_two_failures_end_it_with_the_output_of_apt(self) -> None:
        self.write("installed")
        self.write("failures", "first", "second", "third")
        for name in ("demo", "check"):
            output = self.run_command(name, status=1)
            self.assertIn("could not be installed", output)
            self.assertIn("E: a mirror is away", output)
            self.write("failures", "first", "second", "third")
        self.assertFalse([call for call in self.calls() if call.startswith(("meson", "ninja"))])

    def test_others_than_root_go_through_sudo(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        self.write("installed", "g++")
        self.run_command("demo")
        self.assertEqual([call.split()[0] for call in self.apt_calls()],
                         ["sudo", "apt-get"] * 2)

    def test_without_root_and_sudo_the_command_to_run_is_printed(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        (self.tools / "sudo").unlink()
        self.run_command("demo")
        self.lack("meson")
        self.assertIn("apt-get install --no-install-recommends meson\n",
                      self.run_command("demo", status=1))
        self.assertEqual(self.apt_calls(), [])

    def test_where_there_is_no_dpkg_the_build_is_tried(self) -> None:
        (self.tools / "dpkg-query").unlink()
        self.assertIn("not Debian", self.run_command("demo"))
        self.assertIn("ninja -C build ovid", self.calls())


class OptionalPackagesTest(CommandsTest):
    OPTIONAL = ("iproute2", "clang-format-14", "clang-14", "libclang-rt-14-dev", "gnuplot-nox")

    def not_root(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        (self.tools / "sudo").unlink()

    def test_demo_needs_only_what_building_needs(self) -> None:
        self.not_root()
        self.lack(*self.OPTIONAL, "libgtest-dev")
        self.assertIn("Packages: all there.\n", self.run_command("demo"))
        self.assertIn("ninja -C build ovid", self.calls())

    def test_check_continues_without_what_is_optional_and_names_it(self) -> None:
        self.not_root()
        for missing in (["gnuplot-nox"], ["iproute2", "clang-format-14"], list(self.OPTIONAL)):
            self.lack(*missing)
            self.assertIn(f"Packages: going on without {' '.join(missing)} (optional).\n",
                          self.run_command("check", "--fast"))
        self.lack("gnuplot-nox", "libgtest-dev")
        self.assertIn("install --no-install-recommends libgtest-dev\n",
                      self.run_command("check", status=1))

    def test_no_password_is_requested_for_what_is_optional(self) -> None:
        self.tool("id", "#!/bin/sh\necho 1000\n")
        self.tool("sudo", '#!/bin/sh\necho "sudo $*" >>"$TOOLS/calls"\n'
                          'echo "sudo: a password is required" >&2\nexit 1\n')
        self.lack("gnuplot-nox")
        output = self.run_command("check", "--fast")
        self.assertIn("Packages: going on without gnuplot-nox (optional).\n", output)
        self.assertNotIn("could not be installed", output)
        self.assertEqual(self.apt_calls(), ["sudo -n true"])

    def test_what_is_optional_is_installed_by_root(self) -> None:
        self.lack(*self.OPTIONAL)
        self.assertNotIn("without", self.run_command("check", "--fast"))
        self.assertRegex(self.apt_calls()[1], " ".join(self.OPTIONAL) + "$")

    def test_what_is_optional_does_not_prevent_the_rest(self) -> None:
        self.lack("gnuplot-nox", "libgtest-dev")
        self.write("refused", "gnuplot-nox")
        self.assertIn("going on without gnuplot-nox", self.run_command("check", "--fast"))
        self.assertIn("libgtest-dev", (self.tools / "installed").read_text().split())
        self.calls()
        self.write("failures", "first", "second")
        self.assertIn("going on without gnuplot-nox", self.run_command("check", "--fast"))

    def test_what_a_package_provides_is_enough(self) -> None:
        self.not_root()
        self.write("installed", *(set(self.listed) - {"meson", "g++", "libzmq3-dev"}))
        self.tool("c++", "#!/bin/sh\n")
        self.tool("pkg-config", '#!/bin/sh\n[ "$*" = "--exists libzmq" ]\n')
        self.assertIn("Packages: all there.\n", self.run_command("demo"))

    def test_any_version_of_clang_is_enough(self) -> None:
        for number in (15, 18, 19):
            self.lack("clang-14", "libclang-rt-14-dev")
            with (self.tools / "installed").open("a") as text:
                text.write(f"clang-{number}\nlibclang-rt-{number}-dev\n")
            self.assertIn("Packages: all there.\n", self.run_command("check", "--fast"))
        self.not_root()
        self.lack("clang-14")
        with (self.tools / "installed").open("a") as text:
            text.write("clang-15\n")
        self.assertIn("without clang-14 (optional)", self.run_command("check", "--fast"))

    def test_where_the_distribution_has_others_those_are_installed(self) -> None:
        self.lack(*self.OPTIONAL)
        self.write("unknown", "clang-format-14", "clang-14", "libclang-rt-14-dev")
        self.write("clang", "19")
        self.assertIn("going on without clang-format-14 (optional).\n",
                      self.run_command("check", "--fast"))
        self.assertRegex(self.apt_calls()[1], "iproute2 clang-19 libclang-rt-19-dev gnuplot-nox$")
        self.run_command("check", "--fast")
        self.assertEqual(self.apt_calls(), [])


if __name__ == "__main__":
    unittest.main()
