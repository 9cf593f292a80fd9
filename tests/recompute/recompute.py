"""Recomputes every cell of a results folder's derived tables from runs.csv, losses.csv and the
manifest, with SciPy, statsmodels, lifelines and NumPy, and says what differs.
Usage: recompute.py FOLDER…
"""

import math
import pathlib
import sys

import lifelines
import numpy
import scipy
import statsmodels

import comparing
import endings
import folder
import tables
from folder import Table
from row import Near, Row, Value

RELATIVE = 1e-9
# Of p-values far out in the tail, where SciPy's own are rounded.
RELATIVE_FAR = 1e-6
FAR = 1e-12
# Where the one is 0, what the other's rounding may leave.
BESIDE_ZERO = 1e-12
# Files that columns.csv describes and that are not derived from runs.csv.
OF_RUNS = {"runs", "losses", "columns", "data", "rounding"}
# Differences shown of one folder; all are counted.
SHOWN = 50


def close(expected: float, found: float, is_p: bool) -> bool:
    if expected == found:
        return True
    if 0 in (expected, found) and not is_p:
        return abs(expected - found) <= BESIDE_ZERO
    relative = RELATIVE_FAR if is_p and expected < FAR else RELATIVE
    return abs(expected - found) <= relative * max(abs(expected), abs(found))


def agrees(expected: Value, cell: str, is_p: bool) -> bool:
    """Whether a cell of a CSV file says what is expected."""
    if expected is None or cell == "":
        return expected is None and cell == ""
    if isinstance(expected, bool):
        return cell == ("TRUE" if expected else "FALSE")
    if isinstance(expected, str):
        return cell == expected
    try:
        found = float(cell)
    except ValueError:
        return False
    if not math.isfinite(found):
        return False
    if isinstance(expected, Near):
        return abs(expected.value - found) <= expected.margin
    if isinstance(expected, int):
        return int(found) == expected if cell.isdigit() else found == expected
    return close(float(expected), found, is_p)


def shown(value: Value) -> str:
    if isinstance(value, Near):
        return f"{value.value!r} ± {value.margin:.1g}"
    return "nothing" if value in (None, "") else str(value)


def header_differences(
    name: str, header: list[str], described: Table, rows: list[Row]
) -> list[str]:
    """Columns that this program does not know, that are missing, or in another order than
    columns.csv describes them."""
    found = []
    order = [row["column"] for row in described if row["file"] == name]
    if header != order:
        found.append(f"{name}: the columns are not those of columns.csv in their order")
    known = set(rows[0]) if rows else set(header)
    found += [f"{name}: {column} is not recomputed" for column in header if column not in known]
    found += [f"{name}: {column} is missing" for column in known if column not in header]
    return found


def table_differences(
    name: str, header: list[str], found: Table, expected: list[Row]
) -> list[str]:
    differences = []
    if len(found) != len(expected):
        differences.append(f"{name}: {len(found)} rows, not {len(expected)}")
    for line, (row, wanted) in enumerate(zip(found, expected), 2):
        for column in header:
            if column not in wanted:
                continue
            value = wanted[column]
            is_p = column.endswith(("_p", "_p_holm"))
            if not agrees(value, row[column], is_p):
                differences.append(
                    f"{name}, line {line} ({row['model']}), {column}: "
                    f"{shown(row[column])}, recomputed {shown(value)}"
                )
    return differences


def expectation(path: pathlib.Path) -> dict[str, list[Row]]:
    """What the tables of a folder should say, by their names."""
    study = folder.read_study(path)
    found = folder.read_table(path / "comparisons.csv")[1]
    expected = {
        "summary": tables.summary(study),
        "comparisons": comparing.comparisons(study, found),
        "survival": tables.survival_rows(study),
        "curves": tables.curves(study),
        "failures": endings.failures(study),
    }
    return expected | ({"confusion": endings.confusion(study)} if study.classes else {})


def check(path: pathlib.Path, expected: dict[str, list[Row]]) -> tuple[int, list[str]]:
    """How many cells of a folder were compared, and every difference."""
    described = folder.read_table(path / "columns.csv")[1]
    cells, differences = 0, []
    for name, rows_expected in expected.items():
        file = f"{name}.csv"
        header, rows = folder.read_table(path / file)
        differences += header_differences(file, header, described, rows_expected)
        differences += table_differences(file, header, rows, rows_expected)
        cells += len(header) * len(rows)
    unknown = {row["file"].removesuffix(".csv") for row in described} - set(expected)
    unknown -= OF_RUNS
    differences += [f"{name}.csv is not recomputed" for name in sorted(unknown)]
    return cells, differences


def main(paths: list[str]) -> int:
    cells = files = 0
    failed = False
    for path in map(pathlib.Path, paths):
        expected = expectation(path)
        compared, differences = check(path, expected)
        for difference in differences[:SHOWN]:
            print(f"{path.name}: {difference}")
        print(
            f"{path.name}: {compared:,} cells of {len(expected)} files, "
            f"{len(differences)} differences"
        )
        failed = failed or bool(differences)
        cells, files = cells + compared, files + len(expected)
    print(
        f"{cells:,} cells of {files} files recomputed with NumPy {numpy.__version__}, "
        f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
        f"lifelines {lifelines.__version__}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
