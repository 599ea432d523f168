"""Float products are exact at the extremes, and batches change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from edgekws.graph.matmul import exact_kind, exact_matmul, in_batches


@pytest.mark.parametrize("depth", [1, 2, 1031, 1032, 1040, 9001])
@pytest.mark.parametrize("kind", ["extreme", "random"])
def test_products_are_exact(depth: int, kind: str) -> None:
    random = np.random.default_rng(depth)
    if kind == "extreme":
        rows = np.full((3, depth), -128, np.int8)
        matrix = np.full((depth, 2), -127, np.int8)
        matrix[-1, 1] = -126  # an odd sum, which a rounded one would miss
        rows[1, 0] = 127
    else:
        rows = random.integers(-128, 128, (3, depth), dtype=np.int8)
        matrix = random.integers(-128, 128, (depth, 2), dtype=np.int8)
    expected = rows.astype(np.int64) @ matrix.astype(np.int64)
    np.testing.assert_array_equal(exact_matmul(rows, matrix), expected)


def test_float32_is_taken_only_where_it_holds_every_sum() -> None:
    assert exact_kind(np.full((1032, 1), 127, np.int8)) is np.float32
    assert exact_kind(np.full((1033, 1), 127, np.int8)) is np.float64


def test_batches_are_joined_in_order() -> None:
    x = np.arange(1000).reshape(100, 10)
    sizes: list[int] = []

    def run(part: np.ndarray) -> np.ndarray:
        sizes.append(len(part))
        return part * 2

    np.testing.assert_array_equal(in_batches(x, run, 1 << 17), x * 2)
    assert set(sizes) == {2}
