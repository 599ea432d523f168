"""Steps or epochs, and learning rates, in parts that go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.errors import UsageError
from edgekws.recipe import ScheduleSpec
from edgekws.train.schedule import scheduled

OWN = ScheduleSpec(steps=(300, 100), learning_rates=(0.01, 0.001), batch_size=40)
Result = tuple[tuple[int, ...], tuple[float, ...]]


def asked(
    steps: tuple[int, ...] | None = None,
    epochs: tuple[int, ...] | None = None,
    rates: tuple[float, ...] | None = None,
    clips: int = 1010,
) -> Result:
    found = scheduled(OWN, steps, epochs, rates, lambda: clips)
    return found.steps, found.learning_rates


@pytest.mark.parametrize(
    ("steps", "epochs", "rates", "expected"),
    [
        (None, None, None, ((300, 100), (0.01, 0.001))),
        ((7, 5), None, None, ((7, 5), (0.01, 0.001))),
        ((7,), None, (0.5,), ((7,), (0.5,))),
        (None, None, (0.5, 0.25), ((300, 100), (0.5, 0.25))),
        (None, (2, 1), None, ((51, 26), (0.01, 0.001))),  # 1010 clips are 25.25 batches
        (None, (1,), (0.5,), ((26,), (0.5,))),
        (None, (1, 2, 3), (3.0, 2.0, 1.0), ((26, 51, 76), (3.0, 2.0, 1.0))),
        ((20,), None, None, ((15, 5), (0.01, 0.001))),  # the whole, divided as the own is
        (None, (4,), None, ((76, 25), (0.01, 0.001))),
        ((1,), None, None, ((1,), (0.01,))),
    ],
)
def test_parts(
    steps: tuple[int, ...] | None,
    epochs: tuple[int, ...] | None,
    rates: tuple[float, ...] | None,
    expected: Result,
) -> None:
    assert asked(steps, epochs, rates) == expected


@given(st.integers(1, 2**31 - 1))
def test_a_number_alone_is_the_whole(whole: int) -> None:
    steps, rates = asked((whole,))
    assert sum(steps) == whole
    assert min(steps) > 0
    assert len(steps) == len(rates)


@given(st.integers(1, 1000), st.integers(1, 10**6))
def test_epochs_show_every_clip_and_hardly_more(epochs: int, clips: int) -> None:
    (steps,), _ = asked(epochs=(epochs,), rates=(0.1,), clips=clips)
    assert (steps - 1) * OWN.batch_size < epochs * clips <= steps * OWN.batch_size


@pytest.mark.parametrize(
    ("steps", "epochs", "rates", "message"),
    [
        ((1,), (1,), None, "--epochs cannot go with --steps"),
        (
            (3, 4, 5), None, (0.1, 0.2),
            "--steps 3,4,5 has 3 parts and --learning-rate 0.1,0.2 has 2 parts; give as many",
        ),
        (None, (3, 4), (0.1,), "--epochs 3,4 has 2 parts and --learning-rate 0.1 has 1 part;"),
        (
            None, None, (0.1,),
            r"--steps 300,100 \(the network's own\) has 2 parts and --learning-rate 0.1 has 1 part",
        ),
        (
            (1, 2, 3), None, None,
            r"--learning-rate 0.01,0.001 \(the network's own\) has 2 parts",
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_go_together(
    steps: tuple[int, ...] | None,
    epochs: tuple[int, ...] | None,
    rates: tuple[float, ...] | None,
    message: str,
) -> None:
    def never() -> int:
        raise AssertionError("nothing is counted for what cannot be meant")

    with pytest.raises(UsageError, match=message):
        scheduled(OWN, steps, epochs, rates, never)
