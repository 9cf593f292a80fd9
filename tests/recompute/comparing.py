"""A model against its baseline, recomputed: one row of comparisons.csv."""

import fractions
import math

import numpy
import scipy.stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from epochs import (
    FEW_RUNS,
    logrank_test,
    permutation_p,
    restricted_mean,
    restricted_mean_interval,
)
from estimates import (
    NO_ENDS,
    Ends,
    at_least,
    difference_interval,
    mean,
    mean_error,
    rate_interval,
    student_quantile,
)
from folder import Model, Study
from pools import shares_by_seed
from ranks import RANK_COLUMNS, rank_columns, t_columns
from row import Near, Row, interval_columns


def pairs(model: Model, baseline: Model) -> bool:
    """Whether both were trained from the same seeds in the same order."""
    return bool(model.runs) and model.seeds == baseline.seeds


def table_of_pairs(model: Model, baseline: Model) -> list[list[int]]:
    """Seeds with which both converged and only the model; only the baseline and neither."""
    a, b = model.converged, baseline.converged
    return [
        [int(sum(a & b)), int(sum(a & ~b))],
        [int(sum(~a & b)), int(sum(~a & ~b))],
    ]


def newcombe_correlation(table: list[list[int]]) -> float:
    """φ in method 10 of Newcombe 1998, Statistics in Medicine 17:2635, with its continuity
    correction; 0 if a margin is 0."""
    (a, b), (c, d) = table
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    product = a * d - b * c
    if product > 0:
        product = max(product - (a + b + c + d) / 2, 0)
    return product / math.sqrt(margins)


def rate_difference(study: Study, model: Model, baseline: Model) -> tuple[float | None, Ends]:
    """Newcombe 1998, always from Wilson's intervals; of pairs with their correlation."""
    if not model.runs or not baseline.runs:
        return None, NO_ENDS
    sides = [(each.successes, len(each.runs)) for each in (model, baseline)]
    one, other = (successes / runs for successes, runs in sides)
    ends = [rate_interval(*side, "wilson", study.confidence) for side in sides]
    paired = pairs(model, baseline)
    correlation = newcombe_correlation(table_of_pairs(model, baseline)) if paired else 0.0
    return one - other, difference_interval(one, ends[0], other, ends[1], correlation)


def epochs_correlation(model: Model, baseline: Model) -> float:
    """Pearson's, seed by seed; 0 where one does not vary or seeds do not pair."""
    if not pairs(model, baseline):
        return 0.0
    one, other = model.times, baseline.times
    if len(set(one)) < 2 or len(set(other)) < 2:
        return 0.0
    return float(scipy.stats.pearsonr(one, other).statistic)


def mean_difference(study: Study, model: Model, baseline: Model) -> tuple[float | None, Ends]:
    if not model.runs or not baseline.runs:
        return None, NO_ENDS
    one, other = (restricted_mean(each, study.limit) for each in (model, baseline))
    ends = [restricted_mean_interval(each, study) for each in (model, baseline)]
    correlation = epochs_correlation(model, baseline)
    return one - other, difference_interval(one, ends[0], other, ends[1], correlation)


def both_converged(study: Study, model: Model, baseline: Model) -> Row:
    both = model.converged & baseline.converged
    differences = [float(x) for x in (model.times - baseline.times)[both]]
    middle, ends = mean(differences), NO_ENDS
    if len(differences) > 1:
        quantile = student_quantile(study.confidence, len(differences) - 1)
        distance = quantile * mean_error(differences)
        ends = middle - distance, middle + distance
    return {
        "both_converged": len(differences),
        "both_converged_difference": middle,
        **interval_columns("both_converged_difference", ends),
    }


def distances(model: Model, at: int, target: float) -> numpy.ndarray:
    """From the target; a prediction that is not finite is the farthest."""
    found = numpy.array([abs(run.predictions[at] - target) for run in model.runs])
    return numpy.where(numpy.isfinite(found), found, numpy.inf)


def prediction_columns(study: Study, model: Model, baseline: Model, at: int) -> Row:
    """Of a prediction; pools do not compare any."""
    name, target = study.predictions[at]
    if target is None or model in study.pools:
        return {f"{name}_{column}": None for column in RANK_COLUMNS}
    values = (distances(each, at, target) for each in (model, baseline))
    return rank_columns(study, name, *values, pairs(model, baseline))


def accuracy_name(study: Study) -> tuple[str, str] | None:
    """The set whose accuracy is compared, and what its columns begin with."""
    if study.tests:
        return "test", "test_accuracy"
    if study.classes is not None or study.validates:
        return "train", "accuracy"
    return None


def shares(model: Model, name: str) -> list[fractions.Fraction]:
    """Of right rows, run by run; of a pool, seed by seed."""
    if model.members:
        return shares_by_seed(model, name)
    return [run.accuracies[name] for run in model.runs] if model.has(name) else []


def accuracy_columns(study: Study, model: Model, baseline: Model) -> Row:
    """Shares of right rows, in exact fractions: where every seed gives the same difference, it
    has no spread and no test."""
    found = accuracy_name(study)
    if found is None:
        return {}
    name, prefix = found
    one, other = (shares(each, name) for each in (model, baseline))
    paired = pairs(model, baseline)
    row: Row = {f"{prefix}_difference": None, f"{prefix}_t_p": None, f"{prefix}_t_p_holm": None}
    row |= interval_columns(f"{prefix}_difference", NO_ENDS)
    if min(len(one), len(other)) > 1:
        row |= t_columns(study, prefix, one, other, paired)
    turned = (numpy.array([-float(share) for share in each]) for each in (one, other))
    return row | rank_columns(study, prefix, *turned, paired)


def fisher_p(model: Model, baseline: Model) -> float:
    table = [
        [each.successes, len(each.runs) - each.successes] for each in (model, baseline)
    ]
    return at_least(scipy.stats.fisher_exact(table).pvalue)


def logrank_columns(model: Model, baseline: Model) -> Row:
    row: Row = {"logrank_chi_squared": None, "logrank_p": None, "logrank_p_holm": None}
    found = logrank_test(model, baseline)
    if found is None:
        return row
    row["logrank_chi_squared"] = found[0]
    if min(len(model.runs), len(baseline.runs)) >= FEW_RUNS:
        row["logrank_p"] = at_least(found[1])
    else:
        p, margin = permutation_p(model, baseline)
        row["logrank_p"] = Near(p, margin) if margin else p
    return row


def compared(study: Study, model: Model, baseline: Model) -> Row:
    both = bool(model.runs) and bool(baseline.runs)
    paired = pairs(model, baseline)
    rates = [
        each.successes / len(each.runs) if each.runs else None for each in (model, baseline)
    ]
    difference, ends = rate_difference(study, model, baseline)
    table = table_of_pairs(model, baseline) if paired else None
    mean_of_difference, mean_ends = mean_difference(study, model, baseline)
    row: Row = {
        "model": model.name,
        "baseline": baseline.name,
        "runs": len(model.runs),
        "baseline_runs": len(baseline.runs),
        "rate": rates[0],
        "baseline_rate": rates[1],
        "rate_difference": difference,
        **interval_columns("rate_difference", ends),
        "rate_ratio": rates[0] / rates[1] if both and rates[1] else None,
        "only_model_converged": table[0][1] if table else None,
        "only_baseline_converged": table[1][0] if table else None,
        "mcnemar_p": at_least(mcnemar(table, exact=True).pvalue) if table else None,
        "mcnemar_p_holm": None,
        "fisher_p": fisher_p(model, baseline) if both else None,
        "fisher_p_holm": None,
        **logrank_columns(model, baseline),
        "restricted_mean_difference": mean_of_difference,
        **interval_columns("restricted_mean_difference", mean_ends),
    }
    empty = dict.fromkeys(both_converged(study, baseline, baseline))
    row |= both_converged(study, model, baseline) if paired else empty
    row |= accuracy_columns(study, model, baseline)
    for at in range(len(study.predictions)):
        row |= prediction_columns(study, model, baseline, at)
    return of_pool(study, row) if model.members else row


def of_pool(study: Study, row: Row) -> Row:
    """Only accuracy is compared: other tests take runs of the same seed for unrelated ones."""
    kept = {"model", "baseline", "runs", "baseline_runs", "rate", "baseline_rate"}
    found = accuracy_name(study)
    begin = f"{found[1]}_" if found else None
    return {
        name: value if name in kept or (begin and name.startswith(begin)) else None
        for name, value in row.items()
    }


def adjust(rows: list[Row], column: str, found: list[dict[str, str]]) -> None:
    """Holm 1979 over all rows that have this p. A p of drawn deals is taken as it was found:
    whether it is near enough is said in its own column."""
    family = []
    for at, row in enumerate(rows):
        p = row[column]
        if isinstance(p, Near):
            p = float(found[at][column]) if at < len(found) and found[at].get(column) else p.value
        if p is not None:
            family.append((row, p))
    if family:
        adjusted = multipletests([p for _, p in family], method="holm")[1]
        for (row, _), p in zip(family, adjusted):
            row[f"{column}_holm"] = at_least(p)


def comparisons(study: Study, found: list[dict[str, str]]) -> list[Row]:
    """All rows, then those of pools, whose p-values are families of their own; `found` are those
    of the file, for the p-values of drawn deals."""
    rows: list[Row] = []
    kinds = [(study.models, study.baseline), (study.pools, study.pool_baseline)]
    for models, baselines in kinds:
        of_kind = [
            compared(study, model, baseline)
            for model, baseline in zip(models, baselines)
            if model is not baseline
        ]
        for family in families(study):
            adjust(of_kind, family, found[len(rows) :])
        rows += of_kind
    return rows


def families(study: Study) -> list[str]:
    """Columns of p-values, each adjusted over all its rows."""
    accuracy = accuracy_name(study)
    of_accuracy = [f"{accuracy[1]}_t_p", f"{accuracy[1]}_p"] if accuracy else []
    of_predictions = [f"{name}_p" for name, _ in study.predictions]
    return ["mcnemar_p", "fisher_p", "logrank_p", *of_accuracy, *of_predictions]
