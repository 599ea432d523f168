"""kws_spotter.c and its Python twin hear the same, however the samples are cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import sanitized

from edgekws.recipe import DetectorSpec, FrontendSpec
from edgekws.stream import spotter
from edgekws.stream.detect import Detector
from edgekws.stream.spotter import score_windows, spot

DRIVER = Path(__file__).with_name("spotter_driver.c")
SOURCES = ("kws_spotter.c", "kws_detect.c")
LABELS = ("_silence_", "_unknown_", "yes", "no")
RATE = 1000  # one sample a millisecond keeps the streams short
RESET, BAD_ARGUMENTS, MODEL_FAILS, BEGIN_AT = -1, -2, -3, -4

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class MadeUp:
    """The frontend and the model of ``spotter_driver.c``."""

    spec: FrontendSpec
    frames: int
    hops_per_inference: int
    detector: DetectorSpec
    streams: bool = False

    def new_state(self) -> npt.NDArray[np.uint8]:
        return np.zeros((1, 0), np.uint8)

    def compute(self, clips: Samples, state: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
        window, bands = self.spec.window_samples, np.arange(self.spec.bands)
        hops = np.arange(self.spec.frames(clips.shape[1]))[:, np.newaxis] * self.spec.hop_samples
        place = bands % window
        wide = clips.astype(np.int64)
        values = wide[:, hops + place] + 3 * wide[:, hops + window - 1 - place] + bands
        return ((values & 255) - 128).astype(np.int8)

    def score(self, windows: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        flat = windows.reshape(len(windows), -1).astype(np.int64)
        place = np.arange(flat.shape[1]) % 31
        sums = flat @ (place[:, np.newaxis] * (np.arange(len(LABELS)) + 1) + 1)
        return ((sums & 255) - 128).astype(np.int8)

    @property
    def rule(self) -> Detector:
        return Detector(self.detector, LABELS, self.spec.hop_ms * self.hops_per_inference, RATE)

    def heard(self, pcm: Samples) -> list[str]:
        detections = spot(
            self.score, self, self.detector, LABELS, pcm,
            frames=self.frames, hops_per_inference=self.hops_per_inference,
        )  # fmt: skip
        return [f"heard {d.time} {d.label} {d.score} {d.score_sum} {d.count}" for d in detections]

    def scores(self, pcm: Samples) -> list[str]:
        _, rows = score_windows(self.score, self, pcm, self.frames, self.hops_per_inference)
        return ["scores " + " ".join(map(str, row)) for row in rows]


@pytest.fixture(scope="module")
def program(require_tool: Callable[[str], str]) -> Iterator[Path]:
    built = sanitized.build(require_tool("gcc"), DRIVER, SOURCES)
    yield built
    sanitized.remove(built)


def numbers(made: MadeUp) -> list[int]:
    """How the driver is told of it."""
    spec = made.spec
    sizes = (spec.window_samples, spec.hop_samples, made.frames, spec.bands)
    return [*sizes, made.hops_per_inference, made.streams, *dataclasses.astuple(made.rule.config)]


def run(program: Path, made: MadeUp, feeds: list[Samples | int | bytes]) -> list[str]:
    """What the driver prints; a number among the feeds is one of its special requests."""
    parts = [np.array([*numbers(made), len(feeds)], np.int32).tobytes()]
    for feed in feeds:
        if isinstance(feed, int):
            parts.append(np.int32(feed).tobytes())
        elif isinstance(feed, bytes):
            parts.append(feed)
        else:
            parts += [np.int32(len(feed)).tobytes(), feed.tobytes()]
    return sanitized.run(program, b"".join(parts))


def of(printed: list[str], word: str) -> list[str]:
    """Lines that begin with ``word``."""
    return [line for line in printed if line.startswith(word)]


@st.composite
def spotters(draw: st.DrawFn) -> MadeUp:
    window = draw(st.integers(1, 40))
    spec = FrontendSpec(
        sample_rate_hz=RATE,
        window_ms=window,
        hop_ms=draw(st.integers(1, window)),
        bands=draw(st.integers(1, 12)),
        low_hz=0,
        high_hz=RATE // 2,
    )
    hops = draw(st.sampled_from([1, 1, 2, 5]))
    frames = draw(st.integers(1, 9))
    rule = DetectorSpec(window_ms=4 * spec.hop_ms * hops, threshold=140, suppression_ms=30)
    return MadeUp(spec, frames, hops, rule, streams=frames >= hops and draw(st.booleans()))


def noise(seed: int, samples: int) -> Samples:
    return np.random.default_rng(seed).integers(-(2**15), 2**15, samples).astype(np.int16)


def cut(pcm: Samples, seed: int, sizes: list[int]) -> list[Samples]:
    """``pcm`` in pieces of these sizes, in random order, until it is used up."""
    rng = np.random.default_rng(seed)
    pieces, start = [], 0
    while start < len(pcm):
        size = int(rng.choice(sizes))
        pieces.append(pcm[start : start + size])
        start += size
    return pieces


@settings(max_examples=150, deadline=None)
@given(
    made=spotters(),
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(0, 1500),
    sizes=st.lists(st.integers(0, 100), max_size=4),
)
@example(made=MadeUp(FrontendSpec(sample_rate_hz=RATE, window_ms=30, hop_ms=10, low_hz=0,
                                  high_hz=500), 5, 1, DetectorSpec(40, 140, 30)),
         seed=0, samples=1500, sizes=[])  # fmt: skip
def test_c_equals_the_twin_however_the_samples_are_cut(
    program: Path, made: MadeUp, seed: int, samples: int, sizes: list[int]
) -> None:
    pcm = noise(seed, samples)
    whole = run(program, made, [pcm])
    assert whole[0] == "init 0"
    assert of(whole, "scores") == made.scores(pcm)
    assert of(whole, "heard") == made.heard(pcm)
    assert run(program, made, [*cut(pcm, seed, [*sizes, 1, 100_000]), pcm[:0]]) == whole
    assert run(program, made, list(cut(pcm, seed, [*sizes, 1]))) == whole


ORDINARY = MadeUp(
    FrontendSpec(
        sample_rate_hz=RATE, window_ms=30, hop_ms=20, bands=10, low_hz=0, high_hz=RATE // 2
    ),
    frames=7,
    hops_per_inference=2,
    detector=DetectorSpec(window_ms=160, threshold=140, suppression_ms=100),
)


def test_time_is_the_end_of_the_last_analysis_window(program: Path) -> None:
    times, _ = score_windows(ORDINARY.score, ORDINARY, noise(1, 1000), ORDINARY.frames, 2)
    assert times[0] == 6 * 20 + 30
    assert set(np.diff(times)) == {40}
    assert len(of(run(program, ORDINARY, [noise(1, 5000)]), "heard")) > 5


def test_long_recordings_are_worked_off_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pcm = noise(2, 3000)
    whole = score_windows(ORDINARY.score, ORDINARY, pcm, ORDINARY.frames)
    monkeypatch.setattr(spotter, "FRAMES_AT_ONCE", 11)
    monkeypatch.setattr(spotter, "WINDOWS_AT_ONCE", 13)
    parts = score_windows(ORDINARY.score, ORDINARY, pcm, ORDINARY.frames)
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_reset_equals_fresh(program: Path) -> None:
    fresh = run(program, ORDINARY, [noise(3, 3000)])
    again = run(program, ORDINARY, [noise(4, 1234), RESET, noise(3, 3000)])
    assert again[-len(fresh) + 1 : -1] == fresh[1:-1]
    assert again[-1].split()[:-1] == fresh[-1].split()[:-1]  # the last is counted by the caller


@pytest.mark.parametrize("start", [2**31 - 700, 2**32 - 700, 2**53, 0])
@pytest.mark.parametrize("streams", [False, True])
def test_counters_that_begin_before_a_wrap(program: Path, start: int, streams: bool) -> None:
    """As after days of sound: the same is heard, that much later."""
    pcm, made = noise(11, 3000), dataclasses.replace(ORDINARY, streams=streams)
    begin = [BEGIN_AT, np.int64(start).tobytes()]
    printed = run(program, made, [*begin, *cut(pcm, 11, [7, 100])])
    assert of(printed, "scores") == made.scores(pcm)
    words = [line.split(" ", 2) for line in of(printed, "heard")]
    assert [f"{w} {int(time) - start} {rest}" for w, time, rest in words] == made.heard(pcm)
    assert len(words) > 5
    time, inferences = (int(number) - start for number in printed[-1].split()[1:3])
    assert (time, inferences) == (3000, len(made.scores(pcm)))


def test_a_clock_of_32_bits_is_seen(require_tool: Callable[[str], str], program: Path) -> None:
    narrow = {"spotter->time += taken": "spotter->time = (uint32_t)(spotter->time + taken)"}
    broken = sanitized.build(require_tool("gcc"), DRIVER, SOURCES, faults=narrow)
    feeds = [BEGIN_AT, np.int64(2**32 - 700).tobytes(), noise(11, 3000)]
    right, wrong = (of(run(each, ORDINARY, feeds), "heard") for each in (program, broken))
    sanitized.remove(broken)
    assert right != wrong


def test_too_little_sound_gives_nothing(program: Path) -> None:
    assert run(program, ORDINARY, [noise(5, 149)]) == ["init 0", "end 149 0 0 0 0"]
    assert ORDINARY.heard(noise(5, 149)) == []
    assert ORDINARY.heard(noise(5, 0)) == []


def test_arguments_that_cannot_be_change_nothing(program: Path) -> None:
    pcm = noise(6, 1000)
    printed = run(program, ORDINARY, [pcm[:345], BAD_ARGUMENTS, pcm[345:]])
    assert "bad 0 1 1 1 1" in printed
    printed.remove("bad 0 1 1 1 1")
    assert printed == run(program, ORDINARY, [pcm])


def test_a_failing_model_is_passed_on(program: Path) -> None:
    printed = run(program, ORDINARY, [noise(7, 149), MODEL_FAILS, noise(8, 1)])
    assert printed[-2:] == ["status 1", "end 150 0 0 0 0"]


@pytest.mark.parametrize("place", range(5))
def test_a_config_that_cannot_be_is_refused(program: Path, place: int) -> None:
    broken = numbers(ORDINARY)
    broken[place] = 0
    data = np.array([*broken, 0], np.int32).tobytes()
    assert sanitized.run(program, data) == ["init 1"]
    broken = numbers(ORDINARY)
    broken[1] = broken[0] + 1  # a hop longer than the window
    assert sanitized.run(program, np.array([*broken, 0], np.int32).tobytes()) == ["init 1"]


FAULTS = {
    "window moves by another step": ("frame + bands, kept", "frame + bands - 1, kept"),
    "one hop more between inferences": (
        "hops_to_wait = config->hops_per_inference;",
        "hops_to_wait = config->hops_per_inference + !streams(config);",
    ),
    "time of the whole feed": ("spotter->time += taken", "spotter->time += samples"),
    "samples kept from the wrong end": ("samples + config->hop_samples,", "samples,"),
    "a streaming spotter is full after a reset": ("spotter->frames_filled = 0;", ""),
    "a streaming model scores before it is full": (
        "is_full ? buffers->scores : NULL",
        "buffers->scores",
    ),
    "a streaming model's first call comes late": ("rest > 0 ?", "rest > 100 ?"),
    "a streaming model gets its frames in a wrong place": (
        "config->hops_per_inference - spotter->hops_to_wait)",
        "spotter->hops_to_wait - 1)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(
    require_tool: Callable[[str], str], program: Path, fault: str
) -> None:
    broken = sanitized.build(require_tool("gcc"), DRIVER, SOURCES, faults=dict([FAULTS[fault]]))
    before, pcm = noise(10, 400), noise(9, 3000)
    feeds = [before, RESET, *cut(pcm, 9, [7, 1000])]
    expected = [f(part) for part in (before, pcm) for f in (ORDINARY.scores, ORDINARY.heard)]
    expected = [expected[0] + expected[2], expected[1] + expected[3]]
    made = dataclasses.replace(ORDINARY, streams="streaming" in fault)
    right, wrong = (run(each, made, feeds) for each in (program, broken))
    sanitized.remove(broken)
    assert [of(right, word) for word in ("scores", "heard")] == expected
    assert [of(wrong, word) for word in ("scores", "heard")] != expected


def test_a_step_is_of_whole_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []

    class Seen(Detector):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            steps.append(self.config.step_samples)

    monkeypatch.setattr(spotter, "Detector", Seen)
    spec = FrontendSpec(hop_ms=7.6)  # 121.6 samples, which are 121
    made = MadeUp(spec, frames=4, hops_per_inference=5, detector=DetectorSpec())
    nothing = np.zeros(0, np.int16)
    spot(made.score, made, made.detector, LABELS, nothing, frames=4, hops_per_inference=5)
    assert steps == [5 * 121]
