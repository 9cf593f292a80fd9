"""Takes runs out of a folder's runs.csv: every third run of every second model, and all of the
second one's. Such models have other seeds than the rest. Usage: gaps.py FOLDER
"""

import csv
import pathlib
import sys


def keeps(models: list[str], row: list[str], position: int) -> bool:
    """Whether a run stays; `position` is its model's count of runs before it."""
    place = models.index(row[0])
    return place != 1 and (place % 2 == 0 or position % 3 != 0)


def main(folder: pathlib.Path) -> None:
    path = folder / "runs.csv"
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    models = list(dict.fromkeys(row[0] for row in rows))
    positions = dict.fromkeys(models, -1)
    kept = [header]
    for row in rows:
        positions[row[0]] += 1
        if keeps(models, row, positions[row[0]]):
            kept.append(row)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(kept)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
