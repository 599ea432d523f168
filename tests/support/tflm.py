"""TensorFlow Lite Micro's interpreter: the truth that the engine must equal."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

ARENA_BYTES = 8 << 20


def _runtime() -> Any:
    try:
        from tflite_micro import runtime
    except ImportError:
        if os.environ.get("EDGEKWS_REQUIRE_TOOLS") == "1":
            raise
        pytest.skip("tflite-micro is not installed")
    return runtime


class Tflm:
    """One model in the interpreter of the ``tflite-micro`` wheel, all tensors kept."""

    def __init__(self, model: bytes) -> None:
        runtime = _runtime()
        self._interpreter = runtime.Interpreter.from_bytes(
            model,
            arena_size=ARENA_BYTES,
            intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors,
        )

    def run(self, x: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """Output int8 [1, ...] for input int8 [1, ...]."""
        self._interpreter.set_input(x, 0)
        self._interpreter.invoke()
        output: npt.NDArray[np.int8] = self._interpreter.get_output(0)
        return output

    def reset(self) -> None:
        """Forget all runs."""
        self._interpreter.reset()

    def tensor(self, number: int) -> npt.NDArray[np.int8]:
        """Value of a tensor of the file after `run`."""
        found: npt.NDArray[np.int8] = self._interpreter.GetTensor(number, 0)["tensor_data"]
        return found
