"""What a sweep chooses: keys of the recipe, each from a list or from a range."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws import strict
from edgekws.errors import ConfigError
from edgekws.models import find_architecture
from edgekws.recipe import Recipe

if TYPE_CHECKING:
    from optuna import Trial

ARCHITECTURE, RATE = "architecture", "learning_rate_factor"
_RANGE_KEYS = {"low", "high", "log"}

Value = str | int | float | bool


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high``, both included; whole ones when both are whole."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"need low < high, got {self.low} and {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range begins above 0, not at {self.low}")

    @property
    def is_whole(self) -> bool:
        """Whether it is of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)


@dataclass(frozen=True)
class Space:
    """Recipe key (``frontend.bands``) to where it is chosen from.

    Beside the keys of a recipe there is ``learning_rate_factor``, which all learning rates of the
    architecture are multiplied by.
    """

    keys: Mapping[str, tuple[Value, ...] | Range]

    def chosen(self, trial: Trial) -> dict[str, Value]:
        """Let the sampler choose every key."""
        return {key: _suggested(trial, key, kind) for key, kind in self.keys.items()}


DEFAULT = Space(
    {
        "frontend.bands": (10, 20, 40),
        "frontend.hop_ms": (10, 20),
        RATE: Range(0.3, 3.0, log=True),
    }
)


def read_space(path: Path) -> Space:
    """Read a TOML file of recipe keys: ``bands = [10, 40]`` or ``{low = 0.1, high = 1}``.

    Raises
    ------
    ConfigError
        It is no TOML, or a key or a value is not one of a recipe; names it.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigError(f"{path}: cannot read: {exc.strerror}") from exc
    except (ValueError, RecursionError) as exc:
        raise ConfigError(f"{path}: not TOML: {exc}") from exc
    keys: dict[str, tuple[Value, ...] | Range] = {}
    _collect(document, "", keys, str(path))
    if not keys:
        raise ConfigError(f"{path}: nothing to choose in it; see `edgekws sweep --help`")
    return Space(keys)


def applied(recipe: Recipe, choices: Mapping[str, Value], where: str) -> Recipe:
    """The recipe with the chosen keys.

    Raises
    ------
    ConfigError
        They do not go together; says which.
    """
    table = tomllib.loads(strict.to_toml(recipe))
    for key, value in choices.items():
        if key == RATE:
            schedule = table["schedule"]
            schedule["learning_rates"] = [value * rate for rate in schedule["learning_rates"]]
        elif key != ARCHITECTURE:
            *rooms, name = key.split(".")
            place = table
            for room in rooms:
                place = place.setdefault(room, {})
            place[name] = value
    return strict.from_table(Recipe, table, where)


def _collect(
    table: Mapping[str, Any], prefix: str, keys: dict[str, tuple[Value, ...] | Range], where: str
) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and not set(value) <= _RANGE_KEYS:
            _collect(value, f"{key}.", keys, where)
            continue
        _refuse_unknown(key, where)
        keys[key] = _kind(value, f"{where}: {key}")
        if key == ARCHITECTURE:
            for architecture in keys[key]:  # type: ignore[union-attr]
                find_architecture(str(architecture))


def _kind(value: Any, where: str) -> tuple[Value, ...] | Range:
    try:
        if isinstance(value, dict):
            return Range(**value)
        if (
            isinstance(value, list)
            and len(set(value)) == len(value) > 0
            and all(isinstance(each, (str, int, float, bool)) for each in value)
        ):
            return tuple(value)
    except (ValueError, TypeError) as exc:
        raise ConfigError(f"{where}: {exc}") from exc
    raise ConfigError(f"{where}: give a list of values, each once, or {{low = ..., high = ...}}")


def _refuse_unknown(key: str, where: str) -> None:
    default = Recipe()
    rooms = {f.name: getattr(default, f.name) for f in dataclasses.fields(Recipe)}
    known = [ARCHITECTURE, RATE] + [
        f"{room}.{field.name}"
        for room, spec in rooms.items()
        if dataclasses.is_dataclass(spec)
        for field in dataclasses.fields(spec)
    ]
    if key not in known:
        near = ", ".join(get_close_matches(key, known, n=3, cutoff=0.3)) or ", ".join(known)
        raise ConfigError(f"{where}: a recipe has no {key}; did you mean {near}")


def _suggested(trial: Trial, key: str, kind: tuple[Value, ...] | Range) -> Value:
    if isinstance(kind, Range):
        if kind.is_whole:
            return trial.suggest_int(key, int(kind.low), int(kind.high), log=kind.log)
        return trial.suggest_float(key, kind.low, kind.high, log=kind.log)
    chosen: Value = trial.suggest_categorical(key, list(kind))  # type: ignore[assignment]
    return chosen
