#!/usr/bin/env python3
"""The script that draws what `ovid bench --json` measured, with made-up measurements."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Dict

PLOT = pathlib.Path(__file__).resolve().parent / "plot"
SKIPPED = 77  # Meson's word for a test that could not be made


def row(figure: str, of: str, nodes: int, size: int, unit: str, median: float) -> Dict[str, Any]:
    return {"figure": figure, "of": of, "nodes": nodes, "bytes": size, "unit": unit,
            "median": median, "least": median * 0.9, "most": median * 1.1, "samples": [median]}


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


if __name__ == "__main__":
    if not shutil.which("gnuplot"):
        print("skipped: there is no gnuplot (Debian: gnuplot-nox)")
        sys.exit(SKIPPED)
    unittest.main()
