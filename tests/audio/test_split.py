from __future__ import annotations

from pathlib import Path

import pytest

from edgekws.audio.scan import scan
from edgekws.audio.split import partition_of, percentage_of

# From validation_list.txt and testing_list.txt of the dataset itself.
OFFICIAL = {
    "bed/026290a7_nohash_0.wav": "validation",
    "bed/060cd039_nohash_0.wav": "validation",
    "bed/0c40e715_nohash_0.wav": "testing",
    "bed/0ea0e2f4_nohash_0.wav": "testing",
    "right/bb05582b_nohash_3.wav": "testing",
}

# Last 27 bits of what the program sha1sum says of the name.
BUCKETS = {
    "bobby_nohash_0.wav": 126_399_259,
    "0c40e715_nohash_2.flac": 22_005_056,
    "026290a7_nohash_1.v001.flac": 915_572,
    "clip 7.wav": 116_660_304,
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_clips_fall_where_the_dataset_says(name: str) -> None:
    assert partition_of(name, 10, 10) == OFFICIAL[name]


@pytest.mark.parametrize("name", BUCKETS)
def test_place_is_the_hash_of_the_speaker(name: str) -> None:
    assert percentage_of(name) == BUCKETS[name] * (100.0 / (2**27 - 1))


def test_clips_of_a_speaker_fall_together() -> None:
    names = ("yes/bobby_nohash_0.wav", "no/bobby_nohash_7.flac", "bobby_nohash_0.v001.ogg")
    assert len({percentage_of(name) for name in names}) == 1


def test_percentages_move_the_cuts() -> None:
    name = "0c40e715_nohash_0.wav"  # at 16.4
    assert partition_of(name, 17, 10) == "validation"
    assert partition_of(name, 10, 6) == "training"


def test_real_clips_hold_no_official_test_speaker(speech_commands: Path) -> None:
    listing = scan(speech_commands)
    names = [file.name for files in listing.words.values() for file in files]
    assert len(names) > 10_000
    assert {partition_of(name, 10, 10) for name in names} == {"training", "validation"}
