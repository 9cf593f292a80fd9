"""NumPy with the networks as one more axis of every array; one process per core, each with an
equal part of the networks.
usage: see network.py; its only variant is processes"""
import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
import numpy as np

from network import Task, Weights, main, on_cores, plus


def train(task: Task) -> Weights:
    """All networks of the task side by side."""
    x, y, rate = task.x, task.y, task.rate
    w1, b1, w2, b2 = (None if array is None else array.copy() for array in task.weights)
    for _ in range(task.epochs):
        h = 1 / (1 + np.exp(-plus(x @ w1, b1)))
        o = 1 / (1 + np.exp(-plus(h @ w2, b2)))
        d2 = rate * (y - o) * o * (1 - o)
        d1 = d2 @ w2.mT * h * (1 - h)
        w1 += x.T @ d1
        w2 += h.mT @ d2
        if b1 is not None:
            b1 += d1.sum(-2, keepdims=True)
            b2 += d2.sum(-2, keepdims=True)
    return w1, b1, w2, b2


def trainer(task: Task):
    return on_cores(train, task)


if __name__ == "__main__":
    main(trainer)
