"""From a few wishes to a whole recipe: the architecture's defaults, then what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from edgekws.audio.dataset import epoch_clips, resolve_words
from edgekws.errors import ConfigError, UsageError
from edgekws.models import find_architecture
from edgekws.recipe import AudioSpec, AugmentSpec, DataSpec, FrontendSpec, Recipe, ScheduleSpec
from edgekws.run import Run
from edgekws.train.material import open_material
from edgekws.train.schedule import scheduled
from edgekws.train.start import start_from
from edgekws.train.teacher import taught_by

DEFAULT_ARCHITECTURE = "tiny_conv"
LOOKS = 5  # at the validation clips, at the least, unless it was said how often

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
    snr_db: tuple[float, ...] | None = None
    gain_db: float | None = None
    speed_percentage: float | None = None
    spliced_unknown: float | None = None
    spoken: float | None = None
    masked_frames: int | None = None
    masked_bands: int | None = None
    colored_silence: float | None = None
    frontend: str | None = None  # its name; the numbers below stay the architecture's
    sample_rate_hz: int | None = None
    clip_ms: int | None = None
    window_ms: float | None = None
    hop_ms: float | None = None
    bands: int | None = None
    low_hz: int | None = None
    high_hz: int | None = None  # None: the architecture's, lowered with the sample rate
    halved: bool | None = None
    steps: tuple[int, ...] | None = None
    epochs: tuple[int, ...] | None = None  # instead of steps
    learning_rates: tuple[float, ...] | None = None
    batch_size: int | None = None
    evaluate_every: int | None = None
    seed: int | None = None
    decay: str | None = None
    warm_up_steps: int | None = None
    label_smoothing: float | None = None
    mixup: float | None = None
    weight_averaging: float | None = None
    class_balance: float | None = None
    unknown_balance: float | None = None
    teacher_share: float | None = None
    teacher_temperature: float | None = None


def plan(
    architecture: str | None,
    wishes: Wishes,
    progress: Tell | None = None,
    source: Run | None = None,
    base: Recipe | None = None,
    *,
    teacher: Run | None = None,
) -> Recipe:
    """Resolve everything a training needs to know.

    Parameters
    ----------
    architecture
        None is that of ``source``, or the default.
    source
        A run to begin with the weights of. Its features are the default ones then.
    base
        A recipe that stands for the defaults of the architecture.
    teacher
        A run to learn the answers of, also where ``base`` names it.

    Raises
    ------
    UsageError
        The architecture is not known, numbers do not go together, or do not fit ``source`` or
        ``teacher``.
    ConfigError
        ``source`` or ``teacher`` is not trained, or its files changed since.
    AudioError
        A folder without words.
    """
    numbers = wishes.teacher_share, wishes.teacher_temperature
    if not teacher and any(number is not None for number in numbers):
        raise UsageError("--teacher-share and --teacher-temperature need --teacher")
    theirs = source.recipe if source else None
    if base and architecture not in (None, base.architecture):
        raise UsageError(f"the recipe is of {base.architecture}; leave out --arch {architecture}")
    own = base or _defaults(architecture, theirs)
    find_architecture(own.architecture)
    folder = own.data.source if wishes.data is None else str(wishes.data.absolute())
    unknown = tuple(str(folder.absolute()) for folder in wishes.unknown_folders)
    try:
        data = replace(own.data, source=folder, unknown=unknown or own.data.unknown)
        recipe = replace(
            own,
            data=_with(data, wishes),
            audio=_with(own.audio, wishes),
            frontend=_frontend(own.frontend, wishes),
            augment=_with(own.augment, wishes),
            schedule=_with(own.schedule, wishes, but=("steps", "learning_rates")),
            start=None,
        )
        recipe = replace(recipe, schedule=_schedule(recipe, wishes, progress))
    except ValueError as exc:  # raised by a spec's own __post_init__
        raise UsageError(str(exc)) from exc
    if source:
        start_from(source, recipe)  # what cannot be is told before the data is looked at
    recipe = resolve_words(recipe, progress)
    return replace(
        recipe,
        start=start_from(source, recipe) if source else None,
        teacher=taught_by(teacher, recipe, *numbers) if teacher else None,
    )


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

    _ = open_material(recipe, progress).training_facts
    architecture, shape = find_architecture(recipe.architecture), recipe.input_shape
    try:
        architecture.build(shape, len(recipe.labels))
    except ValueError as exc:
        raise ConfigError(
            f"{recipe.architecture} cannot be built for {shape[0]} frames of {shape[1]} bands "
            f"(--window-ms, --hop-ms, --bands): {exc}"
        ) from exc
    keras.backend.clear_session()


def _defaults(architecture: str | None, theirs: Recipe | None) -> Recipe:
    name = architecture or (theirs.architecture if theirs else DEFAULT_ARCHITECTURE)
    chosen = find_architecture(name)
    return Recipe(
        architecture=name,
        audio=theirs.audio if theirs else AudioSpec(chosen.default_frontend.sample_rate_hz),
        frontend=theirs.frontend if theirs else chosen.default_frontend,
        schedule=chosen.schedule,
    )


def _schedule(recipe: Recipe, wishes: Wishes, progress: Tell | None) -> ScheduleSpec:
    def clips() -> int:
        count = epoch_clips(recipe, progress)
        if progress:
            progress(f"an epoch is {count} clips, silence and unknown words included")
        return count

    asked = wishes.steps, wishes.epochs, wishes.learning_rates
    schedule = scheduled(recipe.schedule, *asked, epoch_clips=clips)
    if wishes.evaluate_every:
        return schedule
    often = max(1, sum(schedule.steps) // LOOKS)  # also a short training has a curve
    return replace(schedule, evaluate_every=min(schedule.evaluate_every, often))


def _frontend(own: FrontendSpec, wishes: Wishes) -> FrontendSpec:
    """The frontend asked for; bands end below half the sample rate also when that is lower."""
    high_hz = own.high_hz_at(wishes.sample_rate_hz, wishes.halved)
    named = replace(own, name=wishes.frontend or own.name)
    return _with(named, replace(wishes, high_hz=wishes.high_hz or high_hz))


def _with(spec: Spec, wishes: Wishes, but: tuple[str, ...] = ()) -> Spec:
    asked = {
        name: value
        for name, value in vars(wishes).items()
        if value is not None and name in spec.__dataclass_fields__ and name not in but
    }
    return replace(spec, **asked)
