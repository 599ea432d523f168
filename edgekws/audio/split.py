"""Which partition a clip belongs to: the rule of the Speech Commands dataset.

The name decides, not chance and not the order of files, and all clips of one speaker fall together.
Source: P. Warden, arXiv:1804.03209, section 7.
"""

from __future__ import annotations

import hashlib
import os
import re

TRAINING = "training"
VALIDATION = "validation"
TESTING = "testing"
PARTITIONS = (TRAINING, VALIDATION, TESTING)

_BUCKETS = 2**27


def percentage_of(name: str) -> float:
    """Place of a clip on the scale of 0..100 that the partitions are cut from.

    Parameters
    ----------
    name
        File name, with or without folders. What follows ``_nohash_`` does not count; without
        ``_nohash_`` the whole file name counts.
    """
    base = re.sub(r"_nohash_.*$", "", name.rpartition("/")[2])
    digest = hashlib.sha1(os.fsencode(base), usedforsecurity=False).hexdigest()
    return (int(digest, 16) % _BUCKETS) * (100.0 / (_BUCKETS - 1))


def partition_at(percentage: float, validation: float, testing: float) -> str:
    """Name of the partition at ``percentage`` when both shares are given in percent."""
    if percentage < validation:
        return VALIDATION
    return TESTING if percentage < validation + testing else TRAINING


def partition_of(name: str, validation: float, testing: float) -> str:
    """Name of the partition of a clip; see `percentage_of` and `partition_at`."""
    return partition_at(percentage_of(name), validation, testing)
