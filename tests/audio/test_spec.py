from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from edgekws.recipe import AudioSpec, AugmentSpec, DataSpec, Recipe, ScheduleSpec

WORDS_ONLY = DataSpec(
    words=("yes", "no"), background_labels=False, silence_percentage=0.0, unknown_percentage=0.0
)
WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "label as word": (lambda: DataSpec(words=("_silence_",)), "without '_' in front"),
    "path as word": (lambda: DataSpec(words=("a/b",)), "must be the name of a folder"),
    "empty word": (lambda: DataSpec(words=("",)), "must be the name of a folder"),
    "word twice": (lambda: DataSpec(words=("yes", "yes")), "must not repeat"),
    "word of blanks": (lambda: DataSpec(words=("  ",)), "must be the name of a folder"),
    "bytes as word": (lambda: DataSpec(words=("\udcff",)), "must be UTF-8 text"),
    "bell as word": (lambda: DataSpec(words=("a\a",)), "without control characters"),
    "bytes as folder": (lambda: DataSpec("/\udcff"), "must have a UTF-8 name"),
    "split": (lambda: DataSpec(split="dice"), "known: hash, random, lists"),
    "split seed": (lambda: DataSpec(split_seed=-1), "split_seed must be 0 or more"),
    "unknown twice": (lambda: DataSpec(unknown=("/a", "/a")), "each of them once"),
    "unknown is the data": (lambda: DataSpec("/a", unknown=("/a",)), "other folders than the data"),
    "unknown without label": (
        lambda: DataSpec(background_labels=False, silence_percentage=0.0),
        "silence_percentage and unknown_percentage must be 0",
    ),
    "splices without label": (
        lambda: Recipe(data=WORDS_ONLY, augment=AugmentSpec(spliced_unknown=0.1)),
        "spliced_unknown and spoken need unknown words",
    ),
    "no training": (lambda: DataSpec(testing_percentage=95.0), "below 100"),
    "no samples": (lambda: AudioSpec(clip_ms=0), "must be above 0"),
    "ratio": (lambda: AugmentSpec(snr_db=(9.0, 1.0)), "must be least and greatest"),
    "no ratio": (lambda: AugmentSpec(snr_db=(float("nan"), 1.0)), r"in -100\.\.100, got \[nan"),
    "far ratio": (lambda: AugmentSpec(snr_db=(-7000.0, 1.0)), "must be least and greatest"),
    "gain": (lambda: AugmentSpec(gain_db=-1.0), r"gain_db must be in 0\.\.100"),
    "no gain": (lambda: AugmentSpec(gain_db=float("nan")), r"gain_db must be in 0\.\.100"),
    "spoken": (lambda: AugmentSpec(spoken=1.5), r"spoken must be in 0\.\.1"),
    "colors": (lambda: AugmentSpec(colored_silence=-0.5), r"colored_silence must be in 0\.\.1"),
    "balance": (lambda: ScheduleSpec(class_balance=-0.1), r"class_balance must be in 0\.\.1"),
    "words": (lambda: ScheduleSpec(unknown_balance=1.1), r"unknown_balance must be in 0\.\.1"),
    "speed": (lambda: AugmentSpec(speed_percentage=60.0), r"in 0\.\.50, got 60"),
    "splices": (lambda: AugmentSpec(spliced_unknown=2.0), r"in 0\.\.1, got 2"),
    "decay": (lambda: ScheduleSpec(decay="line"), "known: steps, cosine"),
    "warm-up": (lambda: ScheduleSpec(warm_up_steps=-1), "warm_up_steps must be 0 or more"),
    "smoothing": (lambda: ScheduleSpec(label_smoothing=1.0), "label_smoothing must be 0 or more"),
    "mixup": (lambda: ScheduleSpec(mixup=-0.5), "mixup must be 0 or more, below 1"),
    "averaging": (lambda: ScheduleSpec(weight_averaging=1.0), "weight_averaging must be 0 or"),
    "nothing left of a clip": (
        lambda: Recipe(augment=AugmentSpec(time_shift_ms=1000)),
        "time_shift_ms 1000 must be below clip_ms 1000",
    ),
    "shift": (lambda: AugmentSpec(time_shift_ms=-1), "time_shift_ms must be 0 or more"),
    "frequency": (lambda: AugmentSpec(background_frequency=1.1), r"in 0\.\.1, got 1\.1"),
    "volume": (lambda: AugmentSpec(background_volume=-0.1), r"in 0\.\.1, got -0\.1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused(case: str) -> None:
    make, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        make()


def test_labels_are_the_words_alone_when_a_recipe_says_so() -> None:
    assert Recipe(data=WORDS_ONLY).labels == ("yes", "no")
    assert Recipe(data=replace(WORDS_ONLY, background_labels=True)).labels[:2] == (
        "_silence_",
        "_unknown_",
    )
