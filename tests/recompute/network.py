"""A network with one hidden layer, or none, trained in plain NumPy: full batch, gradient of half
the summed squared error, sigmoid outputs."""

import csv
import dataclasses
import pathlib

import numpy

from folder import Model, Run, Study
from grid import layers
from tables import log_spaced

# Outputs may be found this far away.
TOLERANCE = 1e-9
# Epochs at which the validation rows are looked at.
LOOKS = 50


@dataclasses.dataclass
class Task:
    """What is trained, and for how long."""

    updates: int
    limit: int
    learning_rate: float
    momentum: float
    bias: bool
    activation: str

    @staticmethod
    def of(manifest: dict, model: Model, run: Run) -> "Task":
        """A run that stops keeps the weights that met the criterion: one update fewer."""
        stop = manifest.get("convergence", {}).get("stop", False)
        return Task(
            updates=run.epochs - (1 if stop and run.converged else 0),
            limit=manifest["training"]["epochs"],
            learning_rate=model.settings["learning_rate"],
            momentum=model.settings["momentum"],
            bias=model.settings["bias"],
            activation=model.settings["activation"],
        )


@dataclasses.dataclass
class Trained:
    outputs: numpy.ndarray
    # None without validation rows.
    best_epoch: int | None


def model_of(study: Study) -> Model:
    """The last model with a hidden layer whose weights stay in reach."""
    return next(
        model
        for model in reversed(study.models)
        if len(layers(model.settings["hidden"])) == 1
        and model.settings["range"] <= 1
        and model.settings["learning_rate"] <= 1
    )


def sigmoid(values: numpy.ndarray) -> numpy.ndarray:
    return 1 / (1 + numpy.exp(-values))


def activate(name: str, values: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Values of the hidden layer and their slopes."""
    if name == "tanh":
        outputs = numpy.tanh(values)
        return outputs, 1 - outputs**2
    outputs = sigmoid(values)
    return outputs, outputs * (1 - outputs)


def initial_weights(path: pathlib.Path) -> list[numpy.ndarray]:
    """Layer by layer (neurons before, and then the bias, × neurons), before the first update."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["updates"] == "0"]
    weights = []
    for layer in sorted({int(row["layer"]) for row in rows}):
        of_layer = [row for row in rows if int(row["layer"]) == layer]
        neurons = max(int(row["to"]) for row in of_layer)
        before = len(of_layer) // neurons
        matrix = numpy.full((before, neurons), numpy.nan)
        for row in of_layer:
            place = before - 1 if row["from"] == "bias" else int(row["from"]) - 1
            matrix[place, int(row["to"]) - 1] = float(row["weight"])
        assert not numpy.isnan(matrix).any()
        weights.append(matrix)
    return weights


def with_bias(values: numpy.ndarray, bias: bool) -> numpy.ndarray:
    return numpy.column_stack([values, numpy.ones(len(values))]) if bias else values


def forward(
    task: Task, weights: list[numpy.ndarray], inputs: numpy.ndarray
) -> tuple[numpy.ndarray, ...]:
    """Inputs with bias, hidden values with bias, slopes of the hidden layer, outputs."""
    first = with_bias(inputs, task.bias)
    hidden, slopes = activate(task.activation, first @ weights[0])
    second = with_bias(hidden, task.bias)
    return first, second, slopes, sigmoid(second @ weights[1])


def gradients(
    task: Task, weights: list[numpy.ndarray], inputs: numpy.ndarray, targets: numpy.ndarray
) -> list[numpy.ndarray]:
    first, second, slopes, outputs = forward(task, weights, inputs)
    of_outputs = (outputs - targets) * outputs * (1 - outputs)
    neurons = weights[0].shape[1]
    of_hidden = of_outputs @ weights[1][:neurons].T * slopes
    return [first.T @ of_hidden, second.T @ of_outputs]


def train(
    task: Task,
    weights_file: pathlib.Path,
    inputs: numpy.ndarray,
    targets: numpy.ndarray,
    sets: dict[str, numpy.ndarray],
) -> Trained:
    """From the initial weights of a file; `sets` says which rows are of each."""
    weights = initial_weights(weights_file)
    steps = [numpy.zeros_like(matrix) for matrix in weights]
    looks = {*log_spaced(task.limit, LOOKS), task.updates}
    training, validation = sets["train"], sets["validation"]
    losses: dict[int, float] = {}
    for update in range(1, task.updates + 1):
        found = gradients(task, weights, inputs[training], targets[training])
        for matrix, step, gradient in zip(weights, steps, found):
            step *= task.momentum
            step -= task.learning_rate * gradient
            matrix += step
        if update in looks and validation.any():
            outputs = forward(task, weights, inputs[validation])[-1]
            losses[update] = float(numpy.mean((targets[validation] - outputs) ** 2))
    # Of equally good epochs the first.
    best = min(losses, key=lambda epoch: losses[epoch]) if losses else None
    return Trained(forward(task, weights, inputs)[-1], best)
