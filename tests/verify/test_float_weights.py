"""Float weights are found by what they round to, and those of another network are not taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.calibrated_network import CONV, DENSE, LOGITS, calibrated_network

from edgekws.verify.float_weights import find_float_weights

NETWORK = calibrated_network()


def stored(path: Path, **changed: np.ndarray) -> Path:
    """As `edgekws quantize` writes them, in an order of their own."""
    arrays: dict[str, np.ndarray] = {}
    for place, number in enumerate((LOGITS, CONV, DENSE)):
        arrays[f"{place:02d}.kernel"] = NETWORK.weights[number][0].astype(np.float32)
        arrays[f"{place:02d}.bias"] = NETWORK.biases[number].astype(np.float32)
    np.savez(path, **{name: changed.get(f"of_{name[:2]}", array) if "kernel" in name else array
                      for name, array in arrays.items()})  # fmt: skip
    return path


def test_each_layer_gets_its_own(tmp_path: Path) -> None:
    found = find_float_weights(NETWORK.graph, stored(tmp_path / "w.npz"))
    assert found is not None
    assert sorted(found) == [CONV, DENSE, LOGITS]
    for number, (kernel, steps) in NETWORK.weights.items():
        node = NETWORK.graph.nodes[number]
        grid = NETWORK.graph.tensors[node.inputs[0]].quantization
        assert grid is not None
        shaped = steps.reshape(-1, *[1] * (kernel.ndim - 1))
        np.testing.assert_allclose(found[number].values, kernel / shaped, atol=1e-3)
        wanted = NETWORK.biases[number] / (steps * float(grid.scale[0]))
        np.testing.assert_allclose(found[number].bias, wanted, rtol=1e-5)


@pytest.mark.parametrize("place", ["00", "01", "02"])
def test_a_weight_that_rounds_elsewhere_is_of_another_network(tmp_path: Path, place: str) -> None:
    number = (LOGITS, CONV, DENSE)[int(place)]
    kernel, steps = NETWORK.weights[number]
    other = kernel.copy()
    other.flat[-1] += 1.2 * steps[-1]
    assert (
        find_float_weights(NETWORK.graph, stored(tmp_path / "w.npz", **{f"of_{place}": other}))
        is None
    )


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off", b"text"])
def test_without_a_usable_file_there_are_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "w.npz"
    if content is not None:
        path.write_bytes(content)
    assert find_float_weights(NETWORK.graph, path) is None


def test_half_a_file_is_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"00.kernel": np.zeros((4, 3, 3, 1))})
    assert find_float_weights(NETWORK.graph, tmp_path / "w.npz") is None
