"""Random numbers that depend on what they are for and on nothing drawn before."""

from __future__ import annotations

import numpy as np


def generator(seed: int, purpose: int, *place: int) -> np.random.Generator:
    """Return the generator of one purpose at one place, such as a training step.

    Parameters
    ----------
    seed
        Any integer.
    purpose
        A constant of the caller that keeps its numbers apart from those of others.
    place
        Up to three non-negative integers; the counter of a Philox generator starts there.
    """
    key = np.array([seed % 2**64, purpose], dtype=np.uint64)
    counter = np.zeros(4, dtype=np.uint64)
    counter[4 - len(place) :] = place  # word 0 counts the numbers drawn
    return np.random.Generator(np.random.Philox(key=key, counter=counter))
