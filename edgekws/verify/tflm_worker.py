"""Run TensorFlow Lite Micro in a process of its own: a crash there ends nothing else.

Started by `edgekws.verify.tflm` as ``python -P tflm_worker.py FOLDER``; imports nothing of
edgekws, so that it starts fast. Reads ``model.tflite``, ``inputs.npy`` int8 [inputs, ...] and
``request.json``; writes ``outputs.npy`` int8 [inputs, labels] and ``tensor_NUMBER.npy``.
What the interpreter says goes to stderr as it does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ARENA_BYTES = 64 << 20


def main(folder: Path) -> None:
    """Do one request."""
    from tflite_micro import runtime

    model = (folder / "model.tflite").read_bytes()
    inputs = np.load(folder / "inputs.npy")
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    _measure_arena(runtime, model, inputs[:1])
    interpreter = runtime.Interpreter.from_bytes(
        model,
        arena_size=ARENA_BYTES,
        intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors,
    )
    outputs = []
    kept: dict[int, list[npt.NDArray[np.int8]]] = {number: [] for number in request["tensors"]}
    for index in range(len(inputs)):
        outputs.append(_invoke(interpreter, inputs[index : index + 1]))
        if index < request["keep_tensors_of"]:
            for number, values in kept.items():
                values.append(interpreter.GetTensor(number, 0)["tensor_data"].copy())
    np.save(folder / "outputs.npy", np.concatenate(outputs))
    for number, values in kept.items():
        np.save(folder / f"tensor_{number}.npy", np.stack(values))


def _measure_arena(runtime: Any, model: bytes, x: npt.NDArray[np.int8]) -> None:
    """Print the interpreter's own account of its memory; only this mode of it keeps one."""
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES)
    _invoke(interpreter, x)
    interpreter.print_allocations()


def _invoke(interpreter: Any, x: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    interpreter.set_input(x, 0)
    interpreter.invoke()
    output: npt.NDArray[np.int8] = interpreter.get_output(0)
    return output.copy()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
