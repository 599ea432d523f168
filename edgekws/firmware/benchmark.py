"""What a network costs on a board: instructions, bytes, and predicted time and energy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.cycles import TIMINGS
from edgekws.firmware.measure import Measurement, Work, link, measure
from edgekws.firmware.published import Estimate
from edgekws.graph.describe import Layer, describe, describe_node

SIMULATED, MEASURED, PREDICTED, UNKNOWN = "simulated", "measured", "predicted", "unknown"


@dataclass(frozen=True)
class LayerCost:
    """One layer of one inference; all counts are 0 where it only renames its input."""

    op: str
    name: str
    shape: tuple[int, ...]
    macs: int
    instructions: int
    loads: int
    taken_branches: int
    cycles: Estimate


@dataclass(frozen=True)
class FlashParts:
    """Where the bytes of the flash go."""

    code: int
    model: int  # weights, biases and what goes with them
    frontend: int  # tables of the frontend
    rest: int  # strings, alignment and start values


@dataclass(frozen=True)
class Benchmark:
    """The costs of one network on one board.

    Instructions, loads and taken branches are exact, counted in QEMU; bytes are those of the linked
    program; cycles, time and energy are predicted (`edgekws.firmware.cycles`). ``origins`` says
    which is which. None where there is nothing to know: a model alone has no frontend.
    """

    board: str
    core: str
    clock_hz: int
    machine: str  # of QEMU
    model_sha256: str
    macs: int  # of one inference; a model that streams computes only what is new
    streams: bool
    instructions_per_inference: int
    loads_per_inference: int
    taken_branches_per_inference: int
    instructions_per_hop: int | None
    hops_per_inference: int
    hop_ms: float | None
    frontend_instructions_per_frame: int | None
    init_instructions: int
    flash_bytes: int
    flash_parts: FlashParts
    model_bytes: int
    arena_bytes: int
    state_bytes: int  # kept from hop to hop by a model that streams
    ram_bytes: int
    stack_bytes: int  # the deepest that was written
    stack_bound_bytes: int  # no run goes deeper
    cycles_per_inference: Estimate
    ms_per_inference: Estimate
    cycles_per_second: Estimate | None  # of sound
    clock_share: Estimate | None  # of the board's clock; above 1 it cannot keep up
    energy_uj_per_inference: Estimate | None
    prediction_is_fitted: bool  # to results of boards with this core; else a wide guess
    layers: tuple[LayerCost, ...]
    origins: dict[str, str]


def benchmark(keywords: Keywords, board_id: str, board: Board) -> Benchmark:
    """Build, run in QEMU and predict.

    The instructions are those of the board's core on the nearest machine of QEMU; flash and RAM are
    of the program linked for the board itself.

    Raises
    ------
    ToolMissing
        A compiler or QEMU is not installed.
    BoardTooSmall
        The program does not fit the board; has the numbers.
    BuildError
        The compiler refused the code, or the program failed.
    """
    sizes = link(keywords, board_id, board)
    found = measure(keywords, board_id, board)
    keywords = keywords.on(board)
    view = keywords.model_view()
    core, clock = board.cpu.core, board.cpu.clock_hz
    inference, hop = found.inference, found.hop(keywords.hops_per_inference)
    second = cycles_per_second(keywords, found, keywords.hops_per_inference)
    return Benchmark(
        board=board_id,
        core=core,
        clock_hz=clock,
        machine=found.machine,
        model_sha256=keywords.graph.sha256,
        macs=(keywords.hop or keywords.graph).macs,
        streams=keywords.hop is not None,
        instructions_per_inference=inference.instructions,
        loads_per_inference=inference.loads,
        taken_branches_per_inference=inference.taken_branches,
        instructions_per_hop=hop.instructions if hop else None,
        hops_per_inference=keywords.hops_per_inference,
        hop_ms=keywords.frontend.spec.hop_ms if keywords.frontend else None,
        frontend_instructions_per_frame=found.frame.instructions if found.frame else None,
        init_instructions=found.start.instructions if found.start else 0,
        flash_bytes=sizes.flash,
        flash_parts=FlashParts(
            code=sizes.code,
            model=sizes.model,
            frontend=sizes.frontend,
            rest=sizes.flash - sizes.code - sizes.model - sizes.frontend,
        ),
        model_bytes=sizes.model,
        arena_bytes=view.inference_arena_bytes,
        state_bytes=view.state_bytes,
        ram_bytes=sizes.ram,
        stack_bytes=found.stack,
        stack_bound_bytes=sizes.stack_bound,
        cycles_per_inference=inference.cycles,
        ms_per_inference=inference.cycles * (1000 / clock),
        cycles_per_second=second,
        clock_share=second * (1 / clock) if second else None,
        energy_uj_per_inference=_energy(inference, board),
        prediction_is_fitted=TIMINGS[core].is_fitted,
        layers=_layers(keywords, found),
        origins=_origins(keywords, board),
    )


def cycles_per_second(
    keywords: Keywords, found: Measurement, hops_per_inference: int
) -> Estimate | None:
    """Predicted cycles that one second of sound takes; None without a frontend."""
    hop = found.hop(hops_per_inference)
    if hop is None or keywords.frontend is None:
        return None
    return hop.cycles * (1000 / keywords.frontend.spec.hop_ms)


def _energy(inference: Work, board: Board) -> Estimate | None:
    if board.energy is None:
        return None
    low, high = board.energy.low_pj_per_cycle, board.energy.high_pj_per_cycle
    cycles = inference.cycles
    return Estimate(
        cycles.low * low / 1e6,
        cycles.likely * math.sqrt(low * high) / 1e6,
        cycles.high * high / 1e6,
    )


def _layers(keywords: Keywords, found: Measurement) -> tuple[LayerCost, ...]:
    nothing = Work(0, 0, 0, Estimate(0.0, 0.0, 0.0))
    return tuple(
        LayerCost(
            op=layer.op,
            name=layer.name,
            shape=layer.shape,
            macs=layer.macs,
            instructions=(work or nothing).instructions,
            loads=(work or nothing).loads,
            taken_branches=(work or nothing).taken_branches,
            cycles=(work or nothing).cycles,
        )
        for layer, work in zip(_described(keywords), found.layers, strict=True)
    )


def _described(keywords: Keywords) -> tuple[Layer, ...]:
    hop = keywords.hop
    if hop is None:
        return describe(keywords.graph, keywords.body)
    steps = hop.running_order
    return tuple(describe_node(hop.tensors, step.node, keywords.body) for step in steps)


def _origins(keywords: Keywords, board: Board) -> dict[str, str]:
    sound = UNKNOWN if keywords.frontend is None else SIMULATED
    predicted = UNKNOWN if keywords.frontend is None else PREDICTED
    counted = (
        "instructions_per_inference",
        "loads_per_inference",
        "taken_branches_per_inference",
        "init_instructions",
        "stack_bytes",
        "layers",
    )
    planned = (
        "arena_bytes",
        "state_bytes",
        "stack_bound_bytes",
        "cycles_per_inference",
        "ms_per_inference",
    )
    linked = ("flash_bytes", "flash_parts", "model_bytes", "ram_bytes")
    return {
        **dict.fromkeys(counted, SIMULATED),
        **dict.fromkeys(("instructions_per_hop", "frontend_instructions_per_frame"), sound),
        **dict.fromkeys(linked, MEASURED),
        **dict.fromkeys(planned, PREDICTED),
        **dict.fromkeys(("cycles_per_second", "clock_share"), predicted),
        "energy_uj_per_inference": PREDICTED if board.energy else UNKNOWN,
    }
