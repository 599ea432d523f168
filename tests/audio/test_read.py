from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from support.sound_folder import RATE_HZ, tone, write_sound
from support.tools import require_package

from edgekws.audio.read import fit, read_clip
from edgekws.audio.write import wav_bytes
from edgekws.errors import AudioError, ToolMissing

FULL_RANGE = np.arange(-32768, 32768).astype(np.int16)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_16_bit_comes_out_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = write_sound(tmp_path / f"a.{suffix}", FULL_RANGE)
    clip = read_clip(path, RATE_HZ)
    assert clip.dtype == np.int16
    np.testing.assert_array_equal(clip, FULL_RANGE)


def test_24_bit_is_rounded_and_saturates(tmp_path: Path) -> None:
    values = np.array([0, 127, 128, 129, 384, -128, -129, 2**23 - 1, -(2**23)], dtype=np.int32)
    path = write_sound(tmp_path / "a.wav", values * 256, subtype="PCM_24")
    assert read_clip(path, RATE_HZ).tolist() == [0, 0, 0, 1, 2, 0, -1, 32767, -32768]


@pytest.mark.parametrize("subtype", ["PCM_32", "FLOAT", "DOUBLE"])
def test_wide_files_equal_their_16_bit_twin(tmp_path: Path, subtype: str) -> None:
    path = write_sound(tmp_path / "a.wav", FULL_RANGE / 32768, subtype=subtype)
    np.testing.assert_array_equal(read_clip(path, RATE_HZ), FULL_RANGE)


def test_float_beyond_full_scale_saturates(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.array([1.5, -1.5, 0.5]), subtype="FLOAT")
    assert read_clip(path, RATE_HZ).tolist() == [32767, -32768, 16384]


def test_ogg_is_near_what_was_written(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.ogg", tone(3))
    clip = read_clip(path, RATE_HZ)
    assert len(clip) == RATE_HZ
    assert np.abs(clip.astype(int) - tone(3)).mean() < 200


def test_a_wav_of_unknown_length_is_read(tmp_path: Path) -> None:
    data = bytearray(wav_bytes(tone(1), RATE_HZ))
    data[40:44] = b"\xff\xff\xff\xff"  # as written by a program that streams into a pipe
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    np.testing.assert_array_equal(read_clip(path, RATE_HZ), tone(1))


def _truncated(path: Path) -> None:
    path.write_bytes(wav_bytes(tone(1), RATE_HZ)[:-1000])


def _cut_in_header(path: Path) -> None:
    path.write_bytes(wav_bytes(tone(1), RATE_HZ)[:30])


def _cut_flac(path: Path) -> None:
    whole = write_sound(path.with_suffix(".flac"), tone(1)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


BAD = {
    "truncated": (_truncated, r"truncated: its header promises 1000 bytes more"),
    "cut in its header": (_cut_in_header, r"truncated: .*|not a sound file"),
    "cut flac": (_cut_flac, r"not a sound file, or a damaged one"),
    "empty": (lambda p: p.write_bytes(b""), r"the file is empty"),
    "no samples": (lambda p: p.write_bytes(wav_bytes(tone(1, 0), RATE_HZ)), r"holds no samples"),
    "text": (lambda p: p.write_text("hello"), r"not a sound file"),
    "stereo": (
        lambda p: write_sound(p, np.zeros((100, 2), np.int16)),
        r"2 channels; mix down or pick one",
    ),
    "8-bit": (lambda p: write_sound(p, tone(1), subtype="PCM_U8"), r"8-bit .* 16 bit or more"),
    "telephone": (lambda p: write_sound(p, tone(1), subtype="ULAW"), r"8-bit"),
    "ADPCM": (lambda p: write_sound(p, tone(1), subtype="IMA_ADPCM"), r"convert it to 16-bit PCM"),
    "44.1 kHz": (lambda p: write_sound(p, tone(1), 44_100), r"44100 Hz, 16000 Hz wanted"),
    "AIFF": (lambda p: write_sound(p, tone(1), format="AIFF"), r"convert it to WAV, FLAC or OGG"),
    "not a number": (
        lambda p: write_sound(p, np.array([0.0, np.nan]), subtype="FLOAT"),
        r"not finite",
    ),
    "missing": (lambda p: None, r"cannot read: No such file"),
    "folder": (lambda p: p.mkdir(), r"cannot read: Is a directory"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_named(tmp_path: Path, case: str) -> None:
    make, message = BAD[case]
    path = tmp_path / "a.wav"
    make(path)
    with pytest.raises(AudioError, match=message) as caught:
        read_clip(path, RATE_HZ)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_another_rate_is_converted_when_asked(tmp_path: Path) -> None:
    require_package("soxr")
    seconds = np.arange(44_100) / 44_100
    high = np.rint(8000 * np.sin(2 * np.pi * 440 * seconds)).astype(np.int16)
    clip = read_clip(write_sound(tmp_path / "a.wav", high, 44_100), RATE_HZ, resample=True)
    wanted = 8000 * np.sin(2 * np.pi * 440 * np.arange(RATE_HZ) / RATE_HZ)
    assert len(clip) == RATE_HZ
    assert np.abs(clip - wanted)[200:-200].max() < 5


def test_conversion_without_soxr_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1), 44_100)
    monkeypatch.setitem(sys.modules, "soxr", None)
    with pytest.raises(ToolMissing, match=r"pip install edgekws\[resample\]"):
        read_clip(path, RATE_HZ, resample=True)


@given(st.integers(1, 60), st.integers(1, 60))
def test_fit_keeps_the_middle(length: int, samples: int) -> None:
    clip = np.arange(1, length + 1).astype(np.int16)
    fitted = fit(clip, samples)
    assert len(fitted) == samples
    kept = fitted[fitted > 0]
    assert len(kept) == min(length, samples)
    outside = samples - len(kept) if length < samples else length - len(kept)
    front = int(np.argmax(fitted > 0)) if length < samples else int(kept[0]) - 1
    assert front == outside // 2
    np.testing.assert_array_equal(kept, np.arange(kept[0], kept[-1] + 1))


def test_written_wav_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav_bytes(FULL_RANGE, 8_000))
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == 8_000
    np.testing.assert_array_equal(samples, FULL_RANGE)
