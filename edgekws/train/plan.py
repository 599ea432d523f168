"""From a few wishes to a whole recipe: the architecture's defaults, then what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from edgekws.audio.dataset import resolve_words
from edgekws.errors import ConfigError, UsageError
from edgekws.models import find_architecture
from edgekws.recipe import AudioSpec, AugmentSpec, DataSpec, FrontendSpec, Recipe, ScheduleSpec
from edgekws.train.material import open_material

Tell = Callable[[str], None]
Spec = TypeVar("Spec", AudioSpec, AugmentSpec, DataSpec, FrontendSpec, ScheduleSpec)


@dataclass(frozen=True)
class Wishes:
    """What a user may ask of a training; None leaves the default."""

    data: Path | None = None  # None: the built-in set
    words: tuple[str, ...] | None = None  # None: every word the data has
    unknown_folders: tuple[Path, ...] = ()  # further sounds of other words
    silence_percentage: float | None = None
    unknown_percentage: float | None = None
    validation_percentage: float | None = None
    testing_percentage: float | None = None
    split: str | None = None
    split_seed: int | None = None
    resample: bool | None = None
    time_shift_ms: int | None = None
    background_frequency: float | None = None
    background_volume: float | None = None
    sample_rate_hz: int | None = None
    window_ms: int | None = None
    hop_ms: int | None = None
    bands: int | None = None
    steps: tuple[int, ...] | None = None
    learning_rates: tuple[float, ...] | None = None
    batch_size: int | None = None
    seed: int | None = None


def plan(architecture: str, wishes: Wishes, progress: Tell | None = None) -> Recipe:
    """Resolve everything a training needs to know.

    Raises
    ------
    UsageError
        The architecture is not known, or numbers do not go together.
    AudioError
        A folder without words.
    """
    chosen = find_architecture(architecture)
    source = "" if wishes.data is None else str(wishes.data.absolute())
    unknown = tuple(str(folder.absolute()) for folder in wishes.unknown_folders)
    try:
        recipe = Recipe(
            architecture=architecture,
            data=_with(DataSpec(source=source, unknown=unknown), wishes),
            audio=_with(AudioSpec(), wishes),
            frontend=_with(chosen.default_frontend, wishes),
            augment=_with(AugmentSpec(), wishes),
            schedule=_with(chosen.schedule, wishes),
        )
    except ValueError as exc:  # raised by a spec's own __post_init__
        raise UsageError(str(exc)) from exc
    return resolve_words(recipe, progress)


def rehearse(recipe: Recipe, progress: Tell | None = None) -> None:
    """Begin a training and stop: raises whatever would keep `train` from beginning.

    Raises
    ------
    ToolMissing
        TensorFlow is not installed, or what the data needs.
    AudioError, ConfigError
        The data cannot be used; the frontend or the network cannot have these numbers.
    """
    from edgekws.models.backend import keras

    open_material(recipe, progress)
    architecture, shape = find_architecture(recipe.architecture), recipe.input_shape
    try:
        architecture.build(shape, len(recipe.labels))
    except ValueError as exc:
        raise ConfigError(
            f"{recipe.architecture} cannot be built for {shape[0]} frames of {shape[1]} bands "
            f"(--window-ms, --hop-ms, --bands): {exc}"
        ) from exc
    keras.backend.clear_session()


def _with(spec: Spec, wishes: Wishes) -> Spec:
    asked = {
        name: value
        for name, value in vars(wishes).items()
        if value is not None and name in spec.__dataclass_fields__
    }
    return replace(spec, **asked)
