"""A CSV file of the results folder as typed cells: what a program that opens it should see."""

import csv
import math

FILES = ["summary", "comparisons", "runs", "failures", "curves", "columns"]
SMALLEST_NORMAL = 2.2250738585072014e-308


def typed(text):
    """None, bool, float or str: by the same rule for every column."""
    if text == "":
        return None
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    if text.removeprefix("-")[:1].isdigit():
        try:
            number = float(text)
        except ValueError:
            return text
        if math.isfinite(number):
            return number
    return text


def read(path):
    """Header and typed rows of a CSV file, read by Python's own RFC 4180 reader."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows, f"{path} is empty"
    for line, row in enumerate(rows, 1):
        assert len(row) == len(rows[0]), f"{path}: row {line} has {len(row)} cells"
    return rows[0], [[typed(cell) for cell in row] for row in rows[1:]]


def same(expected, found):
    """Whether a spreadsheet's cell (str or float, booleans as 1 and 0) is the CSV's value."""
    if expected is None:
        return found == ""
    if isinstance(expected, str):
        return isinstance(found, str) and found == expected
    if not isinstance(found, float):
        return False
    # LibreOffice reads a number too small for full precision as zero.
    if found == 0 and 0 < abs(float(expected)) < SMALLEST_NORMAL:
        return True
    return found == float(expected)
