"""The recipe: all that a run was asked for, resolved. ``recipe.toml`` in the run folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SILENCE = "_silence_"
UNKNOWN = "_unknown_"

SPLITS = ("hash", "random", "lists")  # see edgekws.audio.divide

LONGEST_CLIP_MS = 60_000  # a word is shorter; every clip takes that much of the disk

MOST_STEPS = 2**31  # dropout is drawn from the number of the step, an int32

MOST_DB = 100  # 16 bits hold less

DECAYS = ("steps", "cosine")  # of the learning rate, see edgekws.train.loop
POLICIES = ("ignore", "report")
REPEATS = ("after_suppression", "after_other_label", "other_at_once")  # numbers in kws_detect.h


def words_of(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels that are words to be reported."""
    return tuple(label for label in labels if label not in (SILENCE, UNKNOWN))


@dataclass(frozen=True)
class DataSpec:
    """Which clips there are and how they are divided. Percentages are 0..100."""

    source: str = ""  # a folder in Speech Commands layout; "" is the built-in set
    words: tuple[str, ...] = ()  # () is every folder (built-in: its eight words)
    unknown: tuple[str, ...] = ()  # further folders; all sounds in them are other words
    silence_percentage: float = 10.0  # of the number of word clips in a partition
    unknown_percentage: float = 10.0
    validation_percentage: float = 10.0
    testing_percentage: float = 10.0
    split: str = "hash"  # hash | random | lists: how clips are divided into partitions
    split_seed: int = 1  # of the random split
    resample: bool = False  # convert clips of another rate instead of refusing them
    background_labels: bool = True  # False: the labels are the words, without silence and unknown

    def __post_init__(self) -> None:
        for name in ("silence", "unknown", "validation", "testing"):
            value = getattr(self, f"{name}_percentage")
            if not 0 <= value <= 100:
                raise ValueError(f"{name}_percentage must be in 0..100, got {value}")
        if self.validation_percentage + self.testing_percentage >= 100:
            raise ValueError("validation_percentage + testing_percentage must be below 100")
        if not self.background_labels and max(self.silence_percentage, self.unknown_percentage):
            raise ValueError(
                "without background_labels the labels are the words alone: "
                "silence_percentage and unknown_percentage must be 0"
            )
        if self.split not in SPLITS:
            raise ValueError(f"split {self.split!r} is not known; known: {', '.join(SPLITS)}")
        if self.split_seed < 0:
            raise ValueError(f"split_seed must be 0 or more, got {self.split_seed}")
        if len(set(self.words)) != len(self.words):
            raise ValueError("words must not repeat")
        for word in self.words:
            refuse_word(word)
        _refuse_folders([self.source, *self.unknown])


def _refuse_folders(folders: list[str]) -> None:
    if len(set(folders)) != len(folders) or "" in folders[1:]:
        raise ValueError("unknown must name other folders than the data, each of them once")
    for folder in folders:
        if not _is_utf8(folder):
            raise ValueError(f"folder {folder!r} must have a UTF-8 name to stand in a recipe")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def refuse_word(word: str) -> None:
    """Raise ValueError for a word that cannot be the name of a folder."""
    if not word.strip() or word[0] in "._" or "/" in word or "\\" in word:
        raise ValueError(f"word {word!r} must be the name of a folder, without '_' in front")
    if not _is_utf8(word) or any(ord(char) < 0x20 or ord(char) == 0x7F for char in word):
        raise ValueError(f"word {word!r} must be UTF-8 text without control characters")


@dataclass(frozen=True)
class AudioSpec:
    """Shape of one clip."""

    sample_rate_hz: int = 16_000
    clip_ms: int = 1000

    def __post_init__(self) -> None:
        if min(self.sample_rate_hz, self.clip_samples) <= 0:
            raise ValueError("sample_rate_hz and clip_ms must be above 0")
        if self.clip_ms > LONGEST_CLIP_MS:
            raise ValueError(f"clip_ms {self.clip_ms} must be at most {LONGEST_CLIP_MS}")

    @property
    def clip_samples(self) -> int:
        """Samples in one clip."""
        return self.sample_rate_hz * self.clip_ms // 1000


def samples_in(milliseconds: float, sample_rate_hz: int) -> int:
    """Whole samples in a time; a rounded quotient of a whole number counts as that number."""
    return int(sample_rate_hz * milliseconds / 1000 + 1e-6)


@dataclass(frozen=True)
class FrontendSpec:
    """Which frontend turns samples into int8 frames, and its numbers. See `edgekws.features`."""

    name: str = "log_mel"
    sample_rate_hz: int = 16_000
    window_ms: float = 30  # of a whole number of samples, or rounded down: 15.9375 is 255 at 16 kHz
    hop_ms: float = 20
    bands: int = 40
    low_hz: int = 125
    high_hz: int = 7_500
    halved: bool = False  # windows are looked at with half the sample rate: see features.halve

    def __post_init__(self) -> None:
        for name in ("window_ms", "hop_ms"):
            if getattr(self, name) == round(getattr(self, name)):
                object.__setattr__(self, name, round(getattr(self, name)))  # 30, not 30.0
        if min(self.sample_rate_hz, self.window_ms, self.hop_ms, self.bands) <= 0:
            raise ValueError("sample_rate_hz, window_ms, hop_ms and bands must be above 0")
        if min(self.window_samples, self.hop_samples) == 0:
            raise ValueError(
                f"window_ms {self.window_ms} and hop_ms {self.hop_ms} must be a sample or more "
                f"at {self.sample_rate_hz} Hz"
            )
        if self.hop_ms > self.window_ms:
            raise ValueError(f"hop_ms {self.hop_ms} must be at most window_ms {self.window_ms}")
        highest, share = self.seen_rate_hz // 2, "a quarter of" if self.halved else "half"
        if not 0 <= self.low_hz < self.high_hz <= highest:
            raise ValueError(
                f"need 0 <= low_hz < high_hz <= {highest} ({share} the sample rate), "
                f"got {self.low_hz} and {self.high_hz}"
            )

    @property
    def seen_rate_hz(self) -> int:
        """Sample rate of what is analyzed: half that of the sound where it is halved."""
        return self.sample_rate_hz // (2 if self.halved else 1)

    @property
    def window_samples(self) -> int:
        """Samples under one analysis window."""
        return samples_in(self.window_ms, self.sample_rate_hz)

    @property
    def hop_samples(self) -> int:
        """Samples from one frame to the next."""
        return samples_in(self.hop_ms, self.sample_rate_hz)

    def high_hz_at(self, sample_rate_hz: int | None, halved: bool | None) -> int:
        """Where the bands end at another rate: in proportion lower where that is lower."""
        rate = sample_rate_hz or self.sample_rate_hz
        seen = rate // (2 if halved or self.halved else 1)
        return min(self.high_hz, self.high_hz * seen // self.seen_rate_hz)

    def frames(self, samples: int) -> int:
        """Number of whole frames in a clip of ``samples``."""
        return max(0, 1 + (samples - self.window_samples) // self.hop_samples)


@dataclass(frozen=True)
class AugmentSpec:
    """What is done to training clips, never to validation or test clips."""

    time_shift_ms: int = 100  # uniform in -shift..shift, zero padded
    background_frequency: float = 0.8  # share of clips that get noise, 0..1
    background_volume: float = 0.1  # noise gain is uniform in 0..volume, 0..1
    snr_db: tuple[float, ...] = ()  # least, greatest: noise so far below the clip, not by volume
    gain_db: float = 0.0  # clips get louder or softer by up to so much
    speed_percentage: float = 0.0  # and faster and higher, or slower and lower
    spliced_unknown: float = 0.0  # share of word clips made into unknown ones, 0..1
    spoken: float = 0.0  # share of clips that espeak-ng says: half the words, half other ones
    masked_frames: int = 0  # up to so many in a row lose what is in them
    masked_bands: int = 0
    colored_silence: float = 0.0  # share of silence that is noise of another spectrum, 0..1

    def __post_init__(self) -> None:
        if self.time_shift_ms < 0:
            raise ValueError(f"time_shift_ms must be 0 or more, got {self.time_shift_ms}")
        if self.snr_db and not (
            len(self.snr_db) == 2 and -MOST_DB <= self.snr_db[0] <= self.snr_db[1] <= MOST_DB
        ):
            raise ValueError(
                f"snr_db must be least and greatest, in -{MOST_DB}..{MOST_DB}, "
                f"got {list(self.snr_db)}"
            )
        if not 0 <= self.gain_db <= MOST_DB:
            raise ValueError(f"gain_db must be in 0..{MOST_DB}, got {self.gain_db}")
        if min(self.masked_frames, self.masked_bands) < 0:
            raise ValueError("masked_frames and masked_bands must be 0 or more")
        if not 0 <= self.speed_percentage <= 50:
            raise ValueError(f"speed_percentage must be in 0..50, got {self.speed_percentage}")
        for name in (
            "background_frequency", "background_volume", "spliced_unknown", "spoken",
            "colored_silence",
        ):  # fmt: skip
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in 0..1, got {getattr(self, name)}")


@dataclass(frozen=True)
class ScheduleSpec:
    """Steps and learning rates in pairs; the seed of everything random.

    ``qat_*`` are those of the fine-tuning that ``edgekws quantize --method qat`` does afterwards.
    """

    steps: tuple[int, ...] = (1500, 500)
    learning_rates: tuple[float, ...] = (0.001, 0.0001)
    batch_size: int = 100
    evaluate_every: int = 250  # steps between two looks at the validation partition
    qat_steps: int = 100
    qat_learning_rate: float = 0.000001
    decay: str = "steps"  # steps | cosine: rates hold for their part, or fall to the next part's
    warm_up_steps: int = 0  # in which the learning rate rises from 0
    label_smoothing: float = 0.0  # share of a target that all labels divide evenly
    mixup: float = 0.0  # largest share of another clip's features and target in each clip
    weight_averaging: float = 0.0  # decay of the running mean that is judged and kept; 0: none
    class_balance: float = 0.0  # 0: labels come as often as they have clips, 1: equally often
    unknown_balance: float = 0.0  # the same for the words that are unknown ones
    seed: int = 1

    def __post_init__(self) -> None:
        if len(self.steps) != len(self.learning_rates) or not self.steps:
            raise ValueError(
                "steps and learning_rates must be lists of the same length, "
                f"got {len(self.steps)} and {len(self.learning_rates)}"
            )
        if min(self.steps) <= 0 or min(self.learning_rates) <= 0:
            raise ValueError("steps and learning_rates must be above 0")
        if sum(self.steps) >= MOST_STEPS:
            raise ValueError(f"steps must add up to less than {MOST_STEPS}, got {sum(self.steps)}")
        for name in ("batch_size", "evaluate_every", "qat_steps", "qat_learning_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")
        self._refuse_ways()

    def _refuse_ways(self) -> None:
        if self.decay not in DECAYS:
            raise ValueError(f"decay {self.decay!r} is not known; known: {', '.join(DECAYS)}")
        for name in ("label_smoothing", "mixup", "weight_averaging"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be 0 or more, below 1, got {getattr(self, name)}")
        for name in ("class_balance", "unknown_balance"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in 0..1, got {getattr(self, name)}")
        for name in ("warm_up_steps", "seed"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")


@dataclass(frozen=True)
class StartSpec:
    """The weights that a training begins with; they are of another run of the same network."""

    run: str  # its name
    weights_sha256: str  # of float/start.npz, a copy of its float/weights.npz
    last_layer: bool  # False: its labels are others, and the last layer begins anew

    def __post_init__(self) -> None:
        _refuse_digest(self.weights_sha256)


@dataclass(frozen=True)
class TeacherSpec:
    """A trained network whose answers to the training clips are learnt beside their labels."""

    run: str  # its name
    weights_sha256: str  # of float/teacher.npz, a copy of its float/weights.npz
    architecture: str
    frontend: FrontendSpec  # its own; labels and clips are those of the recipe
    share: float = 0.5  # of its answers in the loss; the labels have the rest
    temperature: float = 2.0  # that both networks' scores are softened by

    def __post_init__(self) -> None:
        _refuse_digest(self.weights_sha256)
        if not 0 < self.share <= 1:
            raise ValueError(f"share must be above 0, at most 1, got {self.share}")
        if not 1 <= self.temperature <= 100:
            raise ValueError(f"temperature must be in 1..100, got {self.temperature}")


def _refuse_digest(text: str) -> None:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError(f"weights_sha256 must be 64 hex digits, got {text!r}")


@dataclass(frozen=True)
class DetectorSpec:
    """When scores become a detection. The rule stands in `edgekws.stream.detect`."""

    window_ms: int = 500  # scores of this age, and younger ones, are averaged
    threshold: float = 178.0  # mean score from 0 (never) to 255 (certain) that must be passed
    suppression_ms: int = 1000  # after a detection nothing is reported for so long
    minimum_count: int = 3  # fewer scores in the window than this: no detection
    silence: str = "ignore"  # ignore | report: may _silence_ be reported
    unknown: str = "ignore"  # ignore | report: may _unknown_ be reported
    repeats: str = "after_suppression"  # after_suppression | after_other_label | other_at_once

    def __post_init__(self) -> None:
        if self.window_ms <= 0 or self.suppression_ms < 0 or self.minimum_count <= 0:
            raise ValueError(
                "window_ms and minimum_count must be above 0, suppression_ms 0 or more"
            )
        if not 0 <= self.threshold <= 255:
            raise ValueError(f"threshold must be in 0..255, got {self.threshold}")
        for name, known in (("silence", POLICIES), ("unknown", POLICIES), ("repeats", REPEATS)):
            value = getattr(self, name)
            if value not in known:
                raise ValueError(f"{name} {value!r} is not known; known: {', '.join(known)}")


@dataclass(frozen=True)
class Recipe:
    """One run, whole."""

    schema: int = 1
    about: str = ""  # of a shipped recipe: what it is for and what it was seen to reach
    architecture: str = "tiny_conv"
    data: DataSpec = field(default_factory=DataSpec)
    audio: AudioSpec = field(default_factory=AudioSpec)
    frontend: FrontendSpec = field(default_factory=FrontendSpec)
    augment: AugmentSpec = field(default_factory=AugmentSpec)
    schedule: ScheduleSpec = field(default_factory=ScheduleSpec)
    detector: DetectorSpec = field(default_factory=DetectorSpec)
    start: StartSpec | None = None  # None: random weights
    teacher: TeacherSpec | None = None  # None: the labels are all there is to learn

    def __post_init__(self) -> None:
        if self.schema != 1:
            raise ValueError(f"schema {self.schema} is not known here; this edgekws reads 1")
        if self.audio.sample_rate_hz != self.frontend.sample_rate_hz:
            raise ValueError("audio and frontend must have the same sample_rate_hz")
        if self.teacher and self.teacher.frontend.sample_rate_hz != self.audio.sample_rate_hz:
            raise ValueError("audio and teacher.frontend must have the same sample_rate_hz")
        if self.input_shape[0] == 0:
            raise ValueError(
                f"window_ms {self.frontend.window_ms} is longer than a clip of "
                f"{self.audio.clip_ms} ms; shorten window_ms or lengthen clip_ms"
            )
        if not self.data.background_labels and (
            self.augment.spliced_unknown or self.augment.spoken
        ):
            raise ValueError("spliced_unknown and spoken need unknown words: background_labels")
        if self.augment.time_shift_ms >= self.audio.clip_ms:
            raise ValueError(
                f"time_shift_ms {self.augment.time_shift_ms} must be below "
                f"clip_ms {self.audio.clip_ms}, or nothing of a clip is left"
            )

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the network's outputs, in order."""
        return (*((SILENCE, UNKNOWN) if self.data.background_labels else ()), *self.data.words)

    @property
    def input_shape(self) -> tuple[int, int]:
        """``(frames, bands)`` of one clip."""
        return self.frontend.frames(self.audio.clip_samples), self.frontend.bands
