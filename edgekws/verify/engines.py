"""Everything that can answer for a network beside numpy, opened once and asked often."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BuildError, ToolMissing
from edgekws.features.hostlib import find_compiler
from edgekws.firmware import toolchain
from edgekws.firmware.probe import Probe, core_probe, host_probe
from edgekws.graph import run_graph
from edgekws.verify.check import FAILED, MEASURED, SIMULATED, SKIPPED, Check
from edgekws.verify.check_code import compare_digests
from edgekws.verify.compare import first_difference
from edgekws.verify.tflm import file_graph, run_tflm
from edgekws.verify.windows import Batch


@dataclass(frozen=True)
class Engine:
    """``compare`` says the first difference from numpy on a batch, or None."""

    name: str
    origin: str
    what: str  # compared, for people
    compare: Callable[[Batch], str | None]


@contextlib.contextmanager
def open_engines(
    keywords: Keywords, board_id: str, board: Board
) -> Iterator[tuple[list[Engine], list[Check]]]:
    """Yield the engines there are, and a check for each that is missing or cannot be built.

    Raises
    ------
    BoardTooSmall
        QEMU has no machine with the board's core and room enough.
    """
    place = board_id, board
    openers: tuple[tuple[str, str, Callable[[contextlib.ExitStack], Engine]], ...] = (
        ("features", MEASURED, lambda stack: _library(keywords)),
        ("host", MEASURED, lambda stack: _code(
            "host", MEASURED, keywords, stack.enter_context(host_probe(keywords, *place)))),
        ("core", SIMULATED, lambda stack: _code(
            "core", SIMULATED, keywords, stack.enter_context(core_probe(keywords, *place)))),
        ("tflm", MEASURED, lambda stack: _tflm(keywords)),
    )  # fmt: skip
    engines, others = [], []
    with contextlib.ExitStack() as stack:
        for name, origin, opener in openers:
            try:
                engines.append(opener(stack))
            except ToolMissing as exc:
                others.append(Check(name, SKIPPED, str(exc), origin))
            except BuildError as exc:
                others.append(Check(name, FAILED, str(exc), origin))
        yield engines, others


def _library(keywords: Keywords) -> Engine:
    if find_compiler() is None:
        packages = toolchain.packages("gcc")
        raise ToolMissing(f"no C compiler: run: apt-get install --no-install-recommends {packages}")
    assert keywords.frontend is not None
    compute = keywords.frontend.compute

    def compare(batch: Batch) -> str | None:
        return _features(keywords, batch, compute(batch.clips), "the compiled frontend")

    return Engine("features", MEASURED, "features in the C that training uses", compare)


def _code(name: str, origin: str, keywords: Keywords, probe: Probe) -> Engine:
    def compare(batch: Batch) -> str | None:
        found = probe.frames(batch.clips)
        wrong = _features(keywords, batch, found, probe.name)
        return wrong or compare_digests(probe, batch.inputs)

    what = f"features, layers and scores in the generated C on {probe.name}"
    return Engine(name, origin, what, compare)


def _features(
    keywords: Keywords, batch: Batch, found: npt.NDArray[np.int8], engine: str
) -> str | None:
    assert keywords.frontend is not None
    spec, names = keywords.frontend.spec, batch.inputs.names
    shape = len(names), keywords.frames, spec.bands
    expected = batch.inputs.features.reshape(shape)
    difference = first_difference(expected, found.reshape(shape), names, engine=engine)
    return difference and f"features {spec.name}: {difference}"


def _tflm(keywords: Keywords) -> Engine:
    if importlib.util.find_spec("tflite_micro") is None:
        raise ToolMissing('TFLite Micro is not installed; run: pip install "edgekws[verify]"')
    model, graph = keywords.model, keywords.graph
    own = file_graph(model, graph)

    def compare(batch: Batch) -> str | None:
        inputs = batch.inputs
        found = run_tflm(model, graph, inputs.features).outputs
        expected = run_graph(own, inputs.features)
        difference = first_difference(expected, found, inputs.names, engine="TFLite Micro")
        return difference and f"output: {difference}"

    return Engine("tflm", MEASURED, "scores in TFLite Micro", compare)
