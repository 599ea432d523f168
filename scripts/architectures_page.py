"""Write ``docs/architectures.md``: what each architecture costs at its default features."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from edgekws.files import write_text
from edgekws.graph import Graph, read_model
from edgekws.models import Architecture, architecture_names, find_architecture
from edgekws.models.cost import macs, parameters
from edgekws.stream.hop_graph import hop_graph, total_stride

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architectures.md"
LABELS = 12

HEAD = f"""# Architectures

Made by `make docs` from `edgekws/models/architectures/`, one file for each. How to add one:
[extending.md](extending.md#an-architecture).

Numbers are those of the deployed network, batch normalization folded, at {LABELS} labels and the
features that `edgekws train --arch NAME` takes by default, over clips of 1 s.
Parameters are weights and biases; MACs are the products of convolutions and dense layers.
`tests/models/test_architectures.py` holds both to the published counts where there are any.

The last column is what a program that listens all the time computes for each new frame. A network
that pads time, or has one filter over all of it, computes everything again: its old columns
are others in the next window.

"""
COLUMNS = (
    "name", "what", "source", "features", "frames x bands", "window / hop", "parameters",
    "MACs a clip", "MACs a frame",
)  # fmt: skip


def page() -> str:
    """Return the whole page as Markdown."""
    columns = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    return HEAD + columns + "".join(row(find_architecture(name)) for name in architecture_names())


def row(architecture: Architecture) -> str:
    """Return one row of the table."""
    spec, model = architecture.default_frontend, deployed(architecture)
    frames, bands = model.input_shape[1:3]
    cells = (
        f"`{architecture.name}`",
        architecture.summary,
        source(architecture),
        f"{spec.name} at {spec.sample_rate_hz // (2000 if spec.halved else 1000)} kHz",
        f"{frames}x{bands}",
        f"{spec.window_ms} / {spec.hop_ms} ms",
        f"{parameters(model):,}",
        f"{macs(model):,}",
        macs_of_a_frame(converted(model), frames),
    )
    return "| " + " | ".join(cells) + " |\n"


def source(architecture: Architecture) -> str:
    """Where the layers are from, as the file that has them says."""
    layers = getattr(architecture.layers, "func", architecture.layers)
    text = inspect.getdoc(sys.modules[layers.__module__]) or ""
    found = re.search(r"Sources?: (.+?)(?<!et al)[.;](?:\s|$)", text, re.DOTALL)
    return " ".join(found.group(1).split()) if found else "edgekws"


def deployed(architecture: Architecture) -> Any:
    """Deployment form at the default features, with its first random weights."""
    spec = architecture.default_frontend
    shape = (spec.frames(spec.sample_rate_hz), spec.bands)  # of 1 s
    model = architecture.build(shape, LABELS, deploy=True)
    for layer in model.layers:  # whose new kernels leave little of the signal
        if type(layer).__name__ == "DepthwiseConv2D":
            kernel, *bias = layer.get_weights()
            layer.set_weights([kernel * kernel.shape[2] ** 0.5, *bias])
    return model


def converted(model: Any) -> Graph:
    """int8 form of a network, calibrated with noise."""
    from edgekws.quantize.convert import convert_calibrated

    random = np.random.default_rng(0)
    shape = (1, *model.input_shape[1:])
    samples = (random.normal(-6, 6, shape).astype(np.float32) for _ in range(2))
    return read_model(convert_calibrated(model, samples))


def macs_of_a_frame(graph: Graph, frames: int) -> str:
    """Products for each new frame, or ``all`` of a clip's."""
    hop = total_stride(graph, frames)
    once = hop_graph(graph, frames, hop).macs
    if once == graph.macs:
        return "all"
    return f"{once:,}" if hop == 1 else f"{once:,} / {hop} frames"


def main() -> None:
    """Write the page."""
    write_text(PAGE, page())


if __name__ == "__main__":
    main()
