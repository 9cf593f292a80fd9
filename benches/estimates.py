#!/usr/bin/env python3
"""Compares the time that `seedbed plan` estimates with that of `seedbed run`, in Markdown.

usage: estimates.py [--seedbed PATH] [--seconds S]

Shapes are written as peers/network.py says, and get as many epochs as fill about S seconds; the
other manifests are those of experiments/. Each is planned with nothing known of the machine, then run
with all that a run writes. A machine that does other things meanwhile shows in both.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benches" / "peers"))

import seedbed  # noqa: E402
from network import TABLES, Shape, cores  # noqa: E402

SHAPES = ["article-4/f64", *TABLES, "500x64x1024x10/f64", "100000x20x16x3/f64"]
EXPERIMENTS = ["article", "iris", "digits", "sonar-1988", "tanh"]
# Networks that keep every lane of every core busy at any width of vectors.
LANES = 64
UNITS = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600}


def manifests(folder: pathlib.Path, binary, seconds: float):
    """Names and manifests: those of experiments/, then those of the shapes, written into the folder
    one after the other."""
    for name in EXPERIMENTS:
        yield name, ROOT / "experiments" / f"{name}.toml"
    for name in SHAPES:
        shape = Shape.parse(name)
        large = shape.flops > 1e8
        networks = cores() * (8 if large else LANES)
        told = seedbed.provenance(binary, shape, networks, 2 if large else 20)
        epochs = int(told["network_epochs_per_second"] * seconds / networks)
        yield name, seedbed.write_study(folder, shape, networks, max(2, epochs))


def estimated(binary, manifest: pathlib.Path) -> float:
    """Seconds that `plan` says, from an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        text = seedbed.called([binary, "plan", manifest], env={**os.environ, "XDG_CACHE_HOME": cache})
    line = re.search(r"^time +(?:about|at most) (.*?) on ", text, re.MULTILINE)[1]
    parts = re.findall(r"([\d.,]+) (ms|s|min|h)\b", line)
    return sum(float(number.replace(",", "")) * UNITS[unit] for number, unit in parts)


def taken(binary, manifest: pathlib.Path) -> float:
    """Seconds from the start of `run` to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        began = time.monotonic()
        seedbed.called([binary, "run", manifest, "--out", out, "--progress", "none"])
        return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seedbed", default=ROOT / "target" / "release" / "seedbed")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    print("| manifest | estimated | took | ratio |\n| --- | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, manifest in manifests(pathlib.Path(folder), options.seedbed, options.seconds):
            estimate = estimated(options.seedbed, manifest)
            took = taken(options.seedbed, manifest)
            print(f"| {name} | {estimate:.2f} s | {took:.2f} s | {estimate / took:.2f} |", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (seedbed.Failed, subprocess.SubprocessError) as error:
        sys.exit(f"estimates.py: {error}")
