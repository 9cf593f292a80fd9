"""NumPy with the networks as one more axis of every array; one process per core.
usage: numpy_batched.py HIDDEN f64|f32 NETWORKS EPOCHS"""
import multiprocessing
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes are the parallelism
import numpy as np

from network import INPUTS, TARGETS, report

hidden, precision = int(sys.argv[1]), sys.argv[2]
networks, epochs = int(sys.argv[3]), int(sys.argv[4])
dtype = np.float64 if precision == "f64" else np.float32
x = np.array(INPUTS, dtype)
y = np.array(TARGETS, dtype).reshape(-1, 1)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train(part):
    seed, count = part
    random = np.random.default_rng(seed)
    w1 = random.uniform(-1, 1, (count, 3, hidden)).astype(dtype)
    w2 = random.uniform(-1, 1, (count, hidden, 1)).astype(dtype)
    for _ in range(epochs):
        h = sigmoid(x @ w1)
        o = sigmoid(h @ w2)
        d2 = (y - o) * o * (1 - o)
        d1 = d2 @ w2.transpose(0, 2, 1) * h * (1 - h)
        w1 += x.T @ d1
        w2 += h.transpose(0, 2, 1) @ d2


if __name__ == "__main__":
    cores = len(os.sched_getaffinity(0))
    size = 256  # networks at a time: arrays that stay in the cache
    parts = [(start, min(size, networks - start)) for start in range(0, networks, size)]
    with multiprocessing.Pool(cores) as pool:
        report(lambda: pool.map(train, parts, chunksize=1), networks * epochs)
