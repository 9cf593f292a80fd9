"""The grid of models that a manifest asks for: axes, names, baselines, and pools of models that
differ in nothing but how the rows are shared out."""

import dataclasses
import itertools

Settings = dict[str, object]


@dataclasses.dataclass(frozen=True)
class Axis:
    """What a manifest may list several values of."""

    # Where it stands in the manifest, table by table.
    path: tuple[str, ...]
    # Its name in a model's name and in `[compare] baseline`.
    key: str
    # Its column.
    column: str
    default: object = None
    # Whether it is a column even where it has its default.
    always: bool = True


# The slowest first.
AXES = [
    Axis(("network", "hidden"), "hidden", "hidden"),
    Axis(("network", "activation"), "activation", "activation", "sigmoid"),
    Axis(("network", "bias"), "bias", "bias", False),
    Axis(("initialization", "range"), "range", "range", 1.0),
    Axis(("training", "learning_rate"), "learning_rate", "learning_rate", 1.0),
    Axis(("training", "momentum"), "momentum", "momentum", 0.0),
    Axis(("convergence", "tolerance"), "tolerance", "tolerance", 0.4),
    Axis(("convergence", "accuracy"), "accuracy", "criterion_accuracy", None, False),
    Axis(("convergence", "mse"), "mse", "criterion_mse", None, False),
    Axis(("data", "scale"), "scale", "scale", "none", False),
    Axis(("data", "set_column"), "set_column", "set_column", None, False),
    Axis(("data", "split", "seed"), "split_seed", "split_seed", None, False),
]
# They say how rows are shared out: no baseline fixes them, and models that differ in nothing
# else are pooled.
PARTITIONING = ["set_column", "split_seed"]


@dataclasses.dataclass
class Grid:
    """All cells in their order, and what varies."""

    axes: dict[str, list]
    cells: list[Settings]

    @property
    def swept(self) -> set[str]:
        return {key for key, values in self.axes.items() if len(values) > 1}

    @property
    def shown(self) -> list[Axis]:
        """The axes that are columns."""
        return [axis for axis in AXES if axis.always or self.axes[axis.key] != [axis.default]]

    def name(self, settings: Settings) -> str:
        """Of a model; of a pool, whose partition is None, without it."""
        sizes = layers(settings["hidden"])
        parts = ["hidden-" + "x".join(map(str, sizes)) if sizes else "single-neuron"]
        for axis in AXES[1:]:
            value = settings[axis.key]
            if axis.key in self.swept and value is not None:
                parts.append(f"{axis.key}={word(value)}")
        return ":".join(parts)

    def pools(self) -> dict[str, list[int]]:
        """Positions of the cells of each pool, by its name; none where all models share out the
        rows in the same way."""
        found: dict[str, list[int]] = {}
        if self.swept & set(PARTITIONING):
            for at, cell in enumerate(self.cells):
                found.setdefault(self.name(without_partition(cell)), []).append(at)
        return found


def read_grid(manifest: dict) -> Grid:
    axes = {axis.key: axis_values(manifest, axis) for axis in AXES}
    cells = [dict(zip(axes, values)) for values in itertools.product(*axes.values())]
    return Grid(axes, cells)


def axis_values(manifest: dict, axis: Axis) -> list:
    default = axis.default
    criteria = manifest.get("convergence", {})
    if axis.key == "tolerance" and ("accuracy" in criteria or "mse" in criteria):
        default = None
    if axis.key == "split_seed" and "split" in manifest["data"]:
        default = 1
    value: object = manifest
    for key in axis.path:
        if not isinstance(value, dict) or key not in value:
            return [default]
        value = value[key]
    return value if isinstance(value, list) else [value]


def without_partition(settings: Settings) -> Settings:
    return settings | dict.fromkeys(PARTITIONING)


def layers(value: object) -> list[int]:
    """Neurons of each hidden layer; none of the single neuron."""
    return value if isinstance(value, list) else [value] if value else []


def word(value: object) -> str:
    """A swept value as it stands in a model's name."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    text = repr(float(value)).removesuffix(".0")
    base, mark, exponent = text.partition("e")
    return base + (f"e{int(exponent)}" if mark else "")


def baseline_settings(manifest: dict, axes: dict[str, list]) -> Settings:
    """What the baseline of every model has: as [compare] says; without it the single neuron
    where several widths are tried, else the first model of the same partition."""
    fixed = manifest.get("compare", {}).get("baseline")
    if fixed is not None:
        return fixed
    if len(axes["hidden"]) > 1 and any(layers(value) == [] for value in axes["hidden"]):
        return {"hidden": 0}
    return {key: values[0] for key, values in axes.items() if key not in PARTITIONING}


def same_value(one: object, other: object) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return layers(one) == layers(other)
    return one == other


def find_baseline(grid: Grid, settings: Settings, fixed: Settings) -> int:
    """The position of a cell's baseline."""
    wanted = settings | fixed
    for at, other in enumerate(grid.cells):
        if all(same_value(other[key], value) for key, value in wanted.items()):
            return at
    raise AssertionError(f"{grid.name(settings)} has no baseline")
