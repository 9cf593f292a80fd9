#!/usr/bin/env python3
"""Runs Seedbed and its peers in turn on the same work and prints a table of ratios.

usage: run_all.py [--seedbed PATH] [--precision f64|f32] [--widths 1,2,4,...] [--seconds S]

Every program trains many networks of the article's shape (see network.py) on all cores, and
is given as much work as it does in about S seconds. Seedbed is the real binary on a real
manifest; its figure is network_epochs_per_second of provenance.json. Peers whose packages
are missing are left out and said so.
"""
import argparse
import json
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEERS = {
    # program: (networks, network-epochs per second guessed for the first try)
    "jax_vmap": (4096, 1e6),
    "torch_compile": (4096, 5e5),
    "numpy_batched": (2048, 2e5),
    "numpy_one": (1, 2e4),
}
MANIFEST = """name = "peers"
[data]
inputs = {inputs}
targets = {targets}
[network]
hidden = [{hidden}]
[training]
epochs = {epochs}
precision = "{precision}"
[seeds]
count = {networks}
[curves]
seeds = 0
"""


def peer(program, hidden, precision, networks, epochs):
    command = [sys.executable, HERE / f"{program}.py", hidden, precision, networks, epochs]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=HERE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return float(done.stdout.split()[-1])


def seedbed(binary, hidden, precision, networks, epochs):
    sys.path.insert(0, str(HERE))
    from network import INPUTS, TARGETS

    with tempfile.TemporaryDirectory() as folder:
        manifest = pathlib.Path(folder) / "peers.toml"
        manifest.write_text(
            MANIFEST.format(
                inputs=INPUTS, targets=TARGETS, hidden=hidden, epochs=epochs,
                precision=precision, networks=networks,
            )
        )
        out = pathlib.Path(folder) / "out"
        command = [binary, "run", manifest, "--out", out, "--overwrite", "--progress", "none"]
        subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
        return json.loads((out / "provenance.json").read_text())["network_epochs_per_second"]


def measured(run, networks, guess, seconds):
    """Twice: once to learn how much work fills the time, once for the figure."""
    epochs = max(10, int(guess * seconds / 3 / networks) // 10 * 10)
    speed = run(networks, epochs)
    epochs = max(10, int(speed * seconds / networks) // 10 * 10)
    return run(networks, epochs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seedbed", default=HERE.parents[1] / "target/release/seedbed")
    parser.add_argument("--precision", default="f64", choices=["f64", "f32"])
    parser.add_argument("--widths", default="1,2,4,8,16,32")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    missing = {}
    print(f"{platform.machine()}, {cores()} cores, {processor()}, {options.precision}")
    print("network-epochs per second; in brackets, how many times as fast Seedbed is\n")
    print(f"{'hidden':>6} {'seedbed':>10}", *(f"{name:>19}" for name in PEERS))
    for hidden in [int(width) for width in options.widths.split(",")]:
        own = measured(
            lambda n, e: seedbed(options.seedbed, hidden, options.precision, n, e),
            4096, 2e7, options.seconds,
        )
        cells = [f"{hidden:6} {own:10.2e}"]
        for name, (networks, guess) in PEERS.items():
            if name in missing:
                cells.append(f"{'-':>19}")
                continue
            try:
                speed = measured(
                    lambda n, e: peer(name, hidden, options.precision, n, e),
                    networks, guess, options.seconds,
                )
                cells.append(f"{speed:10.2e} ({own / speed:5.0f}x)" if own / speed >= 100
                             else f"{speed:10.2e} ({own / speed:5.1f}x)")
            except RuntimeError as error:
                missing[name] = str(error)
                cells.append(f"{'-':>19}")
        print(*cells, flush=True)
    for name, why in missing.items():
        print(f"left out: {name} ({why})")


def cores():
    import os

    return len(os.sched_getaffinity(0))


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
