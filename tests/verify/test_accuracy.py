from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edgekws.errors import ConfigError
from edgekws.verify.accuracy import (
    Accuracy,
    FloatScores,
    check_accuracy,
    compare_accuracy,
    read_float_scores,
)


def compared(clips: int, lost: int, gained: int) -> Accuracy:
    """Float and int8 that are right on all clips but those."""
    labels = np.arange(clips) % 4
    before, after = np.eye(4, dtype=np.float32)[labels], np.eye(4)[labels]
    after[:lost] = np.roll(after[:lost], 1, axis=1)
    before[lost : lost + gained] = np.roll(before[lost : lost + gained], 1, axis=1)
    names = tuple(f"clip {i}" for i in range(clips))
    return compare_accuracy(FloatScores(before, labels, names), (100 * after).astype(np.int8))


@pytest.mark.parametrize(
    ("clips", "lost", "gained", "tolerance", "status"),
    [
        (1000, 10, 0, 1.0, "passed"),  # exactly the tolerance
        (1000, 11, 0, 1.0, "failed"),
        (1000, 30, 20, 1.0, "passed"),  # the loss counts, not how many answers changed
        (1000, 31, 20, 1.0, "failed"),
        (40, 1, 0, 1.0, "passed"),  # one clip weighs more than the tolerance
        (40, 2, 0, 1.0, "failed"),
        (40, 1, 0, 0.0, "failed"),
        (40, 0, 3, 0.0, "passed"),
    ],
)
def test_the_loss_decides(
    clips: int, lost: int, gained: int, tolerance: float, status: str
) -> None:
    check = check_accuracy(compared(clips, lost, gained), tolerance, "weak")
    assert check.status == status
    assert f"{lost} lost, {gained} gained" in check.detail
    assert check.detail.endswith("; weak") == (status == "failed")


def test_a_wide_bound_is_told_and_does_not_decide() -> None:
    small = check_accuracy(compared(40, 0, 0), 1.0, "weak")
    assert small.passed
    assert "the bound is above the tolerance, more test clips would narrow it" in small.detail
    large = check_accuracy(compared(4000, 5, 5), 1.0, "weak")
    assert "above the tolerance" not in large.detail


def test_shares_and_chance() -> None:
    found = compared(10, 2, 1)
    assert found.float_accuracy == pytest.approx(0.9)
    assert found.int8_accuracy == pytest.approx(0.8)
    assert found.chance == pytest.approx(0.3)
    assert found.paired.loss == pytest.approx(0.1)


def test_scores_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    scores, labels = np.ones((2, 3), np.float32), np.array([1, 2])
    np.savez(path, scores=scores, labels=labels, names=np.array(["a", "b"]))
    stored = read_float_scores(path)
    assert stored.names == ("a", "b")
    np.testing.assert_array_equal(stored.labels, labels)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"text"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scores.npz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"scores\.npz: .*edgekws train"):
        read_float_scores(path)
    with pytest.raises(ConfigError, match="edgekws train"):
        read_float_scores(tmp_path / "missing.npz")


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    np.savez(path, scores=np.ones((2, 3)), labels=np.zeros(3), names=np.array(["a", "b"]))
    with pytest.raises(ConfigError, match="do not fit together"):
        read_float_scores(path)
