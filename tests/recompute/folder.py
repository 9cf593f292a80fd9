"""A results folder as it was recorded: its manifest, the grid of models, runs and losses."""

import csv
import dataclasses
import fractions
import math
import pathlib
import re
import tomllib

import numpy

from dataset import (
    Classes,
    Rows,
    count_rows,
    inline_rows,
    read_classes,
    read_data,
    sets_of_rows,
)
from grid import (
    PARTITIONING,
    Axis,
    Grid,
    Settings,
    baseline_settings,
    find_baseline,
    read_grid,
    without_partition,
)

Table = list[dict[str, str]]
# By class and answer, from 0; an answer of None is no class.
Mistakes = dict[tuple[int, int | None], int]


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
    # Of training, validation and test rows, where the model has such rows.
    losses: dict[str, float]
    accuracies: dict[str, fractions.Fraction]
    # None without validation rows.
    best_epoch: int | None
    # Of training and test rows: how many of a class were taken for another, or for none.
    mistakes: dict[str, Mistakes]
    # How the model's rows are shared out, and how many each set has.
    partition: tuple
    rows: Rows

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
    settings: Settings
    # Several of a pool.
    rows: list[Rows]
    runs: list[Run] = dataclasses.field(default_factory=list)
    # The loss at the kept epochs, by seed.
    losses: dict[int, dict[int, float]] = dataclasses.field(default_factory=dict)
    # Of a pool, the models of its partitions.
    members: list["Model"] = dataclasses.field(default_factory=list)

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
    def seeds(self) -> list[tuple[tuple, int]]:
        """What the runs were trained from; of a pool, the same seed of two partitions is two."""
        return [(run.partition, run.seed) for run in self.runs]

    def has(self, name: str) -> bool:
        """Whether it has rows of a set; a pool has if all its partitions have."""
        return all(rows.count[name] > 0 for rows in self.rows)


@dataclasses.dataclass
class Study:
    """A whole folder."""

    models: list[Model]
    baseline: list[Model]
    # Models of several partitions of the rows, taken together.
    pools: list[Model]
    pool_baseline: list[Model]
    # The axes that are columns.
    shown: list[Axis]
    classes: Classes | None
    # Whether any model has such rows.
    validates: bool
    tests: bool
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


def all_seeds(manifest: dict) -> list[int]:
    seeds = manifest["seeds"]
    if "list" in seeds:
        return seeds["list"]
    first = seeds.get("first", 1)
    return list(range(first, first + seeds["count"]))


def predicted(
    manifest: dict, header: list[str], classes: Classes | None
) -> list[tuple[str, float | None]]:
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
        if isinstance(target, str) and classes:
            target = classes.outputs(target)
        outputs = len(names) // len(queries)
        targets += target if isinstance(target, list) else [target] * outputs
    assert len(names) == len(targets), f"{len(names)} predictions, {len(targets)} in the manifest"
    return list(zip(names, targets))


def wrong_count(cell: str) -> int:
    """How many rows are wrong: those that are named, and how many more."""
    named, _, more = cell.partition(" and ")
    return len(named.split()) + int(more.removesuffix(" more") or 0)


def read_mistakes(cell: str) -> Mistakes:
    """`c1>c3*2 c2>none*1`, classes counted from 1."""
    found: Mistakes = {}
    for text in cell.split():
        match = re.fullmatch(r"c(\d+)>(?:c(\d+)|none)\*(\d+)", text)
        assert match, f"{cell} is no list of mistakes"
        answer = None if match[2] is None else int(match[2]) - 1
        found[int(match[1]) - 1, answer] = int(match[3])
    return found


def right_share(accuracy: float, rows: int) -> fractions.Fraction:
    """The share of so many rows that a number was rounded from."""
    right = round(accuracy * rows)
    assert abs(right / rows - accuracy) < 1e-15, f"{accuracy} is no share of {rows} rows"
    return fractions.Fraction(right, rows)


def read_run(row: dict[str, str], names: list[str], model: Model) -> Run:
    epoch = row["convergence_epoch"]
    assert row["converged"] == ("TRUE" if epoch else "FALSE"), f"converged of {row['seed']}"
    columns = {"train": "", "validation": "validation_", "test": "test_"}
    (rows,) = model.rows
    held = {name: prefix for name, prefix in columns.items() if rows.count[name]}
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
        losses={name: number_or_nan(row[f"{prefix}mse"]) for name, prefix in held.items()},
        accuracies={
            name: right_share(float(row[f"{prefix}accuracy"]), rows.count[name])
            for name, prefix in held.items()
        },
        best_epoch=int(row["best_epoch"]) if row.get("best_epoch") else None,
        mistakes={
            name: read_mistakes(row.get(f"{columns[name]}mistakes", ""))
            for name in ("train", "test")
        },
        partition=tuple(model.settings[key] for key in PARTITIONING),
        rows=rows,
    )


def read_models(
    folder: pathlib.Path, manifest: dict, grid: Grid
) -> tuple[list[Model], Classes | None]:
    """The models, without runs yet."""
    data = manifest["data"]
    table = read_data(folder) if "csv" in data else None
    classes = read_classes(data, table)
    models = []
    for settings in grid.cells:
        if table is None:
            rows = inline_rows(data)
        else:
            sets = sets_of_rows(folder, table, settings)
            of_rows = list(table[data["target_columns"][0]])
            rows = count_rows(sets, of_rows, classes)
        models.append(Model(grid.name(settings), settings, [rows]))
    return models, classes


def read_runs(
    models: list[Model], table: Table, names: list[str], seeds: list[int]
) -> None:
    """Gives each model its runs, in the order of the seeds."""
    by_name = {model.name: model for model in models}
    for row in table:
        model = by_name[row["model"]]
        model.runs.append(read_run(row, names, model))
    position = {seed: at for at, seed in enumerate(seeds)}
    for model in models:
        model.runs.sort(key=lambda run: position[run.seed])


def read_losses(models: list[Model], table: Table) -> None:
    by_name = {model.name: model for model in models}
    for row in table:
        curve = by_name[row["model"]].losses.setdefault(int(row["seed"]), {})
        curve[int(row["epoch"])] = number_or_nan(row["mse"])


def pooled(grid: Grid, models: list[Model], baseline: list[int]) -> tuple[list[Model], list[Model]]:
    """The pools and their baselines: the runs of all their models, one model after another."""
    members = grid.pools()
    pools = {
        name: Model(
            name,
            without_partition(grid.cells[places[0]]),
            [rows for at in places for rows in models[at].rows],
            [run for at in places for run in models[at].runs],
            members=[models[at] for at in places],
        )
        for name, places in members.items()
    }
    pool_of = {at: pools[name] for name, places in members.items() for at in places}
    return list(pools.values()), [pool_of[baseline[places[0]]] for places in members.values()]


def read_study(folder: pathlib.Path) -> Study:
    with open(folder / "manifest.toml", "rb") as file:
        manifest = tomllib.load(file)
    grid = read_grid(manifest)
    models, classes = read_models(folder, manifest, grid)
    header, table = read_table(folder / "runs.csv")
    predictions = predicted(manifest, header, classes)
    seeds = all_seeds(manifest)
    read_runs(models, table, [name for name, _ in predictions], seeds)
    curves = manifest.get("curves", {})
    curve_seeds = curves.get("seeds", 100)
    # Without kept losses there is no such file.
    read_losses(models, read_table(folder / "losses.csv")[1] if curve_seeds else [])

    fixed = baseline_settings(manifest, grid.axes)
    baseline = [find_baseline(grid, settings, fixed) for settings in grid.cells]
    pools, pool_baseline = pooled(grid, models, baseline)
    statistics = manifest.get("statistics", {})
    return Study(
        models=models,
        baseline=[models[at] for at in baseline],
        pools=pools,
        pool_baseline=pool_baseline,
        shown=grid.shown,
        classes=classes,
        validates=any(model.has("validation") for model in models),
        tests=any(model.has("test") for model in models),
        limit=manifest["training"]["epochs"],
        seeds=seeds,
        curve_seeds=curve_seeds,
        curve_points=curves.get("points", 200),
        interval=statistics.get("interval", "wilson"),
        confidence=statistics.get("confidence", 0.95),
        predictions=predictions,
    )
