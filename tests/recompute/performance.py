"""How numbers spread over runs: accuracy and loss of the rows of each set."""

import math

from estimates import NO_ENDS, Ends, deviation, mean, mean_error, student_quantile
from folder import Model, Study
from row import Row, interval_columns, quantile_columns, with_error

QUANTILES = {"median": 0.5, "q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}


def distribution(name: str, values: list[float]) -> Row:
    """How numbers spread; what is not finite is left out."""
    finite = [value for value in values if math.isfinite(value)]
    row = with_error(f"{name}_mean", mean(finite), mean_error(finite))
    row[f"{name}_sd"] = deviation(finite)
    for suffix, share in QUANTILES.items():
        row |= quantile_columns(f"{name}_{suffix}", finite, share)
    return row


def accuracy_interval(study: Study, values: list[float]) -> Ends:
    """Student's of the mean of shares."""
    if len(values) < 2:
        return NO_ENDS
    distance = student_quantile(study.confidence, len(values) - 1) * mean_error(values)
    return max(mean(values) - distance, 0.0), min(mean(values) + distance, 1.0)


def performance_columns(study: Study, model: Model) -> Row:
    """Accuracy and loss, set by set, of studies with classes, validation rows or test rows."""
    if study.classes is None and not study.validates and not study.tests:
        return {}
    sets = {"train": ""}
    sets |= {"validation": "validation_"} if study.validates else {}
    sets |= {"test": "test_"} if study.tests else {}
    row: Row = {}
    for name, prefix in sets.items():
        runs = model.runs if model.has(name) else []
        accuracies = [float(run.accuracies[name]) for run in runs]
        row |= distribution(f"{prefix}accuracy", accuracies)
        ends = accuracy_interval(study, accuracies)
        row |= interval_columns(f"{prefix}accuracy_mean", ends)
        losses = distribution(f"{prefix}mse", [run.losses[name] for run in runs])
        if name == "train":
            # Every study has this median, and there it is of all runs.
            losses = {key: losses[key] for key in losses if not key.startswith("mse_median")}
        row |= losses
    return row
