"""Damaged and hostile files end in an AudioError of one line, and in nothing else."""

from __future__ import annotations

import io
import os
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.sound_folder import RATE_HZ, tone, write_sound

from edgekws.audio import read
from edgekws.audio.read import decode, read_clip, read_header
from edgekws.audio.riff import plain_samples
from edgekws.audio.scan import scan
from edgekws.audio.write import wav_bytes
from edgekws.errors import AudioError

KINDS = (
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("WAV", "ULAW"),
    ("WAV", "IMA_ADPCM"),
    ("WAV", "MS_ADPCM"),
    ("WAVEX", "PCM_16"),
    ("RF64", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"),
    ("AIFF", "PCM_16"),
    ("W64", "PCM_16"),
)
TEMPTING = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
MUTANTS = 4000


def _whole_files() -> list[bytes]:
    files = []
    for container, coding in KINDS:
        for samples in (tone(1, 800), np.stack([tone(1, 800), tone(2, 800)], 1)):
            stream = io.BytesIO()
            soundfile.write(stream, samples, RATE_HZ, format=container, subtype=coding)
            files.append(stream.getvalue())
    return files


def _mutated(whole: bytes, files: list[bytes], rng: random.Random) -> bytes:
    data = bytearray(whole)
    head = rng.choice((16, 44, 64, 128, len(data)))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(max(1, min(head, len(data))))
        kind = rng.randrange(6)
        if kind == 0:
            data[at : at + 1] = bytes([rng.randrange(256)])
        elif kind in (1, 2):
            size = rng.choice((1, 2, 4, 8))
            number = rng.choice(TEMPTING) % 256**size
            data[at : at + size] = number.to_bytes(size, rng.choice(("little", "big")))
        elif kind == 3:
            del data[at : at + rng.randint(1, 16)]
        elif kind == 4:
            data[at:at] = rng.randbytes(rng.randint(1, 16))
        else:
            data[at:at] = rng.choice(files)[: rng.randint(4, 64)]
    if rng.random() < 0.1:
        del data[rng.randrange(len(data) + 1) :]
    return bytes(data)


def mutants(seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    files = _whole_files()
    for _ in range(MUTANTS):
        yield _mutated(rng.choice(files), files, rng)


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_headers(seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    read_well = refused = 0
    for data in mutants(seed):
        for resample in (False, True):
            try:
                samples = decode(data, Path("a.wav"), RATE_HZ, resample)
                assert samples.dtype == np.int16 and samples.ndim == 1 and len(samples)
                read_well += 1
            except AudioError as error:
                assert str(error).startswith("a.wav: ") and "\n" not in str(error)
                refused += 1
        try:
            assert read_header(data, Path("a.wav")).channels > 0
        except AudioError as error:
            assert str(error).startswith("a.wav: ")
    assert read_well > 100 and refused > MUTANTS  # the mutants are neither harmless nor hopeless
    assert capfd.readouterr() == ("", "")  # the libraries below are silent too


def test_the_short_way_is_libsndfile_s_way() -> None:
    """Files near the plainest kind, most of them not of it."""
    rng = random.Random(5)
    whole = [wav_bytes(tone(number, 50 + number), RATE_HZ) for number in range(4)]
    taken = 0
    for number in range(4000):
        data = bytearray(rng.choice(whole))
        for _ in range(number % 3):
            data[rng.randrange(60)] = rng.choice((0, 1, 2, 16, 255, rng.randrange(256)))
        if number % 5 == 0:
            del data[len(data) - rng.randint(1, 4) :]
        samples = plain_samples(bytes(data), RATE_HZ)
        if samples is not None:
            taken += 1
            wanted, rate = soundfile.read(io.BytesIO(data), dtype="int16")
            assert rate == RATE_HZ and samples.dtype == np.int16
            np.testing.assert_array_equal(samples, wanted)
    assert 1000 < taken < 3000
    assert plain_samples(wav_bytes(tone(1, 0), RATE_HZ), RATE_HZ) is None
    assert plain_samples(whole[0], 8000) is None


def test_memory_follows_the_samples_not_the_header() -> None:
    stream = io.BytesIO()
    soundfile.write(stream, tone(1, 800), RATE_HZ, format="FLAC")
    data = bytearray(stream.getvalue())
    assert data[21] & 0x0F == 0 and int.from_bytes(data[22:26], "big") == 800
    data[21] |= 0x0F  # the upper bits of the number of samples: now 68,719,476,735
    data[22:26] = b"\xff" * 4
    tracemalloc.start()
    with pytest.raises(AudioError, match=r"a\.flac: (truncated|not a sound file)"):
        decode(bytes(data), Path("a.flac"), RATE_HZ)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize("rate", [1, 999, 2_000_000_000])
def test_a_rate_that_no_recorder_has(tmp_path: Path, rate: int) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1, 800), rate)
    with pytest.raises(AudioError, match=f"{rate} Hz cannot be its sample rate"):
        read_clip(path, RATE_HZ, resample=True)


def test_long_files_are_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_AT_ONCE", 1000)
    for samples in (999, 1000, 1001, 2000):
        for suffix in ("wav", "flac"):
            path = write_sound(tmp_path / f"a.{suffix}", tone(1, samples))
            np.testing.assert_array_equal(read_clip(path, RATE_HZ), tone(1, samples))


def test_a_file_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_MOST_BYTES", 2**20)
    with pytest.raises(AudioError, match="/dev/zero: more than 1 MiB; cut it"):
        read_clip(Path("/dev/zero"), RATE_HZ)


def test_pipes_and_folders_called_like_sounds_are_passed_over(tmp_path: Path) -> None:
    write_sound(tmp_path / "yes" / "a.wav", tone(1))
    os.mkfifo(tmp_path / "yes" / "b.wav")
    (tmp_path / "yes" / "c.wav").mkdir()
    listing = scan(tmp_path)
    assert [file.name for file in listing.words["yes"]] == ["yes/a.wav"]
    assert listing.passed_over == ("yes/b.wav", "yes/c.wav")


def test_a_broken_link_is_an_error(tmp_path: Path) -> None:
    """It may stand for a clip that is not copied yet; without it the set would be another one."""
    (tmp_path / "yes").mkdir()
    (tmp_path / "yes" / "a.wav").symlink_to("gone.wav")
    with pytest.raises(AudioError, match=r"a\.wav: cannot read: No such file"):
        scan(tmp_path)
