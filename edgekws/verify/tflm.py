"""Answers of TensorFlow Lite Micro, the truth for every bit of an int8 network."""

from __future__ import annotations

import importlib.util
import json
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.errors import ModelError, ToolMissing
from edgekws.graph import Graph
from edgekws.graph.flatbuffer import Source
from edgekws.graph.schema import Model, SubGraph
from edgekws.verify import tflm_worker

TIMEOUT_S = 1800


@dataclass(frozen=True, eq=False)
class TflmAnswer:
    """What the interpreter computed.

    outputs : int8 [inputs, labels], of the file's own output: logits when it has no SOFTMAX
    layers : one int8 [kept, ...] per operator of the file, of its first ``kept`` inputs
    arena_bytes : what it took on this machine; a 32-bit core needs less
    """

    outputs: npt.NDArray[np.int8]
    layers: tuple[npt.NDArray[np.int8], ...]
    arena_bytes: int


def run_tflm(
    model: bytes, graph: Graph, inputs: npt.NDArray[np.int8], *, keep_layers_of: int = 0
) -> TflmAnswer:
    """Run ``inputs`` int8 [inputs, ...], at least one, through the ``tflite-micro`` wheel.

    Parameters
    ----------
    model, graph
        The file's bytes, and the graph that was read from them.
    keep_layers_of
        Number of inputs, from the first, whose layers are kept.

    Raises
    ------
    ToolMissing
        The wheel is not installed.
    ModelError
        The interpreter refused the file, or crashed on it; holds its last words.
    """
    if importlib.util.find_spec("tflite_micro") is None:
        raise ToolMissing('TFLite Micro is not installed; run: pip install "edgekws[verify]"')
    nodes = file_graph(model, graph).nodes if keep_layers_of else ()
    tensors = [node.output for node in nodes]
    request = {"tensors": tensors, "keep_tensors_of": keep_layers_of}
    with tempfile.TemporaryDirectory(prefix="edgekws-") as name:
        folder = Path(name)
        (folder / "model.tflite").write_bytes(model)
        np.save(folder / "inputs.npy", inputs.reshape(len(inputs), *graph.input_tensor.shape[1:]))
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        words = _run_worker(folder)
        layers = [np.load(folder / f"tensor_{number}.npy") for number in tensors]
        return TflmAnswer(np.load(folder / "outputs.npy"), tuple(layers), _arena(words))


def file_graph(model: bytes, graph: Graph) -> Graph:
    """The graph as the file has it: without the SOFTMAX that edgekws appended, if it did."""
    subgraph = Source(model, "model").root().tables(Model.SUBGRAPHS)[0]
    if graph.output < len(subgraph.tables(SubGraph.TENSORS)):
        return graph
    last = graph.nodes[-1]
    return replace(graph, nodes=graph.nodes[:-1], output=last.inputs[0])


def _run_worker(folder: Path) -> str:
    """Everything the interpreter said on stderr."""
    command = [sys.executable, "-P", tflm_worker.__file__, str(folder)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise ModelError(f"TFLite Micro did not end within {TIMEOUT_S} s") from exc
    words = done.stderr.decode("utf-8", errors="replace")
    if done.returncode < 0:
        stopped_by = signal.Signals(-done.returncode).name
        raise ModelError(f"TFLite Micro was stopped by {stopped_by}: {_last_words(words)}")
    if done.returncode != 0:
        raise ModelError(f"TFLite Micro cannot run this model: {_last_words(words)}")
    return words


def _last_words(text: str) -> str:
    """The interpreter's own message where there is one, else the last line."""
    lines = [line for line in text.strip().splitlines() if line and not line.startswith(" ")]
    own = [line for line in lines if not line.startswith(("Traceback", "[Recording"))]
    return " / ".join(own[-2:]) if own else "it said nothing"


def _arena(words: str) -> int:
    found = re.search(r"Arena allocation total (\d+) bytes", words)
    return int(found.group(1)) if found else 0
