"""Has Seedbed write the outputs of runs for every row. Usage: outputs.py SEEDBED FOLDER
writes, of a study whose rows are split by seeds, one run's for each of these seeds into FOLDER,
where recompute.py finds which rows belong to which set."""

import pathlib
import subprocess
import sys

from dataset import split_file
from folder import read_table


def replay(
    seedbed: str, folder: pathlib.Path, row: dict[str, str], *options: str | pathlib.Path
) -> None:
    """Replays the run of a row of runs.csv, which must be what is stored."""
    run = ["replay", folder, "--model", row["model"], "--seed", row["seed"]]
    subprocess.run([seedbed, *run, *options], check=True, stdout=subprocess.DEVNULL)


def main(seedbed: str, folder: pathlib.Path) -> None:
    rows = read_table(folder / "runs.csv")[1]
    for seed, row in {row["split_seed"]: row for row in rows}.items():
        path = split_file(folder, seed)
        path.parent.mkdir(exist_ok=True)
        replay(seedbed, folder, row, "--outputs", path)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
