"""PyTorch on a batch of networks, all cores; the compilation is not counted.
usage: see network.py; variants:
  step           the hand-written step on arrays with an axis of networks (the default)
  compiled       the same through torch.compile
  grad           torch.func: vmap of grad of the loss
  grad-compiled  the same through torch.compile
  …-processes    any of them: one process per core, each with an equal part of the networks"""
import torch

from network import Task, Weights, epoch, main, on_cores, plus


def by_hand(x, y, weights, rate):
    """The weights after an update, gradients written out."""
    return epoch(x, y, weights, rate, torch.sigmoid)


def by_grad(x, y, weights, rate):
    """The weights after an update, gradients by torch.func."""

    def loss(weights):
        w1, b1, w2, b2 = (weights.get(at) for at in range(4))
        h = torch.sigmoid(plus(x @ w1, b1))
        return (y - torch.sigmoid(plus(h @ w2, b2))).square().sum() / 2

    present = {at: array for at, array in enumerate(weights) if array is not None}
    gradients = torch.func.vmap(torch.func.grad(loss))(present)
    return tuple(
        weights[at] - rate * gradients[at] if at in gradients else None for at in range(4)
    )


STEPS = {
    "step": by_hand,
    "compiled": torch.compile(by_hand),
    "grad": by_grad,
    "grad-compiled": torch.compile(by_grad),
}
PROCESSES = "-processes"


@torch.no_grad()
def train(task: Task) -> Weights:
    """All networks of the task side by side."""
    step = STEPS[(task.variant or "step").removesuffix(PROCESSES)]
    x, y = torch.from_numpy(task.x), torch.from_numpy(task.y)
    weights = tuple(None if array is None else torch.from_numpy(array) for array in task.weights)
    for _ in range(task.epochs):
        weights = step(x, y, weights, task.rate)
    return tuple(None if array is None else array.numpy() for array in weights)


def train_alone(task: Task) -> Weights:
    """The same on one core."""
    torch.set_num_threads(1)
    return train(task)


def trainer(task: Task):
    if (task.variant or "").endswith(PROCESSES):
        # They compile in the first of the two times that are taken.
        return on_cores(train_alone, task)
    train(task._replace(epochs=1))  # compiles
    return lambda: train(task)


if __name__ == "__main__":
    main(trainer)
