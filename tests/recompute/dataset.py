"""The rows of a study's data file: their classes, and which set each belongs to."""

import dataclasses
import pathlib
from collections import Counter

import pandas

SETS = ["train", "validation", "test"]


@dataclasses.dataclass
class Classes:
    """In the order in which the file first has them."""

    names: list[str]
    # For "not this class" and "this class".
    targets: list[float]
    single_output: bool

    def outputs(self, name: str) -> list[float]:
        """The targets of a row of a class."""
        place = self.names.index(name)
        if self.single_output:
            return [self.targets[place]]
        return [self.targets[at == place] for at in range(len(self.names))]


@dataclasses.dataclass
class Rows:
    """How many rows each set of one partition has, and of each class in their order."""

    count: dict[str, int]
    by_class: dict[str, list[int]]


def read_data(folder: pathlib.Path) -> pandas.DataFrame:
    """Every cell as it is written."""
    return pandas.read_csv(folder / "data.csv", dtype=str, keep_default_na=False)


def read_classes(data: dict, table: pandas.DataFrame | None) -> Classes | None:
    """Of a manifest's [data]; None where targets are numbers."""
    if table is None or data.get("task") == "regress" or len(data["target_columns"]) > 1:
        return None
    column = table[data["target_columns"][0]]
    numbers = pandas.to_numeric(column, errors="coerce").notna().all()
    if numbers and data.get("task") != "classify":
        return None
    return Classes(
        names=list(column.unique()),
        targets=data.get("class_targets", [0, 1]),
        single_output=data.get("classes") == "single-output",
    )


def sets_of_rows(
    folder: pathlib.Path, table: pandas.DataFrame, settings: dict[str, object]
) -> list[str]:
    """The set of each row. Rows of a split are those that `seedbed replay --outputs` names;
    data.py asks whether they are as the split should be."""
    if settings["set_column"] is not None:
        return [set_word(cell) for cell in table[settings["set_column"]]]
    if settings["split_seed"] is not None:
        split = pandas.read_csv(split_file(folder, settings["split_seed"])).sort_values("row")
        assert list(split["row"]) == list(range(1, len(table) + 1))
        return [set_word(cell) for cell in split["set"]]
    return ["train"] * len(table)


def split_file(folder: pathlib.Path, seed: object) -> pathlib.Path:
    """Where outputs.py has put the sets of each row."""
    return folder / "outputs" / f"split-{seed}.csv"


def set_word(cell: str) -> str:
    return {"training": "train", "valid": "validation"}.get(cell.lower(), cell.lower())


def count_rows(sets: list[str], of_rows: list[str], classes: Classes | None) -> Rows:
    pairs = Counter(zip(sets, of_rows))
    names = classes.names if classes else []
    return Rows(
        count={name: sets.count(name) for name in SETS},
        by_class={name: [pairs[name, of_class] for of_class in names] for name in SETS},
    )


def inline_rows(data: dict) -> Rows:
    """Of rows that are not from a file: all are trained on."""
    size = data.get("size", 0)
    made = {"encoder": size}.get(data.get("generator"), 2**size)
    count = len(data["inputs"]) if "inputs" in data else made
    return Rows({"train": count, "validation": 0, "test": 0}, {name: [] for name in SETS})
