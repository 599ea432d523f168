"""From a few wishes to a whole recipe: the architecture's defaults, then what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from edgekws.audio.dataset import resolve_words
from edgekws.models import find_architecture
from edgekws.recipe import AudioSpec, DataSpec, FrontendSpec, Recipe, ScheduleSpec

Spec = TypeVar("Spec", AudioSpec, DataSpec, FrontendSpec, ScheduleSpec)


@dataclass(frozen=True)
class Wishes:
    """What a user may ask of a training; None leaves the default."""

    data: Path | None = None  # None: the built-in set
    words: tuple[str, ...] | None = None  # None: every word the data has
    silence_percentage: float | None = None
    unknown_percentage: float | None = None
    validation_percentage: float | None = None
    testing_percentage: float | None = None
    resample: bool | None = None
    sample_rate_hz: int | None = None
    window_ms: int | None = None
    hop_ms: int | None = None
    bands: int | None = None
    steps: tuple[int, ...] | None = None
    learning_rates: tuple[float, ...] | None = None
    batch_size: int | None = None
    seed: int | None = None


def plan(
    architecture: str, wishes: Wishes, progress: Callable[[str], None] | None = None
) -> Recipe:
    """Resolve everything a training needs to know.

    Raises
    ------
    UsageError
        The architecture is not known.
    ConfigError, AudioError
        Numbers that do not go together; a folder without words.
    """
    chosen = find_architecture(architecture)
    source = "" if wishes.data is None else str(wishes.data.absolute())
    recipe = Recipe(
        architecture=architecture,
        data=_with(DataSpec(source=source), wishes),
        audio=_with(AudioSpec(), wishes),
        frontend=_with(chosen.default_frontend, wishes),
        schedule=_with(chosen.schedule, wishes),
    )
    return resolve_words(recipe, progress)


def _with(spec: Spec, wishes: Wishes) -> Spec:
    asked = {
        name: value
        for name, value in vars(wishes).items()
        if value is not None and name in spec.__dataclass_fields__
    }
    return replace(spec, **asked)
