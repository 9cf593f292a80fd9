"""How long learning takes: survival, restricted mean, log-rank test and restarts."""

import fractions
import itertools
import math
import warnings

import lifelines
import lifelines.statistics
import lifelines.utils
import numpy
import scipy.special

from estimates import NO_ENDS, Ends, deviation, mean, mean_error, rate_interval, student_quantile
from folder import Model, Study

# Fewer runs of either model: p is that of the permutation test.
FEW_RUNS = 30
# More ways to deal the runs: Seedbed draws 9,999 of them.
MOST_DEALS = 20_000
DRAWN_DEALS = 9_999
# As many are drawn here, and a seed for them that has nothing to do with Seedbed's.
OWN_DEALS = 400_000
OWN_SEED = 20_260_101
# Two sums of scores that differ by less are equally far from 0.
TIE = 1e-9


def survival(model: Model) -> lifelines.KaplanMeierFitter:
    return lifelines.KaplanMeierFitter().fit(model.times, model.converged)


def quantile_epoch(model: Model, quarters: int) -> int | None:
    """The first epoch by which so many quarters of all runs had converged."""
    needed = -(-quarters * len(model.runs) // 4)
    return epoch_of_rank(model, needed or None)


def epoch_of_rank(model: Model, rank: int | None) -> int | None:
    """When the run of a rank, from 1, converged; None if it did not."""
    epochs = numpy.sort(model.times[model.converged])
    return int(epochs[rank - 1]) if rank is not None and rank <= len(epochs) else None


def restricted_mean(model: Model, limit: int) -> float | None:
    if not model.runs:
        return None
    return float(lifelines.utils.restricted_mean_survival_time(survival(model), t=limit))


def restricted_mean_error(model: Model, limit: int) -> float | None:
    """Greenwood's. No run is given up before the limit, and then the sum of Klein &
    Moeschberger 2003, equation 4.5.2, is the variance, divisor n, over n."""
    count = len(model.runs)
    if count < 2:
        return None
    return deviation(numpy.minimum(model.times, limit)) * math.sqrt((count - 1) / count / count)


def restricted_mean_interval(model: Model, study: Study) -> Ends:
    """The mean is m + q(L − m), for the share q that failed and the mean m of the others:
    Zou & Donner 2008 join the intervals of q and m."""
    runs = len(model.runs)
    if runs == 0:
        return NO_ENDS
    limit, middle = study.limit, restricted_mean(model, study.limit)
    failed = 1 - model.successes / runs
    low, high = rate_interval(runs - model.successes, runs, study.interval, study.confidence)
    epochs = model.times[model.converged]
    if len(epochs) < 2:
        return min(limit - (limit - 1) * (1 - low), middle), float(limit)
    freedom = len(epochs) - 1
    of_mean = (1 - failed) * student_quantile(study.confidence, freedom) * mean_error(epochs)
    cost = limit - mean(epochs)
    return (
        max(middle - math.hypot(cost * (failed - low), of_mean), 1.0),
        min(middle + math.hypot(cost * (high - failed), of_mean), float(limit)),
    )


def both_remain(one: Model, other: Model) -> bool:
    """Whether at some epoch a run converged while both had runs left, and not all that were
    left converged at once: else the log-rank statistic has no variance."""
    for epoch in set(one.times[one.converged]) | set(other.times[other.converged]):
        left = [numpy.sum(model.times >= epoch) for model in (one, other)]
        done = sum(numpy.sum(model.converged & (model.times == epoch)) for model in (one, other))
        if min(left) > 0 and done < sum(left):
            return True
    return False


def logrank_test(one: Model, other: Model) -> tuple[float, float] | None:
    """χ² and its p (Mantel 1966)."""
    if not one.runs or not other.runs or not both_remain(one, other):
        return None
    found = lifelines.statistics.logrank_test(
        one.times, other.times, one.converged, other.converged
    )
    return float(found.test_statistic), float(found.p_value)


def logrank_scores(one: Model, other: Model) -> numpy.ndarray:
    """Peto & Peto 1972: converged or not, minus the cumulative hazard of all runs together."""
    times = numpy.concatenate([one.times, other.times])
    converged = numpy.concatenate([one.converged, other.converged])
    hazard = lifelines.NelsonAalenFitter(nelson_aalen_smoothing=False)
    hazard.fit(times, converged)
    return converged - hazard.cumulative_hazard_at_times(times).to_numpy()


def permutation_p(one: Model, other: Model) -> tuple[float, float]:
    """The p of the log-rank test when chance deals the runs anew, and how far one of drawn
    deals may be from it: 0 where all deals are counted."""
    scores = logrank_scores(one, other)
    least = abs(scores[: len(one.runs)].sum()) - TIE
    size = min(len(one.runs), len(other.runs))
    if scipy.special.comb(len(scores), size, exact=True) <= MOST_DEALS:
        deals = numpy.array(list(itertools.combinations(range(len(scores)), size)))
        return float(numpy.mean(abs(scores[deals].sum(axis=1)) >= least)), 0.0
    generator = numpy.random.default_rng(OWN_SEED)
    rows = max(1, 2_000_000 // len(scores))
    found = drawn = 0
    while drawn < OWN_DEALS:
        dealt = generator.permuted(numpy.tile(scores, (rows, 1)), axis=1)[:, :size]
        found += int(numpy.sum(abs(dealt.sum(axis=1)) >= least))
        drawn += rows
    share = found / drawn
    # Phipson & Smyth 2010: the observed deal is one of those drawn.
    expected = (DRAWN_DEALS * share + 1) / (DRAWN_DEALS + 1)
    possible = max(share, 1 / drawn)
    return expected, 5 * math.sqrt(possible * (1 - possible) * (1 / DRAWN_DEALS + 1 / drawn))


def best_restart(
    times: numpy.ndarray, converged: numpy.ndarray, limit: int
) -> tuple[int, int, int] | None:
    """Hamey 1991: T_E, the successes until then and the epochs that they cost; None if no run
    converged. The smallest of equally good t."""
    if not converged.any():
        return None
    costs = numpy.minimum(times, limit)
    candidates = [(limit, int(converged.sum()), int(costs.sum()))]
    # Only just after a run converged can E(t) be largest.
    for epoch in sorted(set(times[converged] + 1)):
        if epoch < limit:
            successes = int(numpy.sum(converged & (times < epoch)))
            candidates.append((int(epoch), successes, int(numpy.minimum(times, epoch).sum())))
    return min(candidates, key=lambda found: (fractions.Fraction(found[2], found[1]), found[0]))


def held_out_ratio(study: Study, model: Model, epoch: int) -> tuple[float | None, Ends]:
    """What a success costs the runs at odd positions when stopped at this epoch, over its cost
    at the limit; the interval by the delta method on the logarithmic scale."""
    times, converged = model.times[::2], model.converged[::2]
    early = converged & (times < epoch)
    stopped = numpy.minimum(times, epoch)
    saved = (times - stopped).astype(float)
    # Kish's effective size of the saved epochs.
    worth = saved.sum() ** 2 / (saved**2).sum() if saved.any() else 0.0
    if epoch >= study.limit or early.sum() < 10 or worth < 10:
        return None, NO_ENDS
    ratio = (stopped.sum() / early.sum()) / (times.sum() / converged.sum())
    influence = (
        stopped / stopped.mean()
        - early / early.mean()
        - times / times.mean()
        + converged / converged.mean()
    )
    quantile = student_quantile(study.confidence, len(times) - 1)
    factor = math.exp(quantile * mean_error(influence))
    return float(ratio), (float(ratio / factor), float(ratio * factor))


# lifelines takes the logarithm of 0 where the last runs converge, and says so.
warnings.filterwarnings("ignore", category=RuntimeWarning, module="lifelines")
