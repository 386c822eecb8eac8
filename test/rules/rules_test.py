"""Each rule finds planted violations, at their lines, and nothing in a correct repository."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Dict, List

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import cpp_text
import findings
import formatting
import headers
import layers
import links
import scripts
import sizes

# A repository that keeps every rule. Tests add to it or replace files.
TIDY = {
    "include/ovid/base/ids.hpp": "#pragma once\n#include <cstdint>\nusing Id = std::uint16_t;\n",
    "include/ovid/wire/line.hpp": '#pragma once\n#include "ovid/base/ids.hpp"\n',
    "src/wire/line.cpp": '#include "ovid/wire/line.hpp"\n\n// No system_clock, sleep() here.\n',
    "include/ovid/link/link.hpp": '#pragma once\n#include "ovid/wire/line.hpp"\n',
    "include/ovid/agent/agent.hpp": '#pragma once\n#include "ovid/base/ids.hpp"\n',
    "include/ovid/agents/chat.hpp": '#pragma once\n#include "ovid/agent/agent.hpp"\n',
    "include/ovid/node/node.hpp":
        '#pragma once\n#include <chrono>\n#include "ovid/link/link.hpp"\n'
        '#include "ovid/agent/agent.hpp"\n',
    "include/ovid/net/loop.hpp":
        '#pragma once\n#include <zmq.hpp>\n#include <chrono>\n#include "ovid/node/node.hpp"\n',
    "src/net/loop.cpp":
        '#include "ovid/net/loop.hpp"\nauto now() { return std::chrono::steady_clock::now(); }\n',
    "src/app/main.cpp":
        '#include <fstream>\n#include "ovid/net/loop.hpp"\n#include "ovid/agents/chat.hpp"\n',
    "README.md": "# Tidy\n\n[source](src/app/main.cpp#L1), [web](https://a.b/c), "
                 "`[no](link)`\n\n```\n[no](link/either)\n```\n",
    "python/tool.py": "print(1)\n",
    "check": "#!/bin/sh\ntrue\n",
}


class RuleTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="ovid-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.root)
        for name, text in TIDY.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def found_with(self, rule: findings.Rule, planted: Dict[str, str]) -> List[str]:
        """`path:line` of what the rule finds with these files planted, which are removed again."""
        kept = {name: self.root / name for name in planted}
        before = {name: path.read_text() if path.exists() else None for name, path in kept.items()}
        for name, text in planted.items():
            self.write(name, text)
        found = [f"{finding.path}:{finding.line}" for finding in rule(self.root)]
        for name, text in before.items():
            kept[name].unlink() if text is None else self.write(name, text)
        return found


class LayersTest(RuleTest):
    def test_nothing_is_found_in_a_tidy_repository(self) -> None:
        self.assertEqual(layers.check(self.root), [])

    def test_no_include_goes_up_or_sideways(self) -> None:
        order = {"base": 0, "observe": 1, "wire": 1, "link": 2, "agent": 1, "agents": 3,
                 "node": 3, "sim": 4, "net": 4, "app": 5, "bench": 6}
        self.assertEqual(set(order), set(layers.MAY_INCLUDE))
        for layer, rank in order.items():
            for other, above in order.items():
                header = f"include/ovid/{layer}/planted.hpp"
                text = f'#pragma once\n\n#include "ovid/{other}/ids.hpp"\n'
                skipping = (layer, other) in (("link", "agent"), ("agents", "observe"),
                                              ("agents", "link"), ("node", "agents"),
                                              ("sim", "agents"), ("net", "agents"),
                                              ("bench", "sim"))
                allowed = layer == other or (rank > above and not skipping)
                with self.subTest(layer=layer, other=other):
                    self.assertEqual(self.found_with(layers.check, {header: text}),
                                     [] if allowed else [f"{header}:3"])

    def test_drivers_may_not_use_the_agents_that_app_wires(self) -> None:
        planted = {"src/net/loop.cpp": '#include "ovid/agents/chat.hpp"\n'}
        self.assertEqual(self.found_with(layers.check, planted), ["src/net/loop.cpp:1"])

    def test_zmq_is_found_outside_net(self) -> None:
        for layer in ("base", "link", "node", "sim", "app"):
            for spelled in ("<zmq.hpp>", "<zmq.h>", '"zmq.hpp"', "<zmq_addon.hpp>"):
                header = f"include/ovid/{layer}/planted.hpp"
                with self.subTest(layer=layer, spelled=spelled):
                    self.assertEqual(
                        self.found_with(layers.check, {header: f"#include {spelled}\n"}),
                        [f"{header}:1"])

    def test_clocks_devices_threads_and_files_are_found_below_the_drivers(self) -> None:
        impure = ["#include <thread>", "#include <mutex>", "#include <random>",
                  "#include <fstream>", "#include <unistd.h>", "#include <sys/random.h>",
                  "# include <ctime>", "#include <unordered_map>", "#include <spdlog/spdlog.h>",
                  "auto a = std::chrono::system_clock::now();", "using C = steady_clock;",
                  "void f() { std::this_thread::sleep_for(second); }", "int a = rand();",
                  "long a = getrandom(&b, 1, 0);", "auto* f = fopen(name, mode);",
                  "thread_local int a;", "std::mutex m;"]
        for layer in ("base", "wire", "link", "agent", "agents", "node"):
            for line in impure:
                header = f"include/ovid/{layer}/planted.hpp"
                with self.subTest(layer=layer, line=line):
                    self.assertEqual(
                        self.found_with(layers.check, {header: f"#pragma once\n{line}\n"}),
                        [f"{header}:2"])

    def test_impure_names_in_comments_and_texts_are_no_finding(self) -> None:
        text = '#pragma once\n// sleep(1) on a std::mutex\n/* steady_clock::now()\n rand() */\n' \
               'constexpr auto kText = "rand() // ";\nconstexpr auto kRaw = R"(sleep(1) ")";\n' \
               '// #include <thread>\n/*\n#include <mutex>\n*/\nint operand(int random_seed);\n'
        self.assertEqual(self.found_with(layers.check, {"include/ovid/base/planted.hpp": text}), [])

    def test_files_that_mirror_nothing_are_found(self) -> None:
        for name in ("src/wire/planted.cpp", "src/app/planted.cpp", "src/planted.cpp",
                     "src/wire/deep/planted.cpp", "include/ovid/planted.hpp",
                     "include/ovid/wire/planted.h", "include/planted.hpp", "src/wire/planted.hpp",
                     "src/util/planted.cpp", "include/ovid/helpers/planted.hpp"):
            with self.subTest(name=name):
                self.assertEqual(self.found_with(layers.check, {name: "\n"}), [f"{name}:1"])

    def test_includes_that_hide_their_layer_are_found(self) -> None:
        for line in ('#include "ids.hpp"', '#include "../base/ids.hpp"',
                     '#include <ovid/base/ids.hpp>', '#include "ovid/util/ids.hpp"',
                     '#include "ovid/ids.hpp"'):
            with self.subTest(line=line):
                self.assertEqual(self.found_with(layers.check, {"src/wire/line.cpp": line}),
                                 ["src/wire/line.cpp:1"])

    def test_a_ring_of_includes_is_found_once(self) -> None:
        ring = {f"include/ovid/base/{a}.hpp": f'#include "ovid/base/{b}.hpp"\n'
                for a, b in (("x", "y"), ("y", "z"), ("z", "x"))}
        self.assertEqual(len(self.found_with(layers.check, ring)), 1)


class SizesTest(RuleTest):
    BODY = "  step();\n"

    def test_the_largest_that_is_allowed_is_no_finding(self) -> None:
        function = "void f() {\n" + self.BODY * (sizes.FUNCTION_LINES_MAX - 2) + "}\n"
        source = function * 5 + "\n" * (sizes.FILE_LINES_MAX - 5 * sizes.FUNCTION_LINES_MAX)
        self.assertEqual(self.found_with(sizes.check, {"src/wire/line.cpp": source}), [])

    def test_long_files_are_found(self) -> None:
        for name in ("src/wire/line.cpp", "include/ovid/base/ids.hpp", "python/tool.py",
                     "python/shell.sh", "python/process", "test/wire/line_test.cpp",
                     "test/wire/grid.hpp", "test/system/tool_test.py"):
            with self.subTest(name=name):
                self.assertEqual(
                    self.found_with(sizes.check, {name: "\n" * (sizes.FILE_LINES_MAX + 1)}),
                    [f"{name}:{sizes.FILE_LINES_MAX + 1}"])

    def test_long_functions_are_found_where_they_begin(self) -> None:
        long = self.BODY * sizes.FUNCTION_LINES_MAX
        deep = "".join("  " + line for line in long.splitlines(True))
        for head, body, end in (
                ("void f() {\n", long, "}\n"),
                ("void f(int a,\n       int b) {\n", long, "}\n"),
                ("A::A(int a)\n    : a_{a},\n      b_{\n          .c = a,\n      } {\n", long,
                 "}\n"),
                ("void f() {\n", f"  if (a) {{\n{deep}  }}\n", "}\n"),
                ("void f() {\n", f"  auto g = [] {{\n{deep}  }};\n", "}\n"),
                ("void f() {\n  auto a = R\"(\n}\n)\";\n", long, "}\n")):
            with self.subTest(head=head):
                source = f"namespace a {{\n\n{head}{body}{end}\n}}  // namespace a\n"
                self.assertEqual(self.found_with(sizes.check, {"src/wire/line.cpp": source}),
                                 ["src/wire/line.cpp:3"])
        member = f"class A {{\n public:\n  void f() {{\n{deep}  }}\n}};\n"
        self.assertEqual(self.found_with(sizes.check, {"src/wire/line.cpp": member}),
                         ["src/wire/line.cpp:3"])
        python = "\n\ndef f():\n" + "    step()\n" * sizes.FUNCTION_LINES_MAX
        for name in ("python/tool.py", "test/system/tool_test.py"):
            self.assertEqual(self.found_with(sizes.check, {name: python}), [f"{name}:3"])
        fixture = f"TEST(A, IsLong) {{\n{long}}}\n"
        self.assertEqual(self.found_with(sizes.check, {"test/wire/line_test.cpp": fixture}),
                         ["test/wire/line_test.cpp:1"])

    def test_long_types_namespaces_and_tables_are_no_finding(self) -> None:
        for head, line, end in (
                ("namespace a {", "int f() {\n  return 1;\n}\n", "}  // namespace a"),
                ("class A {", "  int f() {\n    return 1;\n  }\n", "};"),
                ("enum class A {", "  kOne,\n", "};"),
                ("constexpr A kTable[] = {", "    {1, 2},\n", "};")):
            with self.subTest(head=head):
                source = f"{head}\n{line * (sizes.FUNCTION_LINES_MAX + 1)}{end}\n"
                self.assertEqual(self.found_with(sizes.check, {"src/wire/line.cpp": source}), [])


class CppTextTest(unittest.TestCase):
    def test_code_keeps_lines_and_columns(self) -> None:
        source = "a = '\"'; // x\nb = \"\\\"/*\"; c = 1'000'000; /* y\n z */ d = '\\'';\n"
        code = cpp_text.code(source)
        self.assertEqual([len(line) for line in code.split("\n")],
                         [len(line) for line in source.split("\n")])
        self.assertEqual(code.split(), ["a", "=", ";", "b", "=", ";", "c", "=", "1'000'000;", "d",
                                        "=", ";"])


class FormattingTest(RuleTest):
    def setUp(self) -> None:
        super().setUp()
        if not formatting.program():
            self.skipTest("there is no clang-format")
        self.write(".clang-format", "BasedOnStyle: Google\nSortIncludes: Never\n")

    def test_formatted_files_are_no_finding(self) -> None:
        planted = {"src/net/loop.cpp": "int f() { return 1; }\n"}
        self.assertEqual(self.found_with(formatting.check, planted), [])

    def test_unformatted_files_are_found(self) -> None:
        for name in ("src/wire/line.cpp", "include/ovid/base/ids.hpp", "test/wire/line_test.cpp"):
            with self.subTest(name=name):
                self.assertEqual(
                    self.found_with(formatting.check, {name: "int a;\nint  b;\nint  c;\n"}),
                    [f"{name}:2"])

    def test_an_unreadable_configuration_is_found(self) -> None:
        found = self.found_with(formatting.check, {".clang-format": "BasedOnStyle: Nobody's\n"})
        self.assertEqual(found, [".clang-format:1"])


class HeadersTest(RuleTest):
    def found(self, header: str, text: str) -> List[str]:
        command = f"c++ -std=c++20 -Iinclude -Wall -Werror -MD -MF x.d -o x.o -c {self.root}/x.cpp"
        (self.root / "compile_commands.json").write_text(json.dumps([
            {"directory": str(self.root), "command": command.replace("x.cpp", f"src/{layer}/x.cpp"),
             "file": f"{self.root}/src/{layer}/x.cpp"} for layer in ("wire", "base")]))
        shutil.rmtree(self.root / "include")
        self.write(header, text)
        return [finding.path for finding in headers.check(self.root, self.root)]

    def test_a_header_that_includes_what_it_needs_is_no_finding(self) -> None:
        text = "#pragma once\n#include <string>\ninline std::string f() { return {}; }\n"
        self.assertEqual(self.found("include/ovid/wire/a.hpp", text), [])
        self.assertEqual(self.found("include/ovid/node/a.hpp", text), [])
        self.assertFalse((self.root / "x.d").exists())

    def test_headers_that_need_others_or_come_twice_are_found(self) -> None:
        for text in ("#pragma once\ninline std::string f() { return {}; }\n",
                     "#include <string>\ninline std::string f() { return {}; }\n",
                     "#pragma once\ninline int f() { int unused; return 1; }\n"):
            with self.subTest(text=text):
                self.assertEqual(self.found("include/ovid/wire/a.hpp", text),
                                 ["include/ovid/wire/a.hpp"])


class ScriptsTest(RuleTest):
    def test_nothing_is_found_in_a_tidy_repository(self) -> None:
        self.assertEqual(scripts.check(self.root), [])
        self.assertEqual(list(self.root.rglob("*.pyc")), [])

    def test_what_does_not_parse_is_found(self) -> None:
        for name, text, line in (("python/tool.py", "a = 1\ndef f(:\n", 2),
                                 ("python/tool.py", "match a:\n    case 1: pass\n", 1),
                                 ("python/run", "#!/usr/bin/env python3\n)\n", 2),
                                 ("check", "#!/bin/sh\n\nfi\n", 3),
                                 (".ci/steps.sh", "if true; then\n", 2)):
            with self.subTest(name=name, text=text):
                found = self.found_with(scripts.check, {name: text})
                self.assertEqual([place.rpartition(":")[0] for place in found], [name])
                self.assertLessEqual(abs(int(found[0].rpartition(":")[2]) - line), 1)

    def test_a_program_without_an_interpreter_is_found(self) -> None:
        self.write("python/tool.py", "print(1)\n").chmod(0o755)
        self.assertEqual([finding.path for finding in scripts.check(self.root)],
                         ["python/tool.py"])


class LinksTest(RuleTest):
    def test_nothing_is_found_in_a_tidy_repository(self) -> None:
        self.assertEqual(links.check(self.root), [])

    def test_dead_links_are_found(self) -> None:
        for link in ("[a](missing.md)", "[a](src/missing#x)", "[a](../outside.md)",
                     "[a]: missing.md", "![a](missing.png \"title\")", "[a](<missing.md>)"):
            with self.subTest(link=link):
                self.assertEqual(self.found_with(links.check, {"README.md": f"# A\n\n{link}\n"}),
                                 ["README.md:3"])
        for name in ("test/README.md", "docs/guide.md"):
            self.assertEqual(self.found_with(links.check, {name: "[a](../README.md)"}), [])
        self.assertEqual(self.found_with(links.check, {"docs/guide.md": "[a](README.md)"}),
                         ["docs/guide.md:1"])


class CommandTest(RuleTest):
    def test_a_rule_ends_with_status_1_if_and_only_if_it_is_broken(self) -> None:
        def run() -> "subprocess.CompletedProcess[str]":
            return subprocess.run([sys.executable, "-B", layers.__file__, str(self.root)],
                                  stdout=subprocess.PIPE, text=True, check=False)

        self.assertEqual((run().returncode, run().stdout), (0, "kept everywhere\n"))
        self.write("include/ovid/base/planted.hpp", "#include <thread>\n")
        broken = run()
        self.assertEqual(broken.returncode, 1)
        self.assertIn("include/ovid/base/planted.hpp:1: <thread> in base", broken.stdout)


if __name__ == "__main__":
    unittest.main()
