"""Shows that data.py finds what is wrong: in a copy of a folder that agrees, two runs of a model
exchange one cell, or a row changes its set. Usage: data_can_fail.py SEEDBED SCRATCH FOLDER
"""

import csv
import pathlib
import re
import shutil
import sys
import tomllib

from data import Answered, answered, differences

Lines = list[list[str]]

# Columns of which every cell is held against the outputs of its run, and of confusion.csv.
CHECKED = {
    "runs": [
        "mse",
        "accuracy",
        "wrong_rows",
        "validation_mse",
        "validation_accuracy",
        "test_mse",
        "test_accuracy",
        "mistakes",
        "test_mistakes",
    ],
    "confusion": ["rows"],
}


def exchange(lines: Lines, column: str) -> None:
    """Exchanges the cells of two rows of the same model that differ."""
    header, *rows = lines
    at = header.index(column)
    for one, other in zip(rows, rows[1:]):
        if one[0] == other[0] and one[at] != other[at]:
            one[at], other[at] = other[at], one[at]
            return
    raise AssertionError(f"no two runs of a model differ in {column}")


def exchange_scaling(lines: Lines, column: str) -> None:
    """Says of the scalings of two splits, of a column of the data, that each is the other's."""
    other = {"split_seed=1": "split_seed=2", "split_seed=2": "split_seed=1"}
    for row in lines[1:]:
        if row[0] == "data.csv" and row[1] == column:
            row[2] = re.sub(r"split_seed=[12]\b", lambda found: other[found[0]], row[2])


def notices(folder: pathlib.Path, manifest: dict, answers: Answered) -> bool:
    """Whether anything differs, or can't be read as what it should be."""
    try:
        return any(True for _ in differences(folder, manifest, answers))
    except AssertionError:
        return True


def main(seedbed: str, scratch: pathlib.Path, source: pathlib.Path) -> None:
    manifest = tomllib.loads((source / "manifest.toml").read_text())
    answers = answered(seedbed, source, scratch / "answers")
    assert not list(differences(source, manifest, answers)), f"{source} does not agree"
    ways = [(name, exchange, column) for name in CHECKED for column in CHECKED[name]]
    ways += [("columns", exchange_scaling, "length")]
    copy = scratch / "copy"
    for name, how, column in ways:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.html", "*.xlsx", "figures"))
        path = copy / f"{name}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        before = [list(line) for line in lines]
        how(lines, column)
        assert lines != before, f"{column} is as it was"
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        assert notices(copy, manifest, answers), f"nothing said of {column} in {name}.csv"
    last = list(answers)[-1]
    frame = answers[last].copy()
    frame.loc[0, "set"] = "test" if frame.loc[0, "set"] == "train" else "train"
    assert notices(source, manifest, answers | {last: frame}), "nothing said of a row's set"
    shutil.rmtree(scratch)
    print(f"{len(ways) + 1} changes to the data of {source.name}, each found")


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
