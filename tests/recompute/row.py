"""Rows of tables: their values, and columns that go together."""

import dataclasses

from estimates import Ends, quantile, quantile_error


@dataclasses.dataclass
class Near:
    """A number that may be found this far away."""

    value: float
    margin: float


Value = str | bool | int | float | Near | None
Row = dict[str, Value]


def interval_columns(name: str, ends: Ends) -> Row:
    return {f"{name}_low": ends[0], f"{name}_high": ends[1]}


def with_error(name: str, value: float | None, error: float | None) -> Row:
    """A number and its standard error. The error of a quantile is a difference: it can't be
    rounded better than the quantile itself."""
    known = error is not None and value is not None
    return {
        name: value,
        f"{name}_mcse": Near(error, max(1e-9 * error, 4e-16 * abs(value))) if known else None,
    }


def quantile_columns(name: str, values: list[float], share: float) -> Row:
    return with_error(name, quantile(values, share), quantile_error(values, share))
