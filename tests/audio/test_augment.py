from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edgekws.audio.augment import draw, mixed, shifted
from edgekws.audio.chance import generator
from edgekws.recipe import AugmentSpec

INT16 = st.integers(-32768, 32767)


@given(st.lists(INT16, min_size=1, max_size=20), st.integers(-25, 25))
def test_a_shift_moves_and_pads_with_zeros(values: list[int], shift: int) -> None:
    clip = np.array(values, dtype=np.int16)
    moved = shifted(clip, shift)
    wanted = [values[i - shift] if 0 <= i - shift < len(values) else 0 for i in range(len(values))]
    assert moved.dtype == np.int16 and moved.tolist() == wanted


@given(st.lists(st.tuples(INT16, INT16), min_size=1, max_size=20), st.integers(0, 32768))
def test_noise_is_added_rounded_and_saturates(pairs: list[tuple[int, int]], gain: int) -> None:
    clip, noise = (np.array(side, dtype=np.int16) for side in zip(*pairs, strict=True))
    before = clip.copy()
    result = mixed(clip, noise, gain)
    wanted = [max(-32768, min(32767, c + (n * gain + 2**14) // 2**15)) for c, n in pairs]
    assert result.dtype == np.int16 and result.tolist() == wanted
    np.testing.assert_array_equal(clip, before)


def test_draws_stay_in_their_ranges_and_reach_their_ends() -> None:
    spec = AugmentSpec(background_frequency=0.6, background_volume=0.25)
    draws = draw(generator(1, 2), spec, shift=5, recordings=3, count=5_000)
    assert set(draws.shift.tolist()) == set(range(-5, 6))
    assert set(draws.recording.tolist()) == {0, 1, 2}
    assert 0.57 < np.mean(draws.gain > 0) < 0.63
    assert 0.24 < draws.gain.max() / 2**15 <= 0.25
    assert -108 <= draws.level.min() < -107 and -11 < draws.level.max() <= -10


def test_nothing_asked_for_nothing_done() -> None:
    draws = draw(generator(1, 2), AugmentSpec(0, 1.0, 0.0), shift=0, recordings=1, count=50)
    assert not draws.shift.any() and not draws.gain.any()
