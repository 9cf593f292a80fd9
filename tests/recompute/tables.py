"""What summary.csv, survival.csv, failures.csv and curves.csv should say."""

import decimal
import math

import numpy

from epochs import (
    best_restart,
    epoch_of_rank,
    held_out_ratio,
    quantile_epoch,
    restricted_mean,
    restricted_mean_error,
    restricted_mean_interval,
    survival,
)
from estimates import (
    NO_ENDS,
    interquartile_mean,
    mean,
    mean_error,
    order_statistics,
    rate_interval,
    worst,
)
from folder import Model, Run, Study
from grid import layers
from performance import QUANTILES, distribution, performance_columns
from pools import pooled_row
from row import Row, interval_columns, quantile_columns, with_error


def rate_columns(study: Study, name: str, successes: int, runs: int) -> Row:
    if runs == 0:
        return {name: None, **interval_columns(name, NO_ENDS)}
    ends = rate_interval(successes, runs, study.interval, study.confidence)
    return {name: successes / runs, **interval_columns(name, ends)}


def settings_columns(study: Study, model: Model) -> Row:
    row: Row = {"model": model.name}
    for axis in study.shown:
        value = model.settings[axis.key]
        if axis.key == "hidden":
            value = "x".join(map(str, layers(value))) or "0"
        row[axis.column] = value
    return row


def epoch_columns(study: Study, model: Model) -> Row:
    row: Row = {"epoch_limit": study.limit}
    for name, quarters in (("q25_epochs", 1), ("median_epochs", 2), ("q75_epochs", 3)):
        ranks = order_statistics(len(model.runs), quarters / 4, study.confidence)
        row[name] = quantile_epoch(model, quarters)
        row |= interval_columns(name, tuple(epoch_of_rank(model, rank) for rank in ranks))
    row["restricted_mean_epochs"] = restricted_mean(model, study.limit)
    row["restricted_mean_epochs_se"] = restricted_mean_error(model, study.limit)
    row |= interval_columns("restricted_mean_epochs", restricted_mean_interval(model, study))
    epochs = model.times[model.converged]
    row |= with_error("mean_epochs_of_converged", mean(epochs), mean_error(epochs))
    row |= with_error("harmonic_mean_epochs", *harmonic_mean(model))
    return row


def harmonic_mean(model: Model) -> tuple[float | None, float | None]:
    """Over all runs, of which those that did not converge took forever; its error by the delta
    method, 1/x having the slope -1/x^2."""
    if not model.successes:
        return None, None
    inverses = numpy.where(model.converged, 1 / numpy.maximum(model.times, 1), 0.0)
    mean_inverse = math.fsum(inverses) / len(inverses)
    error = mean_error(inverses)
    return 1 / mean_inverse, None if error is None else error / mean_inverse**2


def success_at_limit(model: Model) -> tuple[float | None, float | None]:
    """Epochs of all runs over successes; the error of a ratio by the delta method."""
    if not model.successes:
        return None, None
    value = int(model.times.sum()) / model.successes
    error = mean_error(model.times - value * model.converged)
    return value, None if error is None else error / model.converged.mean()


def restart_columns(study: Study, model: Model) -> Row:
    times, converged, limit = model.times, model.converged, study.limit
    best = best_restart(times, converged, limit)
    chosen = best_restart(times[1::2], converged[1::2], limit)
    ratio, ends = held_out_ratio(study, model, chosen[0]) if chosen else (None, NO_ENDS)
    return {
        **with_error("restart_at_limit_epochs", *success_at_limit(model)),
        "best_restart_epoch": best[0] if best else None,
        "best_restart_epochs": best[2] / best[1] if best else None,
        "peak_efficiency": 1000 * best[1] / best[2] if best else None,
        "held_out_restart_epoch": chosen[0] if chosen else None,
        "held_out_restart_ratio": ratio,
        **interval_columns("held_out_restart_ratio", ends),
    }


def spread_columns(
    study: Study, name: str, runs: list[Run], at: int, target: float | None
) -> Row:
    """One prediction of some runs. What is not finite is left out, and is wrong."""
    values = [run.predictions[at] for run in runs]
    finite = [value for value in values if math.isfinite(value)]
    row = distribution(name, values)
    row |= with_error(f"{name}_iqm", *interquartile_mean(finite))
    right = sum(target is not None and abs(target - value) < 0.5 for value in values)
    counted = 0 if target is None else len(values)
    return row | rate_columns(study, f"{name}_correct_rate", right, counted)


def summary(study: Study) -> list[Row]:
    """Model by model, then the pools."""
    rows = []
    for model in study.models + study.pools:
        row = settings_columns(study, model)
        row["runs"] = len(model.runs)
        row["converged"] = model.successes
        row["diverged"] = sum(run.status == "diverged" for run in model.runs)
        row |= rate_columns(study, "rate", model.successes, len(model.runs))
        row |= epoch_columns(study, model)
        row |= restart_columns(study, model)
        row |= quantile_columns("mse_median", worst([run.mse for run in model.runs]), 0.5)
        accuracies = [run.accuracy for run in model.runs]
        row |= with_error("accuracy_mean", mean(accuracies), mean_error(accuracies))
        row |= performance_columns(study, model)
        successful = [run for run in model.runs if run.converged]
        for at, (name, target) in enumerate(study.predictions):
            row |= spread_columns(study, name, model.runs, at, target)
            row |= spread_columns(study, f"{name}_converged", successful, at, target)
        rows.append(pooled_row(study, model, row) if model.members else row)
    return rows


def survival_row(study: Study, model: Model, epoch: int, share: float) -> Row:
    """One step. Below the limit no run is given up, so the interval is that of a rate."""
    runs = len(model.runs)
    so_far = int(numpy.sum(model.converged & (model.times <= epoch)))
    now = model.times == epoch
    ends = rate_interval(runs - so_far, runs, study.interval, study.confidence)
    return {
        "model": model.name,
        "epoch": epoch,
        "at_risk": int(numpy.sum(model.times >= epoch)),
        "converged": int(numpy.sum(model.converged & now)),
        "censored": int(numpy.sum(~model.converged & now)),
        "not_converged": share,
        **interval_columns("not_converged", ends),
        "share_converged": so_far / runs,
    }


def survival_rows(study: Study) -> list[Row]:
    rows = []
    for model in study.models:
        epochs = numpy.unique(model.times)
        if len(epochs) == 0:
            continue
        rows.append(survival_row(study, model, 0, 1.0))
        shares = survival(model).survival_function_at_times(epochs)
        for epoch, share in zip(epochs, shares):
            rows.append(survival_row(study, model, int(epoch), float(share)))
    return rows


def log_spaced(limit: int, points: int) -> list[int]:
    """limit^(j / (points − 1)), rounded half up, each once; in 40 digits."""
    steps = max(points - 1, 1)
    with decimal.localcontext(prec=40):
        base = decimal.Decimal(limit)
        powers = [base ** (decimal.Decimal(step) / steps) for step in range(points)]
        return sorted({int(power.to_integral_value(decimal.ROUND_HALF_UP)) for power in powers})


def loss_at(model: Model, run: Run, epoch: int) -> float:
    """A run that stopped before keeps its final loss."""
    return model.losses[run.seed][epoch] if epoch <= run.epochs else run.mse


def curves(study: Study) -> list[Row]:
    kept = set(study.seeds[: study.curve_seeds])
    epochs = log_spaced(study.limit, study.curve_points)
    rows = []
    for model in study.models:
        runs = [run for run in model.runs if run.seed in kept]
        for epoch in epochs if runs else []:
            losses = worst([loss_at(model, run, epoch) for run in runs])
            row: Row = {"model": model.name, "epoch": epoch, "runs": len(runs)}
            for suffix in ("q05", "q25", "median", "q75", "q95"):
                row |= quantile_columns(f"mse_{suffix}", losses, QUANTILES[suffix])
            share = sum(run.converged and run.time <= epoch for run in runs) / len(runs)
            row["share_converged"] = share
            row["share_converged_mcse"] = math.sqrt(share * (1 - share) / len(runs))
            rows.append(row)
    return rows
