"""A model against its baseline, recomputed: one row of comparisons.csv."""

import math
import statistics

import numpy
import scipy.special
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
    difference_interval,
    mean,
    mean_error,
    normal_quantile,
    rate_interval,
    student_quantile,
)
from folder import Model, Study
from tables import Near, Row, interval_columns

# No p-value is 0: the smallest normal number stands for what is smaller.
LEAST_P = 2.2250738585072014e-308


def at_least(p: float) -> float:
    return max(min(float(p), 1.0), LEAST_P)


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


def doubled_placements(values: numpy.ndarray, others: numpy.ndarray) -> list[int]:
    """Twice how many of the others each value lies below, equal ones counting half: whole
    numbers, so that no variance is rounded."""
    below = (values[:, None] < others[None, :]).sum(axis=1)
    equal = (values[:, None] == others[None, :]).sum(axis=1)
    return [int(placement) for placement in 2 * below + equal]


def whole_variance(values: list[int]) -> float:
    """Sample variance of whole numbers, 0 of one: exact, as the standard library has it."""
    return float(statistics.variance(values)) if len(values) > 1 else 0.0


def probability_interval(
    study: Study, one: numpy.ndarray, other: numpy.ndarray, paired: bool
) -> tuple[float, Ends]:
    """Mann & Whitney's probability that a value of the one is smaller, with its interval."""
    n, m = len(one), len(other)
    smaller = doubled_placements(one, other)
    larger = [2 * n - placement for placement in doubled_placements(other, one)]
    probability = sum(smaller) / (2 * n * m)
    if paired:
        # Obuchowski 1997, a pair being a cluster; Konietschke & Pauly 2012.
        variance = whole_variance([a + b for a, b in zip(smaller, larger)]) / (4 * n**3)
    else:
        # DeLong, DeLong & Clarke-Pearson 1988.
        variance = whole_variance(smaller) / (4 * m**2 * n) + whole_variance(larger) / (
            4 * n**2 * m
        )
    if variance == 0:
        fewest = min(n, m)
        wins = probability * fewest
        return probability, rate_interval(wins, fewest, "wilson", study.confidence)
    quantile = (
        student_quantile(study.confidence, n - 1) if paired else normal_quantile(study.confidence)
    )
    distance = quantile * math.sqrt(variance) / (probability * (1 - probability))
    middle = scipy.special.logit(probability)
    low, high = scipy.special.expit([middle - distance, middle + distance])
    return probability, (float(low), float(high))


def mann_whitney_p(one: numpy.ndarray, other: numpy.ndarray) -> float:
    if len(set(one) | set(other)) == 1:
        return 1.0  # SciPy would divide by 0
    found = scipy.stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=True)
    return at_least(found.pvalue)


def prediction_columns(study: Study, model: Model, baseline: Model, at: int) -> Row:
    name, target = study.predictions[at]
    row: Row = {
        f"{name}_{column}": None
        for column in (
            "probability_better",
            "probability_better_low",
            "probability_better_high",
            "cliffs_delta",
            "p",
            "p_holm",
        )
    }
    if target is None or not model.runs or not baseline.runs:
        return row
    one, other = (distances(each, at, target) for each in (model, baseline))
    probability, ends = probability_interval(study, one, other, pairs(model, baseline))
    row[f"{name}_probability_better"] = probability
    row |= interval_columns(f"{name}_probability_better", ends)
    wins, losses = ((a < b).sum() for a, b in ((one[:, None], other), (other[:, None], one)))
    row[f"{name}_cliffs_delta"] = float((int(wins) - int(losses)) / (len(one) * len(other)))
    row[f"{name}_p"] = mann_whitney_p(one, other)
    return row


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
    for at in range(len(study.predictions)):
        row |= prediction_columns(study, model, baseline, at)
    return row


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
    """All rows; `found` are those of the file, for the p-values of drawn deals."""
    rows = [
        compared(study, model, baseline)
        for model, baseline in zip(study.models, study.baseline)
        if model is not baseline
    ]
    families = ["mcnemar_p", "fisher_p", "logrank_p"]
    families += [f"{name}_p" for name, _ in study.predictions]
    for family in families:
        adjust(rows, family, found)
    return rows
