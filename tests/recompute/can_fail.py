"""Shows that recompute.py finds what is wrong: in copies of a folder that agrees, one cell of
every column is changed, a column is added, a row is lost, two rows change places.
Usage: can_fail.py SCRATCH FOLDER…
"""

import csv
import pathlib
import shutil
import sys
from collections.abc import Callable

from recompute import check, expectation
from row import Row

# How much a number is changed, relatively: ten times what is granted to the smallest p-values.
CHANGE = 1e-5

Lines = list[list[str]]


def changed(cell: str) -> str:
    """Another value, as near as can be told apart from rounding."""
    if cell in ("TRUE", "FALSE"):
        return "FALSE" if cell == "TRUE" else "TRUE"
    try:
        number = float(cell)
    except ValueError:
        return cell + "x"
    if cell.isdigit():
        return str(int(cell) + 1)
    return repr(number * (1 + CHANGE))


def in_every_column(
    lines: Lines, wanted: Callable[[str], bool], change: Callable[[str], str]
) -> list[str]:
    """Changes one of the wanted cells of each column that has any, in another row each time if
    there are enough; gives the columns. Of standard errors, it is the largest: what of a small
    one is rounding depends on its number."""
    header, *rows = lines
    columns = []
    for at, column in enumerate(header):
        found = [row for row in rows if wanted(row[at])]
        if found:
            row = found[at % len(found)]
            if column.endswith("_mcse"):
                row = max(found, key=lambda row: float(row[at] or 0))
            row[at] = change(row[at])
            columns.append(column)
    return columns


def change_every_column(lines: Lines) -> list[str]:
    return in_every_column(lines, bool, changed)


def fill_every_column(lines: Lines) -> list[str]:
    return in_every_column(lines, lambda cell: not cell, lambda _: "0")


def empty_every_column(lines: Lines) -> list[str]:
    return in_every_column(lines, bool, lambda _: "")


def add_column(lines: Lines) -> list[str]:
    lines[0].append("invented")
    for row in lines[1:]:
        row.append("1")
    return ["invented"]


def lose_row(lines: Lines) -> list[str]:
    del lines[-1]
    return ["rows"]


def swap_rows(lines: Lines) -> list[str]:
    lines[1], lines[2] = lines[2], lines[1]
    return [""]


def spoil(
    source: pathlib.Path,
    copy: pathlib.Path,
    right: dict[str, list[Row]],
    name: str,
    how: Callable,
) -> int:
    """Spoils one file of a copy; gives how many things were to be found, and were."""
    shutil.rmtree(copy, ignore_errors=True)
    unread = shutil.ignore_patterns("*.html", "*.xlsx", "figures")
    shutil.copytree(source, copy, ignore=unread)
    path = copy / f"{name}.csv"
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    expected = how(lines)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    said = [line for line in check(copy, right)[1] if line.startswith(f"{name}.csv")]
    for column in expected:
        # What is said of a cell, of a column, and of rows.
        marks = (f", {column}: ", f": {column} is ", " rows, not ") if column else ("",)
        assert any(mark in line for line in said for mark in marks), (
            f"{how.__name__} in {name}.csv: nothing said of {column}"
        )
    return len(expected)


def main(scratch: pathlib.Path, sources: list[pathlib.Path]) -> None:
    ways = [change_every_column, fill_every_column, empty_every_column]
    for source in sources:
        right = expectation(source)
        assert check(source, right)[1] == [], f"{source} does not agree before it is spoiled"
        found = 0
        for how in [*ways, add_column, lose_row, swap_rows]:
            for name in right:
                found += spoil(source, scratch, right, name, how)
        shutil.rmtree(scratch)
        print(f"{found} changes to a copy of {source.name}, each found")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), [pathlib.Path(source) for source in sys.argv[2:]])
