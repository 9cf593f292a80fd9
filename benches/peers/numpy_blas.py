"""NumPy with BLAS, one network after another; every array is made once and written in place.
usage: see network.py; variants:
  threads    one process, as many threads as BLAS takes (the default)
  processes  one process per core, each with one thread and an equal part of the networks"""
import os
import sys

if "processes" in sys.argv:
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
import numpy as np

from network import Task, Weights, joined, main, on_cores


def layer(x: np.ndarray, weights: np.ndarray, bias: np.ndarray | None, out: np.ndarray):
    """The outputs of a layer, in place."""
    np.matmul(x, weights, out=out)
    if bias is not None:
        out += bias
    np.negative(out, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def times_slope(errors: np.ndarray, out: np.ndarray, spare: np.ndarray):
    """The errors times the slope of the sigmoid at its outputs, in place."""
    errors *= out
    np.subtract(1, out, out=spare)
    errors *= spare


def train_one(task: Task, at: int) -> Weights:
    """One network of the task, with an axis of one network."""
    x, y, rate = task.x, task.y, task.x.dtype.type(task.rate)
    w1, b1, w2, b2 = (None if array is None else array[at].copy() for array in task.weights)
    h, d1, spare1 = np.empty((3, len(x), w1.shape[1]), x.dtype)
    o, d2, spare2 = np.empty((3, *y.shape), x.dtype)
    for _ in range(task.epochs):
        layer(x, w1, b1, h)
        layer(h, w2, b2, o)
        np.subtract(y, o, out=d2)
        d2 *= rate
        times_slope(d2, o, spare2)
        np.matmul(d2, w2.T, out=d1)
        times_slope(d1, h, spare1)
        w1 += x.T @ d1
        w2 += h.T @ d2
        if b1 is not None:
            b1 += d1.sum(0)
            b2 += d2.sum(0)
    return tuple(None if array is None else array[None] for array in (w1, b1, w2, b2))


def train(task: Task) -> Weights:
    return joined([train_one(task, at) for at in range(task.networks)])


def trainer(task: Task):
    return on_cores(train, task) if task.variant == "processes" else lambda: train(task)


if __name__ == "__main__":
    main(trainer)
