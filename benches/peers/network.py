"""What every peer here trains, and how it is timed: fully connected networks with one hidden
layer, sigmoid everywhere, half the sum of squared errors, one update per epoch of all rows.

Letters: N networks, R rows, I inputs, H hidden neurons, O outputs.

A shape is written RxIxHxO/PRECISION, for example 150x4x8x3/f64: with bias, learning rate 0.01,
inputs uniform(0, 1), 30% of the targets 1 and the others 0. article-H/PRECISION is the article's
seven rows, 3-H-1, without bias, learning rate 1. Without /PRECISION it is f64.

usage of every peer: PEER.py SHAPE NETWORKS EPOCHS [--variant NAME] [--start FILE --outputs FILE]

prints network-epochs per second. With --start, data and initial weights are those of the NumPy
archive FILE, and the outputs of the final weights (N x R x O) are written instead.
"""
import argparse
import multiprocessing
import os
import pathlib
import re
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

ARTICLE_INPUTS = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]]
ARTICLE_TARGETS = [[0], [1], [1], [1], [1], [0], [0]]
# Shapes of ordinary tables, as they are written.
TABLES = [
    "150x4x8x3/f64",
    "150x4x8x3/f32",
    "150x4x64x3/f64",
    "104x60x24x2/f64",
    "569x30x16x1/f64",
    "1797x64x32x10/f64",
    "1797x64x32x10/f32",
    "1797x64x128x10/f32",
]
NAMES = ("w1", "b1", "w2", "b2")
# w1 (N x I x H), b1 (N x 1 x H) or None, w2 (N x H x O), b2 (N x 1 x O) or None.
Weights = tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray | None]


class Shape(NamedTuple):
    """What is trained, but for how many networks and how long."""

    name: str
    rows: int
    inputs: int
    hidden: int
    outputs: int
    article: bool
    precision: str

    @staticmethod
    def parse(text: str) -> "Shape":
        """Of the way in which it is written; ValueError if it is written otherwise."""
        name, _, precision = text.partition("/")
        precision = precision or "f64"
        article = re.fullmatch(r"article-([1-9]\d*)", name)
        table = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)x([1-9]\d*)x([1-9]\d*)", name)
        if precision not in ("f64", "f32") or not (article or table):
            raise ValueError(f"found shape {text!r}; expected 150x4x8x3/f64 or article-4/f32")
        sizes = (7, 3, int(article[1]), 1) if article else map(int, table.groups())
        return Shape(f"{name}/{precision}", *sizes, bool(article), precision)

    @property
    def bias(self) -> bool:
        return not self.article

    @property
    def rate(self) -> float:
        return 1.0 if self.article else 0.01

    @property
    def dtype(self) -> type:
        return np.float64 if self.precision == "f64" else np.float32

    @property
    def flops(self) -> int:
        """Of the multiply-adds of a network-epoch, each counted as two: the hidden layer forwards
        and its gradient, the output layer forwards, backwards and its gradient."""
        first = (self.inputs + self.bias) * self.hidden * 2
        return 2 * self.rows * (first + (self.hidden + self.bias) * self.outputs * 3)

    @property
    def bytes(self) -> int:
        """Of the activations and errors of one network, what a batch keeps in the cache or not."""
        return 2 * self.rows * (self.hidden + self.outputs) * np.dtype(self.dtype).itemsize


class Task(NamedTuple):
    """What a peer is given."""

    x: np.ndarray  # R x I
    y: np.ndarray  # R x O
    weights: Weights
    rate: float
    epochs: int
    variant: str | None

    @property
    def networks(self) -> int:
        return len(self.weights[0])


def data(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (R x I) and targets (R x O) as f64, the same each time."""
    if shape.article:
        return np.array(ARTICLE_INPUTS, float), np.array(ARTICLE_TARGETS, float)
    random = np.random.default_rng(0)
    x = random.random((shape.rows, shape.inputs))
    return x, (random.random((shape.rows, shape.outputs)) < 0.3).astype(float)


def initial(shape: Shape, networks: int) -> Weights:
    """Weights uniform(-1, 1)."""
    random = np.random.default_rng(1)

    def drawn(rows: int, columns: int) -> np.ndarray:
        return random.uniform(-1, 1, (networks, rows, columns)).astype(shape.dtype)

    return (
        drawn(shape.inputs, shape.hidden),
        drawn(1, shape.hidden) if shape.bias else None,
        drawn(shape.hidden, shape.outputs),
        drawn(1, shape.outputs) if shape.bias else None,
    )


def epoch(x, y, weights, rate, sigmoid):
    """The weights after one update, for arrays of JAX and PyTorch; a leading axis of networks
    is allowed everywhere."""
    w1, b1, w2, b2 = weights
    h = sigmoid(plus(x @ w1, b1))
    o = sigmoid(plus(h @ w2, b2))
    d2 = rate * (y - o) * o * (1 - o)
    d1 = d2 @ w2.mT * h * (1 - h)
    return (
        w1 + x.mT @ d1,
        None if b1 is None else b1 + d1.sum(-2, keepdims=True),
        w2 + h.mT @ d2,
        None if b2 is None else b2 + d2.sum(-2, keepdims=True),
    )


def plus(sums, bias):
    """Without a bias, the sums themselves."""
    return sums if bias is None else sums + bias


def outputs(task: Task, weights: Weights) -> np.ndarray:
    """N x R x O, by NumPy, whoever trained the weights."""
    w1, b1, w2, b2 = weights
    h = 1 / (1 + np.exp(-plus(task.x @ w1, b1)))
    return 1 / (1 + np.exp(-plus(h @ w2, b2)))


def parts(task: Task, count: int) -> list[Task]:
    """Equal parts of the networks, at most `count`."""
    bounds = [task.networks * part // count for part in range(count + 1)]
    return [
        task._replace(weights=tuple(w if w is None else w[low:high] for w in task.weights))
        for low, high in zip(bounds, bounds[1:])
        if low < high
    ]


def joined(trained: list[Weights]) -> Weights:
    """The networks of all parts, in order."""
    return tuple(None if array[0] is None else np.concatenate(array) for array in zip(*trained))


def on_cores(train: Callable[[Task], Weights], task: Task) -> Callable[[], Weights]:
    """`train` by one process per core, each with an equal part of the networks."""
    pool = multiprocessing.Pool(cores())
    return lambda: joined(pool.map(train, parts(task, cores()), chunksize=1))


def cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0))


def main(trainer: Callable[[Task], Callable[[], Weights]]) -> None:
    """A peer's command line. `trainer` prepares (compiles, starts processes; not timed) and gives
    a function that trains from the initial weights and returns the final ones."""
    options = arguments()
    shape = Shape.parse(options.shape)
    task = given(shape, options) if options.start else drawn(shape, options)
    train = trainer(task)
    if options.outputs:
        np.save(options.outputs, outputs(task, train()))
    else:
        print(f"{task.networks * task.epochs / best_seconds(train):.6e}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shape")
    parser.add_argument("networks", type=int)
    parser.add_argument("epochs", type=int)
    parser.add_argument("--variant")
    parser.add_argument("--start", type=pathlib.Path)
    parser.add_argument("--outputs", type=pathlib.Path)
    options = parser.parse_args()
    if (options.start is None) != (options.outputs is None):
        parser.error("found one of --start and --outputs; expected both or none")
    return options


def drawn(shape: Shape, options: argparse.Namespace) -> Task:
    """The shape's own data and weights."""
    x, y = (array.astype(shape.dtype) for array in data(shape))
    weights = initial(shape, options.networks)
    return Task(x, y, weights, shape.rate, options.epochs, options.variant)


def given(shape: Shape, options: argparse.Namespace) -> Task:
    """Data and weights of an archive that check.py wrote."""
    with np.load(options.start) as archive:
        weights = tuple(archive[name] if name in archive else None for name in NAMES)
        x, y = archive["x"], archive["y"]
    return Task(x, y, weights, shape.rate, options.epochs, options.variant)


def best_seconds(work: Callable[[], object], repeats: int = 2) -> float:
    """The shorter of two times: the first also warms up."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
