"""Seedbed beside its peers: the program on a manifest and a CSV file in a temporary folder."""
import contextlib
import csv
import json
import pathlib
import subprocess
import tempfile

import numpy as np

from network import Shape, Weights, data

MANIFEST = """name = "peers"
[data]
csv = "rows.csv"
target_columns = {targets}
scale = "none"
[network]
hidden = [{hidden}]
bias = {bias}
[training]
epochs = {epochs}
learning_rate = {rate}
precision = "{precision}"
[seeds]
count = {networks}
[curves]
seeds = 0
"""


class Failed(Exception):
    """A program that ended otherwise than with a figure; the message is its last line."""


def called(command: list, **options) -> str:
    """What a program writes to stdout."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failed((done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    return done.stdout


def write_study(folder: pathlib.Path, shape: Shape, networks: int, epochs: int) -> pathlib.Path:
    """The manifest, with its data beside it."""
    x, y = data(shape)
    inputs = [f"x{at + 1}" for at in range(shape.inputs)]
    targets = [f"y{at + 1}" for at in range(shape.outputs)]
    with open(folder / "rows.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(inputs + targets)
        writer.writerows(np.hstack([x, y]).tolist())
    manifest = folder / "peers.toml"
    manifest.write_text(
        MANIFEST.format(
            targets=json.dumps(targets), hidden=shape.hidden, bias=str(shape.bias).lower(),
            epochs=epochs, rate=shape.rate, precision=shape.precision, networks=networks,
        )
    )
    return manifest


@contextlib.contextmanager
def study(shape: Shape, networks: int, epochs: int):
    """The manifest in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield write_study(pathlib.Path(folder), shape, networks, epochs)


def provenance(binary, shape: Shape, networks: int, epochs: int) -> dict:
    """What provenance.json says after a run of these networks."""
    with study(shape, networks, epochs) as manifest:
        out = manifest.parent / "out"
        called([binary, "run", manifest, "--out", out, "--progress", "none"])
        return json.loads((out / "provenance.json").read_text())


def replayed(binary, shape: Shape, epochs: int, seed: int) -> tuple[Weights, np.ndarray]:
    """A seed's initial weights, with an axis of one network, and outputs after its last epoch
    (1 x R x O)."""
    with study(shape, seed, epochs) as manifest:
        weights, outputs = manifest.parent / "weights.csv", manifest.parent / "outputs.csv"
        chosen = ["--model", f"hidden-{shape.hidden}", "--seed", seed]
        called([binary, "replay", manifest, *chosen, "--weights", weights, "--outputs", outputs])
        return initial(shape, weights), trained(shape, outputs)


def initial(shape: Shape, path: pathlib.Path) -> Weights:
    """The rows of a file of weights before the first update."""
    first = np.empty((shape.inputs + 1, shape.hidden))
    second = np.empty((shape.hidden + 1, shape.outputs))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["updates"] == "0":
                layer = first if row["layer"] == "1" else second
                start = -1 if row["from"] == "bias" else int(row["from"]) - 1
                layer[start, int(row["to"]) - 1] = row["weight"]
    w1, b1, w2, b2 = first[None, :-1], first[None, -1:], second[None, :-1], second[None, -1:]
    return (w1, b1, w2, b2) if shape.bias else (w1, None, w2, None)


def trained(shape: Shape, path: pathlib.Path) -> np.ndarray:
    """1 x R x O of a file of outputs."""
    names = [f"output_{at + 1}" for at in range(shape.outputs)]
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    if shape.outputs == 1 and "output" in rows[0]:
        names = ["output"]
    return np.array([[[float(row[name]) for name in names] for row in rows]])
