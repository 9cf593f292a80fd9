"""The way of the article: NumPy, one network at a time.
usage: numpy_one.py HIDDEN f64|f32 NETWORKS EPOCHS"""
import sys

import numpy as np

from network import INPUTS, TARGETS, report

hidden, precision = int(sys.argv[1]), sys.argv[2]
networks, epochs = int(sys.argv[3]), int(sys.argv[4])
dtype = np.float64 if precision == "f64" else np.float32
x = np.array(INPUTS, dtype)
y = np.array(TARGETS, dtype).reshape(-1, 1)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train():
    for seed in range(networks):
        random = np.random.default_rng(seed)
        w1 = random.uniform(-1, 1, (3, hidden)).astype(dtype)
        w2 = random.uniform(-1, 1, (hidden, 1)).astype(dtype)
        for _ in range(epochs):
            h = sigmoid(x @ w1)
            o = sigmoid(h @ w2)
            d2 = (y - o) * o * (1 - o)
            d1 = d2 @ w2.T * h * (1 - h)
            w1 += x.T @ d1
            w2 += h.T @ d2


report(train, networks * epochs)
