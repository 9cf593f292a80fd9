"""Studies on data files against pandas and scikit-learn: how rows are shared out and scaled, what
every run answers to them, and what runs.csv and confusion.csv make of that; then some networks of
each study trained again in plain NumPy. Usage: data.py SEEDBED SCRATCH FOLDER…
"""

import concurrent.futures
import math
import os
import pathlib
import re
import sys
import tomllib
from collections.abc import Iterator

import numpy
import pandas
import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import network
from dataset import SETS, Classes, read_data, set_word
from folder import Model, Run, Study, read_study, read_table
from outputs import replay

RELATIVE = 1e-12
# Runs of each study that are trained again.
TRAINED_AGAIN = 8
NO_CLASS = "(none)"
# Differences shown of one folder; all are counted.
SHOWN = 20

Answered = dict[tuple[str, int], pandas.DataFrame]


def near(expected: float, found: float) -> bool:
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return abs(expected - found) <= RELATIVE * max(abs(expected), abs(found))


def answered(seedbed: str, folder: pathlib.Path, scratch: pathlib.Path) -> Answered:
    """Row by row, in the order of the file, what each run of a folder answers."""

    def one(at: int, row: dict[str, str]) -> pandas.DataFrame:
        path = scratch / f"{at}.csv"
        replay(seedbed, folder, row, "--outputs", path)
        frame = pandas.read_csv(path).sort_values("row", kind="stable")
        path.unlink()
        return frame.reset_index(drop=True)

    scratch.mkdir(parents=True, exist_ok=True)
    rows = read_table(folder / "runs.csv")[1]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        frames = pool.map(one, range(len(rows)), rows)
        return {(row["model"], int(row["seed"])): frame for row, frame in zip(rows, frames)}


def matrix(frame: pandas.DataFrame, kind: str, precision: str = "f64") -> numpy.ndarray:
    """Outputs or targets (R × O), as a network of this precision has them."""
    values = frame.filter(regex=rf"^{kind}_\d+$").to_numpy(float)
    return values.astype(numpy.float32).astype(float) if precision == "f32" else values


def sets_differ(
    study: Study, data: dict, table: pandas.DataFrame, answers: Answered
) -> Iterator[str]:
    """Sets are disjoint, complete and the same for every run; those of a column are as it says,
    those of a split have of each class its share within a row."""
    kept: dict[tuple, list[str]] = {}
    for model in study.models:
        for run in model.runs:
            frame = answers[model.name, run.seed]
            if list(frame["row"]) != list(range(1, len(table) + 1)):
                yield f"{model.name}, seed {run.seed}: not each row once"
            found = list(frame["set"])
            if kept.setdefault(run.partition, found) != found:
                yield f"{model.name}, seed {run.seed}: other sets than the runs before"
        column = model.settings["set_column"]
        if column and [set_word(cell) for cell in table[column]] != found:
            yield f"{model.name}: not the sets of {column}"
    if "split" in data:
        strata = list(table[data["target_columns"][0]]) if study.classes else [""] * len(table)
        for partition, found in kept.items():
            yield from split_differs(f"split {partition[1]}", data["split"], strata, found)


def split_differs(name: str, split: dict, strata: list[str], sets: list[str]) -> Iterator[str]:
    shares = {"validation": split.get("validation", 0), "test": split.get("test", 0)}
    shares["train"] = 1 - sum(shares.values())
    counts = pandas.crosstab(pandas.Series(strata), pandas.Series(sets))
    counts = counts.reindex(columns=SETS, fill_value=0)
    for stratum, row in counts.iterrows():
        for of_set, share in shares.items():
            wanted = share * row.sum()
            if abs(row[of_set] - wanted) >= 1 - 1e-9:
                yield f"{name}: {row[of_set]} {of_set} rows of {stratum}, not about {wanted}"
    for of_set, share in shares.items():
        if abs(counts[of_set].sum() - share * len(sets)) >= 1 - 1e-9:
            yield f"{name}: {counts[of_set].sum()} {of_set} rows of {len(sets)}"


def scaling_of(meaning: str, model: Model) -> tuple[float, float]:
    """Shift and divisor that columns.csv states for an input of a model; 0 and 1 as it is."""
    number = r"[-+0-9.e]+"
    pattern = rf"\(value ([-+]) ({number})\) / ({number})(?: of models with ([^,;]+))?"
    for sign, shift, divisor, which in re.findall(pattern, meaning):
        wanted = dict(word.split("=", 1) for word in which.split())
        if all(str(model.settings[key]) == value for key, value in wanted.items()):
            return float(shift) * (1 if sign == "-" else -1), float(divisor)
    assert model.settings["scale"] == "none", f"{model.name}: {meaning}"
    return 0.0, 1.0


def fitted(training: pandas.Series, scale: object) -> tuple[float, float]:
    """By scikit-learn."""
    values = training.astype(float).to_frame().to_numpy()
    if scale == "standard":
        scaler = StandardScaler().fit(values)
        return float(scaler.mean_[0]), float(scaler.scale_[0])
    if scale == "range":
        scaler = MinMaxScaler().fit(values)
        return float(scaler.data_min_[0]), 1 / float(scaler.scale_[0])
    return 0.0, 1.0


def inputs_of(
    folder: pathlib.Path, table: pandas.DataFrame
) -> list[tuple[str, str, pandas.Series]]:
    """Every input in its order: its column, what columns.csv says of it, its values before they
    are scaled."""
    inputs = []
    for row in read_table(folder / "columns.csv")[1]:
        meaning, name = row["meaning"], row["column"]
        if row["file"] != "data.csv" or not meaning.startswith("input "):
            continue
        assert meaning.startswith(f"input {len(inputs) + 1} of the networks"), meaning
        category = re.search(r": 1 where the cell is (.*?), else 0", meaning)
        column = table[name]
        values = (column == category[1]).astype(float) if category else column.astype(float)
        inputs.append((name, meaning, values))
    return inputs


def scaling_differs(
    folder: pathlib.Path, study: Study, table: pandas.DataFrame, answers: Answered
) -> Iterator[str]:
    inputs = inputs_of(folder, table)
    for model in study.models:
        frame = answers[model.name, model.runs[0].seed]
        for name, meaning, values in inputs:
            found = scaling_of(meaning, model)
            wanted = 0.0, 1.0
            if ": 1 where the cell is " not in meaning:
                wanted = fitted(values[frame["set"] == "train"], model.settings["scale"])
            if not all(map(near, wanted, found)):
                yield f"{model.name}: {name} is scaled by {found}, scikit-learn by {wanted}"


def taken_for(classes: Classes, outputs: numpy.ndarray) -> list[str]:
    """The class with the largest output, ties being none; of one output, that on whose target's
    side of the middle it is, the middle itself being none."""
    if classes.single_output:
        middle = sum(classes.targets) / 2
        sides = numpy.sign(outputs[:, 0] - middle) * numpy.sign(classes.targets[1] - middle)
        names = {-1.0: classes.names[0], 1.0: classes.names[1]}
        return [names.get(side, NO_CLASS) for side in sides]
    largest = outputs == outputs.max(axis=1, keepdims=True)
    return [
        classes.names[int(row.argmax())] if row.sum() == 1 else NO_CLASS for row in largest
    ]


def run_differs(
    study: Study, run: Run, of_run: dict[str, str], frame: pandas.DataFrame, precision: str
) -> Iterator[str]:
    """What runs.csv says of a run, from its outputs."""
    outputs, targets = (matrix(frame, kind, precision) for kind in ("output", "target"))
    right = (abs(targets - outputs) < 0.5).all(axis=1)
    if study.classes:
        right = taken_for(study.classes, outputs) == frame["class"]
    if list(right) != list(frame["right"]):
        yield "right of --outputs"
    for name in run.accuracies:
        prefix = "" if name == "train" else f"{name}_"
        rows = (frame["set"] == name).to_numpy()
        found = float(of_run[f"{prefix}accuracy"])
        if accuracy_score(numpy.ones(rows.sum(), bool), right[rows]) != found:
            yield f"{prefix}accuracy is {found}"
        loss = float(numpy.mean((targets[rows] - outputs[rows]) ** 2))
        if not near(loss, run.losses[name]):
            yield f"{prefix}mse is {run.losses[name]}, NumPy has {loss}"
    wrong = frame["row"][(frame["set"] == "train") & ~numpy.asarray(right)]
    more = f" and {len(wrong) - 100} more" if len(wrong) > 100 else ""
    if run.wrong_rows != " ".join(f"r{row}" for row in wrong[:100]) + more:
        yield f"wrong_rows is {run.wrong_rows}"


def confused(
    classes: Classes, run: Run, frame: pandas.DataFrame, name: str
) -> tuple[numpy.ndarray, list[str]]:
    """scikit-learn's matrix of the rows of a set, and what the run's mistakes differ in."""
    rows = frame[frame["set"] == name]
    labels = [*classes.names, NO_CLASS]
    answers = taken_for(classes, matrix(rows, "output"))
    counts = confusion_matrix(rows["class"], answers, labels=labels)[:-1]
    wanted = {
        (of_class, None if answer == len(classes.names) else answer): int(count)
        for (of_class, answer), count in numpy.ndenumerate(counts)
        if count and of_class != answer
    }
    same = wanted == run.mistakes[name] and answers == list(rows["answer"].fillna(NO_CLASS))
    return counts, [] if same else [f"mistakes of {name} rows are {run.mistakes[name]}"]


def confusion_differs(folder: pathlib.Path, study: Study, answers: Answered) -> Iterator[str]:
    """mistakes, test_mistakes and the models' rows of confusion.csv."""
    labels = [*study.classes.names, NO_CLASS]
    found = {
        (row["model"], row["class"], row["answer"]): int(row["rows"])
        for row in read_table(folder / "confusion.csv")[1]
    }
    counted_set = "test" if study.tests else "train"
    for model in study.models:
        total = numpy.zeros((len(labels) - 1, len(labels)), int)
        for run in model.runs:
            frame = answers[model.name, run.seed]
            for name in ["train", "test"] if study.tests else ["train"]:
                counts, differences = confused(study.classes, run, frame, name)
                yield from (f"{model.name}, seed {run.seed}: {text}" for text in differences)
                total += counts if name == counted_set else 0
        for (of_class, answer), count in numpy.ndenumerate(total):
            if found[model.name, labels[of_class], labels[answer]] != count:
                yield f"{model.name}: {count} rows of {labels[of_class]} for {labels[answer]}"


def differences(folder: pathlib.Path, manifest: dict, answers: Answered) -> Iterator[str]:
    """All, of a folder whose runs answer so."""
    study, table = read_study(folder), read_data(folder)
    rows = read_table(folder / "runs.csv")[1]
    precision = manifest["training"].get("precision", "f64")
    by_run = {(row["model"], int(row["seed"])): row for row in rows}
    yield from sets_differ(study, manifest["data"], table, answers)
    yield from scaling_differs(folder, study, table, answers)
    for model in study.models:
        for run in model.runs:
            key = model.name, run.seed
            for text in run_differs(study, run, by_run[key], answers[key], precision):
                yield f"{model.name}, seed {run.seed}: {text}"
    if study.classes:
        yield from confusion_differs(folder, study, answers)


def trained_again(
    seedbed: str, folder: pathlib.Path, scratch: pathlib.Path, manifest: dict, answers: Answered
) -> Iterator[str]:
    """Some runs of one model, trained in NumPy: what differs, run by run; nothing of each that
    agrees."""
    study, table = read_study(folder), read_data(folder)
    model = network.model_of(study)
    inputs = scaled_inputs(folder, table, model)
    for run in model.runs[-TRAINED_AGAIN:]:
        weights = scratch / "weights.csv"
        row = {"model": model.name, "seed": str(run.seed)}
        replay(seedbed, folder, row, "--weights", weights)
        frame = answers[model.name, run.seed]
        sets = {name: (frame["set"] == name).to_numpy() for name in SETS}
        task = network.Task.of(manifest, model, run)
        trained = network.train(task, weights, inputs, matrix(frame, "target"), sets)
        distance = abs(trained.outputs - matrix(frame, "output")).max()
        if not distance <= network.TOLERANCE:
            yield f"{model.name}, seed {run.seed}: outputs are {distance} from NumPy's"
        if run.best_epoch != trained.best_epoch:
            best = f"best_epoch is {run.best_epoch}, NumPy has {trained.best_epoch}"
            yield f"{model.name}, seed {run.seed}: {best}"


def scaled_inputs(
    folder: pathlib.Path, table: pandas.DataFrame, model: Model
) -> numpy.ndarray:
    """As columns.csv says (R × I)."""
    columns = []
    for _, meaning, values in inputs_of(folder, table):
        shift, divisor = scaling_of(meaning, model)
        columns.append((values.to_numpy() - shift) / divisor)
    return numpy.column_stack(columns)


def main(seedbed: str, scratch: pathlib.Path, folders: list[pathlib.Path]) -> int:
    failed = False
    for folder in folders:
        manifest = tomllib.loads((folder / "manifest.toml").read_text())
        answers = answered(seedbed, folder, scratch)
        found = list(differences(folder, manifest, answers))
        if manifest["training"].get("precision") != "f32":
            found += trained_again(seedbed, folder, scratch, manifest, answers)
        for text in found[:SHOWN]:
            print(f"{folder.name}: {text}")
        print(f"{folder.name}: {len(answers):,} runs answered every row, {len(found)} differences")
        failed = failed or bool(found)
    print(f"compared with pandas {pandas.__version__} and scikit-learn {sklearn.__version__}")
    return 1 if failed else 0


if __name__ == "__main__":
    program, work, *studies = sys.argv[1:]
    sys.exit(main(program, pathlib.Path(work), [pathlib.Path(study) for study in studies]))
