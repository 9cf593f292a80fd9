"""PyTorch: torch.compile over a batch of networks, all cores.
usage: torch_compile.py HIDDEN f64|f32 NETWORKS EPOCHS"""
import sys

import torch

from network import INPUTS, TARGETS, report

hidden, precision = int(sys.argv[1]), sys.argv[2]
networks, epochs = int(sys.argv[3]), int(sys.argv[4])
dtype = torch.float64 if precision == "f64" else torch.float32
torch.manual_seed(0)
x = torch.tensor(INPUTS, dtype=dtype)
y = torch.tensor(TARGETS, dtype=dtype).reshape(-1, 1)
STEPS = 10  # epochs per compiled call: fewer calls, and still compiled in seconds


@torch.compile
def some_epochs(w1, w2):
    for _ in range(STEPS):
        h = 1 / (1 + torch.exp(-(x @ w1)))
        o = 1 / (1 + torch.exp(-(h @ w2)))
        d2 = (y - o) * o * (1 - o)
        d1 = d2 @ w2.transpose(1, 2) * h * (1 - h)
        w1, w2 = w1 + x.T @ d1, w2 + h.transpose(1, 2) @ d2
    return w1, w2


w1 = torch.rand((networks, 3, hidden), dtype=dtype) * 2 - 1
w2 = torch.rand((networks, hidden, 1), dtype=dtype) * 2 - 1


def train():
    weights = (w1, w2)
    for _ in range(epochs // STEPS):
        weights = some_epochs(*weights)


with torch.no_grad():
    some_epochs(w1, w2)  # compiles; not counted
    report(train, networks * (epochs // STEPS) * STEPS)
