"""A network as the C that is exported, for the benchmarks beside this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from edgekws.codegen import runtime
from edgekws.codegen.environment import Banner
from edgekws.codegen.model import model_files, model_view, runtime_sources
from edgekws.firmware.build import write_files
from edgekws.graph import read_model
from edgekws.kernel import Body


def networks(paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each ``.tflite``, and of the quantized one of each run."""
    for path in map(Path, paths):
        if path.is_dir():
            for found in sorted(path.glob("**/int8/model.tflite")):
                yield found.parents[1].name, found.read_bytes()
        else:
            yield path.stem, path.read_bytes()


def write_c(model: bytes, body: Body, folder: Path, extra: dict[str, str]) -> list[str]:
    """Write model, runtime and ``extra`` files to ``folder``; the ``.c`` files to compile."""
    graph = read_model(model)
    labels = tuple(f"label{i}" for i in range(graph.output_tensor.size))
    view = model_view(graph, labels, body=body)
    files = {
        Path(path).name: text
        for path, text in model_files(view, Banner("a benchmark", graph.sha256, "-", "no")).items()
    }
    names = runtime.needed([*runtime_sources(graph, body), *view.headers, "kws_status.h"])
    files |= {name: runtime.read(name) for name in names} | extra
    write_files(folder, files)
    return sorted(name for name in files if name.endswith(".c"))
