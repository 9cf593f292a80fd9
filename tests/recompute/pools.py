"""Rows of models of several partitions taken together: means are over all runs, and errors,
intervals and tests are made from the means of each seed over the partitions."""

import fractions
import math

from epochs import quantile_epoch
from estimates import NO_ENDS, Ends, mean, mean_error, rate_interval, student_quantile
from folder import Model, Study
from performance import performance_columns
from row import Near, Row, interval_columns, with_error


def aligned(pool: Model) -> bool:
    """Whether all partitions have the same seeds, in the same order."""
    seeds = [[run.seed for run in member.runs] for member in pool.members]
    return bool(seeds[0]) and all(each == seeds[0] for each in seeds)


def by_seed(pool: Model, value) -> list:
    """The mean of a value of each seed's runs; none, if partitions have different seeds."""
    if not aligned(pool):
        return []
    runs = zip(*(member.runs for member in pool.members))
    return [sum(map(value, each)) / len(pool.members) for each in runs]


def shares_by_seed(pool: Model, name: str) -> list[fractions.Fraction]:
    return by_seed(pool, lambda run: run.accuracies[name]) if pool.has(name) else []


def pooled_row(study: Study, pool: Model, row: Row) -> Row:
    """The row of a summary that takes the runs as those of one model, less what can't be said."""
    kept = {"model", "runs", "converged", "diverged", "rate", "epoch_limit"}
    kept |= {axis.column for axis in study.shown}
    kept |= {"q25_epochs", "median_epochs", "q75_epochs"}
    kept |= {"mean_epochs_of_converged", "mse_median", "accuracy_mean"}
    performance = performance_columns(study, pool)
    kept |= {name for name in performance if not name.endswith(("_mcse", "_low", "_high"))}
    found = {name: value if name in kept else None for name, value in row.items()}
    if pool.runs:
        found |= interval_columns("rate", rate_ends(study, pool))
    prefixes = {"train": "", "validation": "validation_", "test": "test_"}
    for name, prefix in prefixes.items():
        if f"{prefix}accuracy_sd" in performance and pool.has(name):
            found |= errors(study, pool, name, prefix)
    return found


def rate_ends(study: Study, pool: Model) -> Ends:
    """Of as large a share of the seeds, outwards to whole ones."""
    if not aligned(pool):
        return 0.0, 1.0
    partitions = len(pool.members)
    seeds = len(pool.runs) // partitions
    ends = [
        rate_interval(count, seeds, study.interval, study.confidence)
        for count in (pool.successes // partitions, -(-pool.successes // partitions))
    ]
    return ends[0][0], ends[1][1]


def errors(study: Study, pool: Model, name: str, prefix: str) -> Row:
    """Of the means of accuracy and loss."""
    shares = [float(share) for share in shares_by_seed(pool, name)]
    losses = by_seed(pool, lambda run: run.losses[name])
    row = interval_columns(f"{prefix}accuracy_mean", NO_ENDS)
    if len(shares) > 1:
        middle = mean([float(run.accuracies[name]) for run in pool.runs])
        distance = student_quantile(study.confidence, len(shares) - 1) * mean_error(shares)
        ends = max(middle - distance, 0.0), min(middle + distance, 1.0)
        row = interval_columns(f"{prefix}accuracy_mean", ends)
        row[f"{prefix}accuracy_mean_mcse"] = near(mean_error(shares), middle)
    if len(losses) > 1 and all(map(math.isfinite, losses)):
        row[f"{prefix}mse_mean_mcse"] = near(mean_error(losses), mean(losses))
    return row


def near(error: float, value: float) -> Near:
    """The means of seeds are rounded before they are compared."""
    return Near(error, max(1e-9 * error, 4e-16 * abs(value)))
