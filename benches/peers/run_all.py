#!/usr/bin/env python3
"""Measures Seedbed and its peers in turn on the same work and prints a table in Markdown.

usage: run_all.py [--seedbed PATH] [--shapes SHAPE,…] [--peers NAME,…]
                  [--seconds S] [--rounds N]

Shapes are written as network.py says. Every program trains many networks of a shape on all cores,
and is given as much work as it does in about S seconds. For each shape and peer, the fastest of
some variants and numbers of networks is found first; then all programs run in turn, N times, and
the best figure of each counts. Peers that can't run are left out, and said so below the table.
"""
import argparse
import functools
import importlib.metadata
import pathlib
import platform
import sys
from typing import NamedTuple

import seedbed
from network import TABLES, Shape, cores
from programs import HERE, PACKAGES, SEEDBED, TITLES, VARIANTS, environment

SHAPES = [
    *(f"article-{hidden}/f64" for hidden in (1, 2, 4, 8, 16, 32)),
    *TABLES,
]
# Activations and errors of one core's networks: those that stay in the first cache, in the
# second, and beyond it.
BATCH_BYTES = (64 << 10, 512 << 10, 4 << 20)
# The most networks that Seedbed trains side by side on one core: four vectors of AVX-512. What
# other processors have divides it, so that no lane is ever idle.
LANES = {"f64": 32, "f32": 64}


class Setup(NamedTuple):
    """How a peer trains."""

    program: str
    variant: str
    networks: int


class Result(NamedTuple):
    """Network-epochs per second, and how they were reached."""

    speed: float
    setup: Setup


def sizes(program: str, shape: Shape) -> list[int]:
    """Numbers of networks to try, each the same for every core."""
    if program == "numpy_blas":
        return [cores()]  # one after another: more of them only take longer
    per_core = {max(1, size // shape.bytes) for size in BATCH_BYTES}
    return [cores() * count for count in sorted(per_core)]


def epochs(speed: float, networks: int, seconds: float, least: int = 5) -> int:
    """That fill the time."""
    return max(least, int(speed * seconds / networks))


def guess(shape: Shape) -> float:
    """Network-epochs per second of a program not measured yet: slow rather than fast."""
    return 1 / (shape.flops / 2e9 + 3e-5)


def settled(run, networks: int, speed: float, seconds: float) -> float:
    """Network-epochs per second of a call of `run` (epochs → speed) that took about the time: one
    that was far too short, because of too low an expectation, is followed by a longer one."""
    for _ in range(4):
        count = epochs(speed, networks, seconds)
        speed = run(count)
        if networks * count / speed > seconds / 3:
            break
    return speed


def measured(setup: Setup, shape: Shape, count: int) -> float:
    """Network-epochs per second of one call of so many epochs."""
    command = [sys.executable, HERE / f"{setup.program}.py", shape.name, setup.networks]
    command += [count, "--variant", setup.variant]
    return float(seedbed.called(command, env=environment()).split()[-1])


def tuned(program: str, shape: Shape, seconds: float) -> Result:
    """The fastest number of networks, then the fastest variant. Failed if none can run."""
    first, *others = VARIANTS[program]
    tries = [Setup(program, first, networks) for networks in sizes(program, shape)]
    best, failure = None, None
    while tries:
        setup = tries.pop(0)
        try:
            expected = best.speed if best else guess(shape)
            run = functools.partial(measured, setup, shape)
            speed = settled(run, setup.networks, expected, seconds / 3)
            best = max(best or Result(0.0, setup), Result(speed, setup), key=lambda r: r.speed)
        except seedbed.Failed as error:
            failure = error
        if not tries:
            networks = best.setup.networks if best else sizes(program, shape)[0]
            tries, others = [Setup(program, name, networks) for name in others], []
    if best is None:
        raise failure
    return best


class Seedbed:
    """The program, and what provenance.json said last."""

    def __init__(self, binary: pathlib.Path):
        self.binary = binary
        self.told = {}

    def run(self, shape: Shape, networks: int, epochs: int) -> float:
        """Network-epochs per second."""
        self.told = seedbed.provenance(self.binary, shape, networks, epochs)
        return self.told["network_epochs_per_second"]

    def tuned(self, shape: Shape, seconds: float) -> tuple[int, float]:
        """A number of networks that keeps every lane of every core busy, several times over where
        200 epochs of them fit the time; and network-epochs per second."""
        unit = cores() * LANES[shape.precision]
        run = functools.partial(self.run, shape, unit)
        speed = settled(run, unit, guess(shape), seconds / 3)
        times = int(speed * seconds / unit / 200)
        return unit * min(64, max(1, times)), speed


def compared(own: Seedbed, peers: list[str], shape: Shape, options, failures: dict):
    """Seedbed's speed and a result per peer that can run: the best of all rounds."""
    best = {}
    for program in peers:
        try:
            best[program] = tuned(program, shape, options.seconds)
        except seedbed.Failed as error:
            failures[f"{TITLES[program]}, {shape.name}"] = str(error)
    networks, speed = own.tuned(shape, options.seconds)
    rounds = [measure_round(own, networks, speed, best, shape, options.seconds)
              for _ in range(options.rounds)]
    for program, result in best.items():
        best[program] = Result(max(peer[program] for _, peer in rounds), result.setup)
    return max(speed for speed, _ in rounds), best


def measure_round(own, networks, speed, peers: dict[str, Result], shape, seconds):
    """Each program once, one after the other: Seedbed's figure, and that of each peer."""
    # Seedbed evaluates its networks at the end, which shall not weigh much.
    figure = own.run(shape, networks, epochs(speed, networks, seconds, least=50))
    return figure, {
        program: measured(setup, shape, epochs(expected, setup.networks, seconds))
        for program, (expected, setup) in peers.items()
    }


def number(value: float) -> str:
    """Three digits that count."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:.3g}"


def ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def cells(shape: Shape, speed: float, results: dict[str, Result], peers: list[str]) -> list[str]:
    """A line of the table."""
    line = [shape.name, number(speed), f"{speed * shape.flops / 1e9:.1f}"]
    for program in peers:
        result = results.get(program)
        line += [number(result.speed), ratio(speed / result.speed)] if result else ["–", "–"]
    return line


def ways(shape: Shape, results: dict[str, Result], peers: list[str]) -> list[str]:
    """A line of the table of what was the fastest of each peer."""
    setups = [results[program].setup if program in results else None for program in peers]
    return [shape.name, *(f"{s.variant}, {s.networks:,}" if s else "–" for s in setups)]


def processor() -> tuple[str, str]:
    """Its name, and the widest vectors it has."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    flags = fields.get("flags", fields.get("Features", "")).split()
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "asimd": "NEON"}
    widest = next((name for flag, name in names.items() if flag in flags), "no known vectors")
    return fields.get("model name", platform.processor() or platform.machine()), widest


def versions(own: Seedbed, peers: list[str]) -> str:
    """Of all programs, after a run of Seedbed."""
    told = own.told
    commit = (told.get("commit") or "?")[:9]
    said = [f"Seedbed {told['version']} ({commit}, {told['backend']})"]
    for package in sorted({package for program in peers for package in PACKAGES[program]}):
        try:
            said.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            said.append(f"{package} missing")
    return ", ".join([*said, f"Python {platform.python_version()}"])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seedbed", default=SEEDBED, type=pathlib.Path)
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--peers", default=",".join(VARIANTS))
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    try:
        options.shapes = [Shape.parse(text) for text in options.shapes.split(",")]
    except ValueError as error:
        parser.error(str(error))
    options.peers = [name for name in options.peers.split(",") if name]
    unknown = sorted(set(options.peers) - set(VARIANTS))
    if unknown or options.rounds < 1 or options.seconds <= 0:
        parser.error(f"found peers {unknown}, rounds {options.rounds}, seconds {options.seconds}; "
                     f"expected some of {','.join(VARIANTS)}, 1 or more and more than 0")
    return options


def main() -> int:
    options = arguments()
    own, peers, failures, told = Seedbed(options.seedbed.resolve()), options.peers, {}, []
    name, vectors = processor()
    print(f"{name}, {cores()} cores, {vectors}; {options.rounds} rounds of {options.seconds:g} s\n")
    titles = [part for program in peers for part in (TITLES[program], "×")]
    print(row(["shape", "Seedbed", "GFLOP/s", *titles]))
    print(row(["---"] + ["---:"] * (2 + len(titles))), flush=True)
    for shape in options.shapes:
        try:
            speed, results = compared(own, peers, shape, options, failures)
        except (seedbed.Failed, OSError) as error:
            print(f"\n{shape.name}: {error}", file=sys.stderr)
            return 1
        print(row(cells(shape, speed, results, peers)), flush=True)
        told.append(ways(shape, results, peers))
    if peers:
        print("\nThe fastest way of each peer, and how many networks at a time:\n")
        print(row(["shape", *(TITLES[program] for program in peers)]))
        print(row(["---"] * (1 + len(peers))))
        print("\n".join(row(line) for line in told))
    print(f"\n{versions(own, peers)}.")
    for where, why in failures.items():
        print(f"Left out: {where} ({why}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
