"""Cases for the kernels of one body: each node of small networks, as numpy computes it."""

from __future__ import annotations

import hypothesis
import numpy as np
from support import bare_program, tools
from support.ckernel import RUNTIME, Case, program
from support.op_models import OneOp

from edgekws.boards import find_board
from edgekws.errors import ModelError
from edgekws.firmware.build import Sources, build_board, workspace
from edgekws.firmware.emulate import run_emulated
from edgekws.graph import Graph, read_model, run_layers
from edgekws.graph.types import Op
from edgekws.kernel import Array, Body


def read(case: OneOp) -> Graph:
    """The graph; a draw that the engine rightly refuses is given up."""
    try:
        return read_model(case.model)
    except ModelError as exc:
        hypothesis.assume("too far apart" not in str(exc) and "too small" not in str(exc))
        raise


def portable_cases(graph: Graph, x: Array) -> list[Case]:
    """One case for each node that has a kernel, and for each clip: of its portable kernel."""
    values = {graph.input: x}
    cases = []
    for node, result in zip(graph.nodes, run_layers(graph, x), strict=True):
        values[node.output] = result
        kernel = node.op.portable_kernel()
        for i in range(len(x) if kernel is not None else 0):
            inputs = tuple(values[number][i] for number in node.inputs)
            cases.append(Case(kernel, inputs, result[i]))
    return cases


def cases_of(graph: Graph, x: Array, body: Body) -> list[Case]:
    """One case for each node that has a kernel of its own for ``body``, and for each clip."""
    values = {graph.input: x}
    cases = []
    for node, result in zip(graph.nodes, run_layers(graph, x), strict=True):
        values[node.output] = result
        inputs = [values[number] for number in node.inputs]
        cases += cases_of_op(node.op, inputs, result, body)
    return cases


def cases_of_op(op: Op, inputs: list[Array], result: Array, body: Body) -> list[Case]:
    """The same for one op and its result [clips, ...]; none when it has no kernel of its own."""
    kernel, portable = op.kernel(body), op.portable_kernel()
    if kernel is None or portable is None or kernel.function == portable.function:
        return []
    return [Case(kernel, tuple(x[i] for x in inputs), result[i]) for i in range(len(result))]


def run_on_board(cases: list[Case], board_id: str) -> str:
    """Run the cases in QEMU; the first that differs, or nothing."""
    tools.require(*tools.CROSS)
    board_id, board = find_board(board_id)
    assert board.emulator is not None
    sources = sorted({name for case in cases for name in case.kernel.sources})
    runtime = {path.name: path.read_text() for path in RUNTIME.glob("*.[ch]")}
    files = runtime | bare_program.files(program(cases), board_id, board)
    files["main.c"] = (
        files["main.c"]
        .replace("puts(", "kws_io_print(")
        .replace("#include <stdio.h>", '#include "kws_io.h"')
    )
    with workspace(files) as folder:
        built = build_board(
            folder, Sources((*bare_program.SOURCES.units, *sources)), board_id, board
        )
        outcome = run_emulated(built, board.emulator)
    assert (outcome.status == 0) == (outcome.output == "")
    return outcome.output


def made_up(shape: tuple[int, ...], seed: int) -> Array:
    """int8 values, all of them and the extremes."""
    x = np.random.default_rng(seed).integers(-128, 128, shape, dtype=np.int8)
    x[0] = -128
    return x
