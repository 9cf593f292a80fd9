#!/usr/bin/env python3
"""Shows that all peers train what Seedbed trains: from its initial weights and the same data they
reach its outputs, in f64, to 1e-9.

usage: check.py [--seedbed PATH] [--shapes SHAPE,…] [--epochs N] [--seeds N]

Exit code 1 if one of them differs; peers whose packages are missing are named.
"""
import argparse
import pathlib
import sys
import tempfile

import numpy as np

import seedbed
from network import NAMES, Shape, data
from programs import HERE, SEEDBED, VARIANTS, environment

TOLERANCE = 1e-9


def started(binary, shape: Shape, epochs: int, seeds: int, path: pathlib.Path) -> np.ndarray:
    """Writes the archive that the peers start from; gives Seedbed's outputs (N x R x O)."""
    runs = [seedbed.replayed(binary, shape, epochs, seed) for seed in range(1, seeds + 1)]
    parts = zip(NAMES, zip(*(weights for weights, _ in runs)))
    weights = {name: np.concatenate(part) for name, part in parts if part[0] is not None}
    x, y = data(shape)
    np.savez(path, x=x, y=y, **weights)
    return np.concatenate([outputs for _, outputs in runs])


def reached(program: str, variant: str, shape: Shape, epochs: int, seeds: int, start) -> np.ndarray:
    """A peer's outputs (N x R x O)."""
    outputs = start.with_name("outputs.npy")
    command = [sys.executable, HERE / f"{program}.py", shape.name, seeds, epochs]
    files = ["--variant", variant, "--start", start, "--outputs", outputs]
    seedbed.called(command + files, env=environment())
    return np.load(outputs)


def check(binary, shape: Shape, epochs: int, seeds: int) -> bool:
    """Prints a line per peer; whether all agree."""
    agree = True
    with tempfile.TemporaryDirectory() as folder:
        start = pathlib.Path(folder) / "start.npz"
        expected = started(binary, shape, epochs, seeds, start)
        for program, variants in VARIANTS.items():
            for variant in variants:
                try:
                    found = reached(program, variant, shape, epochs, seeds, start)
                except seedbed.Failed as error:
                    print(f"{shape.name} {program} {variant}: did not run ({error})", flush=True)
                    agree = agree and "No module named" in str(error)
                    continue
                difference = np.abs(found - expected).max()
                agree = agree and bool(difference < TOLERANCE)
                print(f"{shape.name} {program} {variant}: {difference:.1e}", flush=True)
    return agree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seedbed", default=SEEDBED)
    parser.add_argument("--shapes", default="article-4,150x4x8x3,569x30x16x1")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    shapes = [Shape.parse(text) for text in options.shapes.split(",")]
    if any(shape.precision != "f64" for shape in shapes):
        parser.error("found a shape in f32; expected f64, where rounding stays below 1e-9")
    print("largest difference of any output from Seedbed's")
    agree = [check(options.seedbed, shape, options.epochs, options.seeds) for shape in shapes]
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())
