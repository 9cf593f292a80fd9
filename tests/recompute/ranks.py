"""Two samples against each other: by ranks, and the difference of their means by Student's t."""

import fractions
import math
import statistics

import numpy
import scipy.special
import scipy.stats

from estimates import Ends, at_least, normal_quantile, rate_interval, student_quantile
from folder import Study
from row import Row, interval_columns

RANK_COLUMNS = [
    "probability_better",
    "probability_better_low",
    "probability_better_high",
    "cliffs_delta",
    "p",
    "p_holm",
]


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


def rank_columns(
    study: Study, name: str, one: numpy.ndarray, other: numpy.ndarray, paired: bool
) -> Row:
    """Which of two samples has the smaller values."""
    row: Row = {f"{name}_{column}": None for column in RANK_COLUMNS}
    if len(one) == 0 or len(other) == 0:
        return row
    probability, ends = probability_interval(study, one, other, paired)
    row[f"{name}_probability_better"] = probability
    row |= interval_columns(f"{name}_probability_better", ends)
    wins, losses = ((a < b).sum() for a, b in ((one[:, None], other), (other[:, None], one)))
    row[f"{name}_cliffs_delta"] = float((int(wins) - int(losses)) / (len(one) * len(other)))
    row[f"{name}_p"] = mann_whitney_p(one, other)
    return row


def t_columns(
    study: Study,
    prefix: str,
    one: list[fractions.Fraction],
    other: list[fractions.Fraction],
    paired: bool,
) -> Row:
    """Student 1908 of pairs; Welch 1947 with whole degrees of freedom, rounded down."""
    difference = float(statistics.mean(one) - statistics.mean(other))
    if paired:
        freedom = len(one) - 1
        squared = statistics.variance([a - b for a, b in zip(one, other)]) / len(one)
    else:
        parts = [statistics.variance(each) / len(each) for each in (one, other)]
        squared = sum(parts)
        shares = [part**2 / (len(each) - 1) for part, each in zip(parts, (one, other))]
        freedom = int(squared**2 / sum(shares)) if squared else 1
    error = math.sqrt(squared)
    distance = student_quantile(study.confidence, freedom) * error
    row: Row = {f"{prefix}_difference": difference}
    row |= interval_columns(f"{prefix}_difference", (difference - distance, difference + distance))
    if squared:
        row[f"{prefix}_t_p"] = at_least(2 * scipy.stats.t.sf(abs(difference) / error, freedom))
    return row
