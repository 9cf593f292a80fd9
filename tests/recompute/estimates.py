"""Shares, quantiles and means with what says how sure they are."""

import math
import statistics
from collections.abc import Sequence

import numpy
import scipy.stats
from statsmodels.stats.proportion import proportion_confint

Ends = tuple[float | None, float | None]
NO_ENDS: Ends = (None, None)
# No p-value is 0: the smallest normal number stands for what is smaller.
LEAST_P = 2.2250738585072014e-308


def at_least(p: float) -> float:
    return max(min(float(p), 1.0), LEAST_P)


def rate_interval(successes: float, runs: int, method: str, confidence: float) -> Ends:
    """Wilson 1927 or Clopper & Pearson 1934."""
    if runs == 0:
        return 0.0, 1.0
    name = {"wilson": "wilson", "clopper-pearson": "beta"}[method]
    low, high = proportion_confint(successes, runs, alpha=1 - confidence, method=name)
    return float(low), float(high)


def normal_quantile(confidence: float) -> float:
    return float(scipy.stats.norm.isf((1 - confidence) / 2))


def student_quantile(confidence: float, freedom: int) -> float:
    return float(scipy.stats.t.isf((1 - confidence) / 2, freedom))


def mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if len(values) else None


def deviation(values: Sequence[float]) -> float | None:
    """Standard deviation, divisor n − 1. The standard library's is exact up to the root:
    values that are all equal have exactly 0."""
    return statistics.stdev(map(float, values)) if len(values) > 1 else None


def mean_error(values: Sequence[float]) -> float | None:
    spread = deviation(values)
    return None if spread is None else spread / math.sqrt(len(values))


def worst(values: Sequence[float]) -> list[float]:
    """What is not finite counts as the worst."""
    return [value if math.isfinite(value) else math.inf for value in values]


def quantile(values: Sequence[float], share: float) -> float | None:
    """Type 7 of Hyndman & Fan 1996; None of no values and where it is infinite."""
    if len(values) == 0:
        return None
    if all(map(math.isfinite, values)):
        return float(numpy.quantile(values, share))
    # NumPy makes NaN of infinity times 0, so the two neighbours are picked here.
    ordered = sorted(values)
    below, part = divmod((len(values) - 1) * share, 1)
    neighbours = ordered[int(below) : int(below) + (2 if part > 0 else 1)]
    if not all(map(math.isfinite, neighbours)):
        return None
    return float(numpy.quantile(neighbours, part))


def quantile_error(values: Sequence[float], share: float) -> float | None:
    """Woodruff 1952: half the distance of the quantiles one binomial standard error below and
    above; None of one value, and where those leave 0 to 1 or are infinite."""
    if len(values) < 2:
        return None
    error = math.sqrt(share * (1 - share) / len(values))
    if share - error < 0 or share + error > 1:
        return None
    ends = quantile(values, share - error), quantile(values, share + error)
    return None if None in ends else (ends[1] - ends[0]) / 2


def interquartile_mean(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The mean without a quarter on each side; its error by Tukey & McLaughlin 1963."""
    count = len(values)
    if count == 0:
        return None, None
    winsorized = scipy.stats.mstats.winsorize(numpy.array(values), limits=(0.25, 0.25))
    spread = deviation(numpy.asarray(winsorized))
    kept = (count - 2 * (count // 4)) / count
    error = None if spread is None else spread / (kept * math.sqrt(count))
    return float(scipy.stats.trim_mean(values, 0.25)), error


def order_statistics(runs: int, share: float, confidence: float) -> tuple[int | None, int | None]:
    """Thompson 1936: ranks, from 1, of the ends of a quantile's exact interval. The largest l
    with P(X ≤ l − 1) and the smallest u with P(X ≥ u) of at most half of what is left."""
    if runs == 0:
        return None, None
    tail = (1 - confidence) / 2
    ranks = numpy.arange(1, runs + 1)
    lower = ranks[scipy.stats.binom.cdf(ranks - 1, runs, share) <= tail]
    upper = ranks[scipy.stats.binom.sf(ranks - 1, runs, share) <= tail]
    return (
        int(lower[-1]) if len(lower) else None,
        int(upper[0]) if len(upper) else None,
    )


def difference_interval(
    one: float, of_one: Ends, other: float, of_other: Ends, correlation: float
) -> Ends:
    """Zou & Donner 2008: the interval of one − other from the intervals of both."""

    def apart(first: float, second: float) -> float:
        squared = first**2 - 2 * correlation * first * second + second**2
        return math.sqrt(max(squared, 0))

    difference = one - other
    low = difference - apart(one - of_one[0], of_other[1] - other)
    high = difference + apart(of_one[1] - one, other - of_other[0])
    return low, high
