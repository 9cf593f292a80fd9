"""Holds the summary of experiments/hamey-xor-1991.toml against the published figures.
Usage: hamey.py RESULTS

A published figure is a sample's too, rounded to the digits printed. So ours may differ by
half a unit of its last digit, plus 2.58 standard errors of the difference of two samples
of 10,000 runs (99%). The published efficiency comes with its own interval, which stands.
"""

import csv
import math
import pathlib
import sys

RUNS = 10_000
Z = 2.5758293035489004  # the standard normal's 99.5% quantile


def interval(published, half_unit, standard_error):
    margin = half_unit + Z * math.sqrt(2) * standard_error
    return published - margin, published + margin


def main(results):
    with open(results / "summary.csv", newline="") as file:
        (summary,) = csv.DictReader(file)
    with open(results / "runs.csv", newline="") as file:
        runs = list(csv.DictReader(file))
    assert len(runs) == RUNS == int(summary["runs"]), f"{len(runs)} runs"

    epochs = [int(run["convergence_epoch"]) for run in runs if run["converged"] == "TRUE"]
    mean = sum(epochs) / len(epochs)
    deviation = math.sqrt(sum((epoch - mean) ** 2 for epoch in epochs) / (len(epochs) - 1))
    rate_error = math.sqrt(0.76 * 0.24 / RUNS)
    mean_error = deviation / math.sqrt(len(epochs))

    wrong = 0
    for column, published, (low, high) in [
        ("rate", "0.76", interval(0.76, 0.005, rate_error)),
        ("mean_epochs_of_converged", "50", interval(50, 0.5, mean_error)),
        ("peak_efficiency", "17.1 ± 0.3", (16.8, 17.4)),
        # Read off where a flat curve is highest: the paper gives no interval.
        ("best_restart_epoch", "49", (45, 53)),
        ("harmonic_mean_epochs", "40", interval(40, 0.5, 0.35)),
    ]:
        found = float(summary[column])
        holds = low <= found <= high
        wrong += not holds
        print(f"{column:26} {found:8.3f}   published {published:10}"
              f"   accepted {low:.3f} to {high:.3f}   {'holds' if holds else 'DIFFERS'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
