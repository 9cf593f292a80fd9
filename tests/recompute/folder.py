"""A results folder as it was recorded: its manifest, the grid of models, runs and losses."""

import csv
import dataclasses
import itertools
import math
import pathlib
import tomllib

import numpy

# Each axis of the grid, the slowest first: table and key in the manifest, and its default.
AXES = [
    ("network", "hidden", None),
    ("network", "activation", "sigmoid"),
    ("network", "bias", False),
    ("initialization", "range", 1.0),
    ("training", "learning_rate", 1.0),
    ("training", "momentum", 0.0),
    ("convergence", "tolerance", 0.4),
]

Table = list[dict[str, str]]


@dataclasses.dataclass
class Run:
    """What runs.csv says of one run."""

    seed: int
    status: str
    epochs: int
    convergence_epoch: int | None
    mse: float
    accuracy: float
    wrong_rows: str
    gradient_norm: float
    predictions: list[float]

    @property
    def converged(self) -> bool:
        return self.convergence_epoch is not None

    @property
    def time(self) -> int:
        """Epochs until it converged or was given up."""
        return self.epochs if self.convergence_epoch is None else self.convergence_epoch


@dataclasses.dataclass
class Model:
    """One cell of the grid and its runs, in the manifest's order of seeds."""

    name: str
    settings: dict[str, object]
    runs: list[Run] = dataclasses.field(default_factory=list)
    # The loss at the kept epochs, by seed.
    losses: dict[int, dict[int, float]] = dataclasses.field(default_factory=dict)

    @property
    def times(self) -> numpy.ndarray:
        return numpy.array([run.time for run in self.runs], dtype=numpy.int64)

    @property
    def converged(self) -> numpy.ndarray:
        return numpy.array([run.converged for run in self.runs], dtype=bool)

    @property
    def successes(self) -> int:
        return int(self.converged.sum())

    @property
    def seeds(self) -> list[int]:
        return [run.seed for run in self.runs]


@dataclasses.dataclass
class Study:
    """A whole folder."""

    models: list[Model]
    baseline: list[Model]
    limit: int
    seeds: list[int]
    curve_seeds: int
    curve_points: int
    interval: str
    confidence: float
    # Name and right answer, which may be missing, of each predicted output.
    predictions: list[tuple[str, float | None]]


def read_table(path: pathlib.Path) -> tuple[list[str], Table]:
    """Header and rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, strict=True))
    header = lines[0]
    assert len(set(header)) == len(header), f"{path}: a column stands there twice"
    for number, line in enumerate(lines, 1):
        assert len(line) == len(header), f"{path}: line {number} has {len(line)} cells"
    return header, [dict(zip(header, line)) for line in lines[1:]]


def number_or_nan(cell: str) -> float:
    """What is not finite has an empty cell."""
    return float(cell) if cell else math.nan


def axis_values(manifest: dict, table: str, key: str, default: object) -> list:
    value = manifest.get(table, {}).get(key, default)
    return value if isinstance(value, list) else [value]


def layers(value: object) -> list[int]:
    """Neurons of each hidden layer; none of the single neuron."""
    return value if isinstance(value, list) else [value] if value else []


def word(value: object) -> str:
    """A swept value as it stands in a model's name."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    text = repr(float(value)).removesuffix(".0")
    base, mark, exponent = text.partition("e")
    return base + (f"e{int(exponent)}" if mark else "")


def model_name(settings: dict[str, object], swept: set[str]) -> str:
    sizes = layers(settings["hidden"])
    parts = ["hidden-" + "x".join(map(str, sizes)) if sizes else "single-neuron"]
    for _, key, _ in AXES[1:]:
        if key in swept:
            parts.append(f"{key}={word(settings[key])}")
    return ":".join(parts)


def baseline_settings(manifest: dict, axes: dict[str, list]) -> dict[str, object]:
    """What the baseline of every model has: as [compare] says; without it the single neuron
    where several widths are tried, else the first model."""
    fixed = manifest.get("compare", {}).get("baseline")
    if fixed is not None:
        return fixed
    if len(axes["hidden"]) > 1 and any(layers(value) == [] for value in axes["hidden"]):
        return {"hidden": 0}
    return {key: values[0] for key, values in axes.items()}


def same_value(one: object, other: object) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return layers(one) == layers(other)
    return one == other


def find_baseline(model: Model, models: list[Model], fixed: dict[str, object]) -> Model:
    wanted = model.settings | fixed
    for other in models:
        if all(same_value(other.settings[key], value) for key, value in wanted.items()):
            return other
    raise AssertionError(f"{model.name} has no baseline")


def all_seeds(manifest: dict) -> list[int]:
    seeds = manifest["seeds"]
    if "list" in seeds:
        return seeds["list"]
    first = seeds.get("first", 1)
    return list(range(first, first + seeds["count"]))


def predicted(manifest: dict, header: list[str]) -> list[tuple[str, float | None]]:
    """The columns of predictions with their targets: query by query, output by output."""
    names = [
        column
        for column in header
        if column.startswith("prediction_") and not column.endswith("_correct")
    ]
    queries = manifest.get("predict", [])
    targets: list[float | None] = []
    for query in queries:
        target = query.get("target")
        outputs = len(names) // len(queries)
        targets += target if isinstance(target, list) else [target] * outputs
    assert len(names) == len(targets), f"{len(names)} predictions, {len(targets)} in the manifest"
    return list(zip(names, targets))


def read_run(row: dict[str, str], names: list[str]) -> Run:
    epoch = row["convergence_epoch"]
    assert row["converged"] == ("TRUE" if epoch else "FALSE"), f"converged of {row['seed']}"
    return Run(
        seed=int(row["seed"]),
        status=row["status"],
        epochs=int(row["epochs"]),
        convergence_epoch=int(epoch) if epoch else None,
        mse=number_or_nan(row["mse"]),
        accuracy=float(row["accuracy"]),
        wrong_rows=row["wrong_rows"],
        gradient_norm=number_or_nan(row["gradient_norm"]),
        predictions=[number_or_nan(row[name]) for name in names],
    )


def read_study(folder: pathlib.Path) -> Study:
    with open(folder / "manifest.toml", "rb") as file:
        manifest = tomllib.load(file)
    axes = {key: axis_values(manifest, table, key, default) for table, key, default in AXES}
    swept = {key for key, values in axes.items() if len(values) > 1}
    cells = [dict(zip(axes, values)) for values in itertools.product(*axes.values())]
    models = [Model(model_name(settings, swept), settings) for settings in cells]
    by_name = {model.name: model for model in models}

    header, rows = read_table(folder / "runs.csv")
    predictions = predicted(manifest, header)
    names = [name for name, _ in predictions]
    for row in rows:
        by_name[row["model"]].runs.append(read_run(row, names))
    seeds = all_seeds(manifest)
    position = {seed: at for at, seed in enumerate(seeds)}
    for model in models:
        model.runs.sort(key=lambda run: position[run.seed])

    curves = manifest.get("curves", {})
    curve_seeds = curves.get("seeds", 100)
    # Without kept losses there is no such file.
    for row in read_table(folder / "losses.csv")[1] if curve_seeds else []:
        curve = by_name[row["model"]].losses.setdefault(int(row["seed"]), {})
        curve[int(row["epoch"])] = number_or_nan(row["mse"])

    fixed = baseline_settings(manifest, axes)
    statistics = manifest.get("statistics", {})
    return Study(
        models=models,
        baseline=[find_baseline(model, models, fixed) for model in models],
        limit=manifest["training"]["epochs"],
        seeds=seeds,
        curve_seeds=curve_seeds,
        curve_points=curves.get("points", 200),
        interval=statistics.get("interval", "wilson"),
        confidence=statistics.get("confidence", 0.95),
        predictions=predictions,
    )
