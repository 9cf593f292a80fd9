"""Opens the workbook and every CSV file of a results folder in LibreOffice and compares
every value read back with the CSV file's text. Usage: libreoffice.py RESULTS SCRATCH
"""

import pathlib
import sys

from cells import FILES, read, same
from office import ENGLISH, GERMAN, Office, is_boolean, used


def compare(what, document, sheet, path):
    """Every cell of `sheet` against the CSV file; gives the number compared."""
    header, rows = read(path)
    found = used(sheet)
    assert list(found[0]) == header, f"{what}: header {found[0]}, not {header}"
    # Missing cells at the end of the last rows are not part of the used area.
    assert len(found) <= len(rows) + 1, f"{what}: {len(found) - 1} rows, not {len(rows)}"
    compared = 0
    for line, row in enumerate(rows, 1):
        for column, expected in enumerate(row):
            cell = found[line][column]
            place = f"{what}, row {line + 1}, {header[column]}"
            assert same(expected, cell), f"{place}: {cell!r}, not {expected!r}"
            if isinstance(expected, bool):
                assert is_boolean(document, sheet, column, line), f"{place}: no boolean"
            compared += 1
    return compared


def compare_csv(office, results):
    compared = 0
    for path in sorted(results.glob("*.csv")):
        document = office.open(path, ENGLISH)
        what = f"{path.name} in {office.locale}"
        compared += compare(what, document, document.Sheets.getByIndex(0), path)
        document.close(True)
    return compared


def compare_workbook(office, results):
    document = office.open(results / "workbook.xlsx")
    sheets = document.Sheets
    expected = ["Overview", *(name.capitalize() for name in FILES)]
    assert list(sheets.ElementNames) == expected, sheets.ElementNames
    compared = 0
    for name in FILES:
        sheet = sheets.getByName(name.capitalize())
        what = f"workbook.xlsx, {name.capitalize()}, in {office.locale}"
        compared += compare(what, document, sheet, results / f"{name}.csv")
    links = compare_links(document)
    charts = sheets.getByName("Overview").Charts.Count, sheets.getByName("Curves").Charts.Count
    assert charts == (3, 1), f"charts on Overview and Curves: {charts}"
    document.close(True)
    return compared, links


def compare_links(document):
    """Every formula of the overview, recalculated, against the cell that it points at."""
    document.calculateAll()
    sheet = document.Sheets.getByName("Overview")
    links = 0
    values = used(sheet)
    for row, line in enumerate(values):
        for column in range(len(line)):
            cell = sheet.getCellByPosition(column, row)
            if not cell.Formula.startswith("="):
                continue
            assert cell.getError() == 0, f"Overview: {cell.Formula} is an error"
            name, dot, place = cell.Formula.removeprefix("=$").partition(".")
            if not dot:  # the length of an error bar, a difference on this sheet
                continue
            source = document.Sheets.getByName(name).getCellRangeByName(place.replace("$", ""))
            assert source.Type.value != "EMPTY", f"Overview: {cell.Formula} shows an empty cell"
            pair = cell.getValue(), source.getValue()
            assert pair[0] == pair[1], f"Overview: {cell.Formula} gives {pair}"
            links += 1
    assert links > 0, "the overview has no links"
    return links


def german_needs_the_language(office, results):
    """The README's advice is needed: with German numbers, decimals would be text."""
    header, rows = read(results / "runs.csv")
    column = header.index("mse")
    document = office.open(results / "runs.csv", GERMAN)
    found = used(document.Sheets.getByIndex(0))
    assert isinstance(rows[0][column], float) and isinstance(found[1][column], str), found[1]
    document.close(True)


def main(results, scratch):
    for locale in ("en-US", "de-DE"):
        with Office(locale, scratch) as office:
            cells = compare_csv(office, results)
            in_workbook, links = compare_workbook(office, results)
            print(f"{locale}: {cells} cells of CSV, {in_workbook} of workbook.xlsx, {links} links")
            if locale == "de-DE":
                german_needs_the_language(office, results)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
