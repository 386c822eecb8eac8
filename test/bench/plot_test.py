#!/usr/bin/env python3
"""The script that draws the results of `ovid-bench --json`, tested with invented measurements."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Dict

PLOT = pathlib.Path(__file__).resolve().parent / "plot"
SKIPPED = 77  # Meson's status for a skipped test


def row(figure: str, of: str, nodes: int, size: int, unit: str, median: float) -> Dict[str, Any]:
    return {"figure": figure, "of": of, "nodes": nodes, "bytes": size, "unit": unit,
            "median": median, "min": median * 0.9, "max": median * 1.1, "samples": [median]}


class PlotTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="ovid-plot-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.drawn = self.folder / "drawn"

    def plot(self, *rows: Dict[str, Any], status: int = 0) -> "subprocess.CompletedProcess[str]":
        measured = self.folder / "measured.json"
        measured.write_text(json.dumps(rows), encoding="utf-8")
        return self.run_plot(str(measured), "--to", str(self.drawn), status=status)

    def run_plot(self, *arguments: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run([sys.executable, "-B", str(PLOT), *arguments], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done

    def pictures(self) -> "dict[str, str]":
        return {path.stem: path.read_text(encoding="utf-8") for path in self.drawn.iterdir()}

    def test_a_figure_grows_with_nodes_and_with_bytes(self) -> None:
        figure = "broadcast, one sends"
        self.plot(*(row(figure, of, nodes, size, "deliveries/s", rate * nodes / size)
                    for of, rate in (("ovid", 3e6), ("bare, shared", 1e6))
                    for nodes in (3, 8) for size in (32, 1024)))
        pictures = self.pictures()
        self.assertEqual(set(pictures), {"one-nodes", "one-bytes"})
        for picture in pictures.values():
            self.assertIn("</svg>", picture)
            self.assertIn("bare, shared", picture)

    def test_what_was_measured_at_one_size_makes_no_picture(self) -> None:
        self.plot(row("start", "all see all", 3, 0, "ms", 15),
                  row("start", "all see all", 16, 0, "ms", 70),
                  row("crash", "back at all", 3, 0, "ms", 12))
        self.assertEqual(set(self.pictures()), {"start"})

    def test_nothing_to_draw_is_said(self) -> None:
        self.assertIn("nothing was measured", self.plot(status=1).stderr)

    def test_a_file_that_is_not_there_is_named(self) -> None:
        done = self.run_plot("/none.json", "--to", str(self.drawn), status=1)
        self.assertIn("/none.json", done.stderr)

    def test_what_is_no_measurement_is_named_in_one_line(self) -> None:
        rows = [row("start", "all see all", nodes, 0, "ms", 15) for nodes in (3, 16)]
        del rows[1]["min"]
        for made, found in (({}, "no list"), ([1], "no figure"), (rows, "no min"),
                            ([{**rows[0], "median": float("nan")}], "median nan"),
                            ([{**rows[0], "nodes": True}], "no nodes"), ("[", "it is no list")):
            with self.subTest(found):
                words = self.plot_of(json.dumps(made).encode(), status=1).stderr
                self.assertIn(found, words)
                self.assertEqual(len(words.splitlines()), 1)

    def test_measurements_may_be_saved_by_any_shell(self) -> None:
        rows = [row("start", "all see all", nodes, 0, "ms", 15) for nodes in (3, 16)]
        for encoding in ("utf-8-sig", "utf-16"):
            self.plot_of((json.dumps(rows, indent=1) + "\r\n").encode(encoding))

    def test_a_folder_that_cannot_be_made_or_a_full_output_is_one_line(self) -> None:
        (self.folder / "file").write_text("", encoding="utf-8")
        self.drawn = self.folder / "file"
        self.assertEqual(len(self.plot(status=1).stderr.splitlines()), 1)
        self.drawn = self.folder / "drawn"
        rows = [row("start", "all see all", nodes, 0, "ms", 15) for nodes in (3, 16)]
        (self.folder / "measured.json").write_text(json.dumps(rows), encoding="utf-8")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([sys.executable, "-B", str(PLOT), self.folder / "measured.json",
                                   "--to", self.drawn], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, "plot: standard output: No space left on device\n"))

    def plot_of(self, data: bytes, status: int = 0) -> "subprocess.CompletedProcess[str]":
        measured = self.folder / "measured.json"
        measured.write_bytes(data)
        return self.run_plot(str(measured), "--to", str(self.drawn), status=status)


if __name__ == "__main__":
    if not shutil.which("gnuplot"):
        print("skipped: there is no gnuplot (Debian: gnuplot-nox)")
        sys.exit(SKIPPED)
    unittest.main()
