"""Reads the results folder with pandas, DuckDB and openpyxl as anyone would, without
options, and checks types and values. Usage: dataframes.py RESULTS
"""

import pathlib
import sys

import duckdb
import openpyxl
import pandas

from cells import FILES, read

TEXT = {"model", "hidden", "activation", "status", "wrong_rows", "weights_hash"}
WHOLE = {"seed", "epochs"}
BOOLEAN = {"bias", "converged", "prediction_1_1_0_correct"}
# Whole numbers with gaps: pandas makes them floats, DuckDB keeps them whole.
GAPS = {"convergence_epoch"}


def expected_kind(column, rows, index):
    if all(row[index] is None for row in rows):
        return "empty"
    for kind, columns in (("text", TEXT), ("whole", WHOLE), ("boolean", BOOLEAN), ("gaps", GAPS)):
        if column in columns:
            return kind
    return "number"


def check_pandas(path, header, rows):
    frame = pandas.read_csv(path)
    assert list(frame.columns) == header
    kinds = pandas.api.types
    tests = {
        "text": lambda column: kinds.is_string_dtype(column) and not kinds.is_numeric_dtype(column),
        "whole": lambda column: column.dtype == "int64",
        "boolean": lambda column: column.dtype == "bool",
        "gaps": lambda column: column.dtype == "float64",
        "empty": lambda column: column.isna().all(),
        # A setting whose values are all whole reads as whole.
        "number": lambda column: column.dtype in ("float64", "int64"),
    }
    for index, column in enumerate(header):
        kind = expected_kind(column, rows, index)
        assert tests[kind](frame[column]), f"pandas: {column} is {frame[column].dtype}, not {kind}"
    assert frame["mse"].dtype == "float64"
    return frame.astype(object).where(frame.notna(), None).values.tolist()


def check_duckdb(path, header, rows):
    relation = duckdb.read_csv(str(path))
    assert relation.columns == header
    allowed = {
        "text": {"VARCHAR"},
        "whole": {"BIGINT"},
        "boolean": {"BOOLEAN"},
        "gaps": {"BIGINT"},
        "empty": {"VARCHAR"},
        "number": {"DOUBLE", "BIGINT"},
    }
    for index, (column, found) in enumerate(zip(header, relation.types)):
        kind = expected_kind(column, rows, index)
        assert str(found) in allowed[kind], f"DuckDB: {column} is {found}, not {kind}"
    return [list(row) for row in relation.fetchall()]


def check_values(who, found, expected, header):
    assert len(found) == len(expected), f"{who}: {len(found)} rows, not {len(expected)}"
    for line, (row, wanted) in enumerate(zip(found, expected), 2):
        for column, cell, value in zip(header, row, wanted):
            if column in TEXT and value is not None:
                cell, value = str(cell), as_text(value)
            place = f"{who}: line {line}, {column}"
            assert cell == value, f"{place}: {cell!r}, not {value!r}"


def as_text(value):
    return str(int(value)) if isinstance(value, float) else value


def check_openpyxl(path, results):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Overview", *(name.capitalize() for name in FILES)]
    for name in FILES:
        header, rows = read(results / f"{name}.csv")
        sheet = book[name.capitalize()]
        assert sheet.freeze_panes == "B2", f"{name}: panes frozen at {sheet.freeze_panes}"
        last = sheet.cell(len(rows) + 1, len(header)).coordinate
        assert sheet.auto_filter.ref == f"A1:{last}", f"{name}: filter {sheet.auto_filter.ref}"
        for line, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(line, column)
                assert cell.data_type != "f", f"{name}: {cell.coordinate} is a formula"
                kind = {None: "n", bool: "b", float: "n", str: "s"}[
                    None if value is None else type(value)
                ]
                place = f"{name}: {cell.coordinate}"
                assert cell.data_type == kind, f"{place} has type {cell.data_type}, not {kind}"
                assert cell.value == value, f"{place}: {cell.value!r}, not {value!r}"
    assert book["Runs"]["I2"].number_format == "0", "seeds have thousands marks"
    rate = openpyxl.utils.get_column_letter(read(results / "summary.csv")[0].index("rate") + 1)
    assert book["Summary"][f"{rate}2"].number_format == "0.0%"


def main(results):
    runs = results / "runs.csv"
    header, rows = read(runs)
    check_values("pandas", check_pandas(runs, header, rows), rows, header)
    check_values("DuckDB", check_duckdb(runs, header, rows), rows, header)
    check_openpyxl(results / "workbook.xlsx", results)
    print(f"pandas {pandas.__version__}, DuckDB {duckdb.__version__}, openpyxl: "
          f"{len(rows)} runs of {len(header)} columns, every value as stored")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
