#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small inputs that reach states which a fuzzer would need a
long time to find.

The comment at the top of each target's source describes the format of its inputs. Inputs that a
fuzzer found are stored beside the seeds by hand, as found_<what>.bin.
"""
import argparse
import pathlib

import frame_seeds
import line_seeds
import link_seeds

FOLDER = pathlib.Path(__file__).resolve().parent / "corpus"


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for target, seeds in (("frame", frame_seeds.frames()), ("lines", line_seeds.lines()),
                          ("link", link_seeds.links())):
        folder = FOLDER / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.bin"):
            if not old.name.startswith("found_"):
                old.unlink()
        for name, content in seeds.items():
            (folder / f"{name}.bin").write_bytes(content)
        sizes = [path.stat().st_size for path in folder.glob("*.bin")]
        print(f"{target}: {len(sizes)} inputs, {sum(sizes)} bytes")


if __name__ == "__main__":
    main()
