"""Holds the runs of experiments/hamey-xor-1991.toml against the published figures.
Usage: hamey.py RESULTS

The paper counts a run's weight updates; Seedbed counts the epoch whose forward pass met
the criterion, one more. So the paper's t is convergence_epoch − 1, and its figures are
computed here from runs.csv. (An independent NumPy program agrees: counted in updates it
gives the paper's figures, counted in epochs it gives Seedbed's.)

A published figure is a sample's too, rounded to the digits printed. So ours may differ by
half a unit of its last digit, plus 2.58 standard errors of the difference of two samples
of 10,000 runs (99%). The published efficiency comes with its own interval, which stands.
"""

import csv
import math
import pathlib
import statistics
import sys

RUNS = 10_000
Z = 2.5758293035489004  # the standard normal's 99.5% quantile


def interval(published, half_unit, standard_error):
    margin = half_unit + Z * math.sqrt(2) * standard_error
    return published - margin, published + margin


def efficiency(updates):
    """The peak of E(t) = 1000 · #{tᵢ ≤ t} / Σ min(t, tᵢ) and its t; it is at some tᵢ."""
    best, spent = (0.0, 0), 0
    for successes, t in enumerate(sorted(updates), 1):
        spent += t
        best = max(best, (1000 * successes / (spent + (RUNS - successes) * t), t))
    return best


def main(results):
    with open(results / "runs.csv", newline="") as file:
        runs = list(csv.DictReader(file))
    with open(results / "summary.csv", newline="") as file:
        (summary,) = csv.DictReader(file)
    assert len(runs) == RUNS, f"{len(runs)} runs"
    updates = [int(run["convergence_epoch"]) - 1 for run in runs if run["converged"] == "TRUE"]

    rate, mean = len(updates) / RUNS, statistics.fmean(updates)
    # Seedbed's own columns: the same runs, counted in epochs.
    for column, expected in [("rate", rate), ("mean_epochs_of_converged", mean + 1)]:
        found = float(summary[column])
        assert math.isclose(found, expected, rel_tol=1e-12), f"{column}: {found}, not {expected}"

    rate_error = math.sqrt(0.76 * 0.24 / RUNS)
    mean_error = statistics.stdev(updates) / math.sqrt(len(updates))
    # Delta method: the standard error of n / Σ 1/tᵢ, failures counting as 1/∞ = 0.
    speeds = [1 / t for t in updates] + [0.0] * (RUNS - len(updates))
    harmonic = 1 / statistics.fmean(speeds)
    harmonic_error = harmonic**2 * statistics.stdev(speeds) / math.sqrt(RUNS)
    peak, at = efficiency(updates)
    differs = 0
    for name, found, published, (low, high) in [
        ("success rate", rate, "0.76", interval(0.76, 0.005, rate_error)),
        ("mean of successes", mean, "50", interval(50, 0.5, mean_error)),
        ("harmonic mean", harmonic, "40", interval(40, 0.5, harmonic_error)),
        ("peak efficiency", peak, "17.1 ± 0.3", (16.8, 17.4)),
        # Where a flat curve is highest: the paper gives no interval, the standard is ours.
        ("reached at", at, "49", (45, 53)),
    ]:
        holds = low <= found <= high
        differs += not holds
        print(f"{name:18} {found:8.3f}   published {published:10}"
              f"   accepted {low:.3f} to {high:.3f}   {'holds' if holds else 'DIFFERS'}")
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
