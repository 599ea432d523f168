"""Which partition a clip belongs to: the rule of the Speech Commands dataset.

The name decides, not chance and not the order of files, and all clips of one speaker fall together.
Source: P. Warden, arXiv:1804.03209, section 7.
"""

from __future__ import annotations

import hashlib
import os

TRAINING = "training"
VALIDATION = "validation"
TESTING = "testing"
PARTITIONS = (TRAINING, VALIDATION, TESTING)

_BUCKETS = 2**27
_SEPARATOR = "_nohash_"


def names_speaker(name: str) -> bool:
    """Whether a file's name says who speaks."""
    return _SEPARATOR in name.rpartition("/")[2]


def speaker_of(name: str) -> str:
    """Who speaks in a clip: its file name up to ``_nohash_``, or all of the file name without it.

    Parameters
    ----------
    name
        File name, with or without folders.
    """
    return name.rpartition("/")[2].partition(_SEPARATOR)[0]


def percentage_of(name: str) -> float:
    """Place of a clip on the scale of 0..100 that the partitions are cut from.

    Parameters
    ----------
    name
        File name, with or without folders; only its speaker counts.
    """
    digest = hashlib.sha1(os.fsencode(speaker_of(name)), usedforsecurity=False).digest()
    return (int.from_bytes(digest, "big") % _BUCKETS) * (100.0 / (_BUCKETS - 1))


def partition_at(percentage: float, validation: float, testing: float) -> str:
    """Name of the partition at ``percentage`` when both shares are given in percent."""
    if percentage < validation:
        return VALIDATION
    return TESTING if percentage < validation + testing else TRAINING


def partition_of(name: str, validation: float, testing: float) -> str:
    """Name of the partition of a clip; see `percentage_of` and `partition_at`."""
    return partition_at(percentage_of(name), validation, testing)
