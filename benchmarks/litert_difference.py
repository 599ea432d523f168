"""How far TensorFlow Lite's scores are from those of TensorFlow Lite Micro's arithmetic.

The test clips of each run through the Python package `ai-edge-litert`, with one thread: without a
delegate, as the exported Android module asks for, and with XNNPACK, its default.

    python benchmarks/litert_difference.py RUNS_FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from edgekws.audio.dataset import open_dataset
from edgekws.features import find_frontend
from edgekws.graph import read_model, run_graph
from edgekws.run import Run

RESOLVERS = {
    "no delegate": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "XNNPACK": OpResolverType.BUILTIN,
}


def main() -> None:
    """Print a line of a table for each run and each way to compute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, help="folder with trained runs")
    parser.add_argument("--clips", type=int, default=400, help="test clips, evenly chosen")
    arguments = parser.parse_args()
    print("| run | by | largest difference | clips that differ | other best label |")
    print("|---|---|---|---|---|")
    for folder in sorted(path for path in arguments.runs.iterdir() if path.is_dir()):
        compare(Run(folder), arguments.clips)


def compare(run: Run, clips: int) -> None:
    """Print the lines of one run."""
    graph, content = read_model(run.model), run.model.read_bytes()
    samples = open_dataset(run.recipe).clips("testing").samples
    chosen = samples[np.linspace(0, len(samples) - 1, clips).astype(int)]
    features = find_frontend(run.recipe.frontend).compute(chosen)
    features = features.reshape(len(chosen), *graph.input_tensor.shape[1:])
    exact = run_graph(graph, features).astype(int)
    for name, resolver in RESOLVERS.items():
        found = litert(content, features, resolver)
        steps = np.abs(found - exact)
        other = (found.argmax(axis=1) != exact.argmax(axis=1)).mean()
        differ = steps.any(axis=1).mean()
        print(f"| `{run.name}` | {name} | {steps.max()} | {differ:.1%} | {other:.2%} |", flush=True)


def litert(
    content: bytes, features: npt.NDArray[np.int8], resolver: OpResolverType
) -> npt.NDArray[np.int_]:
    """Scores, int [clips, labels]."""
    engine: Any = Interpreter(
        model_content=content, experimental_op_resolver_type=resolver, num_threads=1
    )
    engine.allocate_tensors()
    entry, end = (
        details[0]["index"] for details in (engine.get_input_details(), engine.get_output_details())
    )
    scores = []
    for window in features:
        engine.set_tensor(entry, window[np.newaxis])
        engine.invoke()
        scores.append(engine.get_tensor(end)[0].astype(int))
    return np.stack(scores)


if __name__ == "__main__":
    main()
