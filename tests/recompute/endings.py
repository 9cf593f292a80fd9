"""What failures.csv and confusion.csv should say: which rows runs end wrong on, and for what
they take them."""

from estimates import worst
from folder import Model, Run, Study, wrong_count
from row import Row, quantile_columns
from tables import rate_columns

STATUSES = ["converged", "stuck", "improving", "diverged"]
# Of more training rows than these, those that are wrong are counted and not named.
NAMED_OF = 20

# What is wrong at a run's end, as it is compared: rows; class and count; count.
Wrong = tuple


def wrong_at_end(study: Study, model: Model, run: Run) -> tuple[Wrong, str]:
    """As it is sorted, and in words."""
    if model.rows[0].count["train"] <= NAMED_OF:
        numbers = tuple(int(row.removeprefix("r")) for row in run.wrong_rows.split())
        return numbers, run.wrong_rows
    if study.classes is None:
        count = wrong_count(run.wrong_rows)
        noun = "row" if count == 1 else "rows"
        return (count,), f"{count:,} {noun}" if count else ""
    by_class = [0] * len(study.classes.names)
    for (of_class, _), count in run.mistakes["train"].items():
        by_class[of_class] += count
    wrong = [(at, count) for at, count in enumerate(by_class) if count]
    words = [f"{count:,} of {study.classes.names[at]}" for at, count in wrong]
    return tuple(wrong), "; ".join(words)


def failures(study: Study) -> list[Row]:
    """How runs ended: by status, the most frequent first, then by what is wrong."""
    rows = []
    for model in study.models:
        groups: dict[tuple[str, tuple[Wrong, str]], list[Run]] = {}
        for run in model.runs:
            groups.setdefault((run.status, wrong_at_end(study, model, run)), []).append(run)

        def place(group: tuple[str, tuple[Wrong, str]]) -> tuple[int, int, Wrong]:
            status, (wrong, _) = group
            return STATUSES.index(status), -len(groups[group]), wrong

        for group in sorted(groups, key=place):
            rows.append(failure(study, model, group[0], group[1][1], groups[group]))
    return rows


def failure(study: Study, model: Model, status: str, words: str, runs: list[Run]) -> Row:
    row: Row = {
        "model": model.name,
        "status": status,
        "wrong_rows": words or None,
        "runs": len(runs),
        **rate_columns(study, "share", len(runs), len(model.runs)),
        **quantile_columns("mse_median", worst([run.mse for run in runs]), 0.5),
    }
    norms = worst([run.gradient_norm for run in runs])
    row |= quantile_columns("gradient_norm_median", norms, 0.5)
    row["example_seed"] = runs[0].seed
    return row


def confusion(study: Study) -> list[Row]:
    """Of test rows, or of training rows where no model has test rows: class by class, what they
    were taken for, summed over the runs of a model or of a pool."""
    if study.classes is None:
        return []
    rows = []
    name = "test" if study.tests else "train"
    for model in study.models + study.pools:
        for at, of_class in enumerate(study.classes.names):
            answers = {answer: 0 for answer in [*range(len(study.classes.names)), None]}
            for run in model.runs:
                answers[at] += run.rows.by_class[name][at]
                for (mistaken, answer), count in run.mistakes[name].items():
                    if mistaken == at:
                        answers[answer] += count
                        answers[at] -= count
            rows += confusion_rows(study, model, of_class, answers)
    return rows


def confusion_rows(
    study: Study, model: Model, of_class: str, answers: dict[int | None, int]
) -> list[Row]:
    every = sum(answers.values())
    return [
        {
            "model": model.name,
            "class": of_class,
            "answer": "(none)" if answer is None else study.classes.names[answer],
            "rows": count,
            "share": count / every if every else None,
        }
        for answer, count in answers.items()
    ]
