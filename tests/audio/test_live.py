"""Sound from a pipe and from a microphone, and what becomes of them when they go wrong."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.tools import require_package

from edgekws.audio import microphone as room
from edgekws.audio.live import at_rate, piped
from edgekws.audio.microphone import microphone
from edgekws.errors import AudioError, ToolMissing, UsageError

SOUND = np.random.default_rng(1).integers(-(2**15), 2**15, 5000).astype(np.int16)


class Dripping(io.BytesIO):
    """A pipe that gives as many bytes as it likes."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(self.size)


@pytest.mark.parametrize("size", [1, 3, 4096, 10_000])
def test_raw_samples_however_they_come(size: int) -> None:
    stream = Dripping(SOUND.astype("<i2").tobytes(), size)
    np.testing.assert_array_equal(np.concatenate(list(piped(stream))), SOUND)


def test_half_a_sample_at_the_end_is_not_heard() -> None:
    stream = io.BytesIO(SOUND.astype("<i2").tobytes() + b"\x01")
    np.testing.assert_array_equal(np.concatenate(list(piped(stream))), SOUND)


@pytest.mark.parametrize(("data", "complaint"), [
    (b"", "no sound came"),
    (b"RIFF....WAVEfmt ", "a WAV file, raw 16-bit samples wanted"),
    (b"fLaC", "a FLAC file"),
])  # fmt: skip
def test_what_is_no_raw_sound(data: bytes, complaint: str) -> None:
    with pytest.raises(AudioError, match=complaint):
        list(piped(io.BytesIO(data)))


def test_another_rate_is_refused_or_converted_as_a_whole_file_is() -> None:
    pieces = np.split(SOUND, [1, 1000, 4000])
    with pytest.raises(UsageError, match="44100 Hz, 16000 Hz wanted"):
        at_rate(iter(pieces), 44_100, 16_000, resample=False)
    require_package("soxr")
    import soxr

    found = np.concatenate(list(at_rate(iter(pieces), 44_100, 16_000, resample=True)))
    whole = soxr.resample(SOUND.astype(np.float64), 44_100, 16_000, quality="HQ")
    np.testing.assert_array_equal(found, np.clip(np.rint(whole), -32768, 32767).astype(np.int16))


class PortAudioError(Exception):
    pass


class Recording:
    """A sounddevice whose stream calls back at once with what it was made of."""

    PortAudioError = PortAudioError

    def __init__(self, blocks: list[tuple[np.ndarray, bool]], *, failing: str = "") -> None:
        self.blocks, self.failing, self.opened = blocks, failing, {}
        self.active = True

    def RawInputStream(self, *, callback: Callable[..., None], **options: Any) -> Recording:
        if self.failing:
            raise PortAudioError(self.failing)
        self.opened = options
        for samples, overflow in self.blocks:
            status = SimpleNamespace(input_overflow=overflow)
            callback(samples.tobytes(), len(samples), None, status)
        return self

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.active = False


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Recording]]:
    monkeypatch.setattr(room, "SILENT_S", 0.05)

    def make(*blocks: tuple[np.ndarray, bool], failing: str = "") -> Recording:
        made = Recording(list(blocks), failing=failing)
        monkeypatch.setitem(sys.modules, "sounddevice", made)
        return made

    return make


def test_a_microphone_that_goes_away(device: Callable[..., Recording]) -> None:
    made = device((SOUND[:640], False), (SOUND[640:1280], False))
    blocks = microphone(16_000, "3")
    np.testing.assert_array_equal(np.concatenate([next(blocks), next(blocks)]), SOUND[:1280])
    assert (made.opened["samplerate"], made.opened["device"]) == (16_000, 3)
    with pytest.raises(AudioError, match=r"it went away: no sound for 0\.05 s"):
        next(blocks)


def test_sound_that_was_lost_is_told(device: Callable[..., Recording]) -> None:
    device((SOUND[:640], False), (SOUND[640:1280], True))
    told: list[int] = []
    blocks = microphone(16_000, on_loss=lambda: told.append(1))
    next(blocks)
    assert told == []
    next(blocks)
    assert told == [1]


def test_a_machine_that_is_too_busy_loses_sound_but_no_memory(
    device: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "WAITING_BLOCKS", 2)
    device(*[(SOUND[:640], False)] * 4)
    told: list[int] = []
    blocks = microphone(16_000, on_loss=lambda: told.append(1))
    assert [len(next(blocks)), len(next(blocks))] == [640, 640]
    with pytest.raises(AudioError):
        next(blocks)
    assert told == [1, 1]


def test_no_microphone(device: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    device(failing="Error opening RawInputStream: Invalid sample rate")
    with pytest.raises(AudioError, match=r"microphone at 16000 Hz: .*Invalid sample rate.*--rate"):
        next(microphone(16_000))
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ToolMissing, match=r"pip install edgekws\[microphone\]"):
        next(microphone(16_000))
