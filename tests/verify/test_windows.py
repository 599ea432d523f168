"""A sound is cut so that every whole frame is in exactly one window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_network import recording, sound_keywords

from edgekws.audio.read import fit
from edgekws.features.whole import whole_features
from edgekws.verify.windows import cut, window_samples

KEYWORDS = sound_keywords()
FRONTEND = KEYWORDS.frontend
assert FRONTEND is not None
SPEC = FRONTEND.spec
CLIP = window_samples(KEYWORDS) + 100


@settings(deadline=None)  # the first example compiles the frontend
@given(st.integers(CLIP + 1, 8 * CLIP))
def test_windows_hold_every_frame_once(samples: int) -> None:
    sound = recording(samples)
    clips = cut(KEYWORDS, sound, CLIP)
    assert FRONTEND is not None
    frames = FRONTEND.compute(clips).reshape(-1, SPEC.bands)
    expected = whole_features(FRONTEND, sound)
    assert np.array_equal(frames[: len(expected)], expected)
    assert 0 <= len(frames) - len(expected) < KEYWORDS.frames


@pytest.mark.parametrize("samples", [1, 300, CLIP - 1, CLIP])
def test_a_short_sound_is_one_window_as_label_hears_it(samples: int) -> None:
    sound = recording(CLIP)[:samples]
    clips = cut(KEYWORDS, sound, CLIP)
    assert np.array_equal(clips, fit(sound, CLIP)[np.newaxis, : window_samples(KEYWORDS)])
