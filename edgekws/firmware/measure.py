"""Build the exported program, run it in QEMU on made-up inputs, and take it apart in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from edgekws.audio.write import wav_bytes
from edgekws.boards import Board, emulated
from edgekws.codegen import project
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.model import ModelView
from edgekws.codegen.params import ParamsView, TableView
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BuildError, ToolMissing
from edgekws.firmware import toolchain
from edgekws.firmware.build import Program, Sources, build_board, workspace
from edgekws.firmware.count import Counts, Piece, count
from edgekws.firmware.cycles import Code, kinds, predict
from edgekws.firmware.instructions import Kind, disassemble
from edgekws.firmware.published import Estimate
from edgekws.firmware.room import on_first_with_room, refuse_if_hopeless
from edgekws.firmware.stack import stack_bound
from edgekws.firmware.symbols import read_symbols

INFERENCES = 3
_SEED = 1
_INPUT = "input.bin"
_LOADS = (Kind.LOAD, Kind.VECTOR_LOAD)
_DETECTOR = "kws_detect_step"
_CALLBACK = "on_word"  # of main.c; what it prints is not the spotter's work
_HALVE = "kws_halve"


@dataclass(frozen=True)
class Work:
    """What was executed, once: the mean over the runs, rounded. ``cycles`` are predicted."""

    instructions: int
    loads: int
    taken_branches: int
    cycles: Estimate

    def __add__(self, other: Work) -> Work:
        return Work(
            self.instructions + other.instructions,
            self.loads + other.loads,
            self.taken_branches + other.taken_branches,
            self.cycles + other.cycles,
        )

    def divided(self, parts: int) -> Work:
        """One of so many equal parts."""
        return Work(
            round(self.instructions / parts),
            round(self.loads / parts),
            round(self.taken_branches / parts),
            self.cycles * (1 / parts),
        )


@dataclass(frozen=True)
class Sizes:
    """Bytes of a program for a board; ``flash`` has code, model, frontend and the rest.

    ``stack_bound`` is what no run goes beyond.
    """

    flash: int
    ram: int
    code: int
    model: int
    frontend: int
    stack_bound: int


@dataclass(frozen=True)
class Measurement:
    """One program, counted. Without a frontend there are no frames and hops: None.

    ``hop_alone`` is one hop of sound without inference, ``step`` an inference with its detection.
    ``stack`` is the deepest that was written, ``stack_reserved`` what the sizes hold for it, bytes.
    """

    machine: str
    inference: Work
    layers: tuple[Work | None, ...]  # None: it only renames its input
    frame: Work | None
    hop_alone: Work | None
    step: Work | None
    start: Work | None
    stack: int
    stack_reserved: int
    sizes: Sizes

    def hop(self, hops_per_inference: int) -> Work | None:
        """One hop of sound in the long run: a frame, and its share of inference and detection."""
        if self.hop_alone is None or self.step is None:
            return None
        return self.hop_alone + self.step.divided(hops_per_inference)


def measure(keywords: Keywords, board_id: str, board: Board) -> Measurement:
    """Count the program of ``keywords`` on the QEMU machine that is nearest to ``board``.

    Sizes are those on that machine, whose code is the same; see `link` for the board's own.

    Raises
    ------
    ToolMissing
        A compiler or QEMU is not installed.
    BoardTooSmall
        No machine of QEMU with this core has room.
    BuildError
        The compiler refused the code, or the program failed.
    """
    toolchain.find(toolchain.ARM_GCC)
    toolchain.find(toolchain.QEMU)
    toolchain.host_compiler()
    machines = emulated(board_id, board)
    if not machines:
        raise ToolMissing(f"QEMU has no machine with a {board.cpu.core}")
    return on_first_with_room(machines, partial(_measure, keywords))


def link(keywords: Keywords, board_id: str, board: Board) -> Sizes:
    """Sizes of the program for ``board``. Raises `BoardTooSmall` when it does not fit."""
    refuse_if_hopeless(keywords, board_id, board)
    files = project.firmware(keywords, board_id, board)
    with workspace(files) as folder:
        return _sizes(keywords, board, _build(folder, files, board_id, board))


def _measure(keywords: Keywords, machine_id: str, machine: Board) -> Measurement:
    assert machine.emulator is not None
    files = project.firmware(keywords, machine_id, machine)
    model = _model(keywords, machine)
    with workspace(files) as folder:
        program = _build(folder, files, machine_id, machine)
        (folder / _INPUT).write_bytes(_input(keywords))
        counts = count(
            program,
            machine.emulator,
            [_INPUT],
            watch=_watched(keywords, model),
            series=[_run(model)],
        )
        if counts.outcome.status != 0:
            raise BuildError(f"{machine.emulator.machine}: {counts.outcome.output.strip()}")
        pieces = counts.pieces(0)
        last = max(piece.start + piece.bytes for piece in pieces)
        code = disassemble(program.elf, min(piece.start for piece in pieces), last)
        sizes = _sizes(keywords, machine, program)
    taking = _Taking(counts, code, machine.cpu.core)
    return _measurement(keywords, model, taking, machine, sizes)


@dataclass(frozen=True)
class _Taking:
    """Takes the counts apart."""

    counts: Counts
    code: Code
    core: str

    def place(self, function: str) -> int:
        found = self.counts.of(function)
        if len(found) != 1:
            raise BuildError(f"{function} is called from {len(found)} places; this is a bug")
        return found[0]

    def work(self, number: int) -> Work:
        """One call of a place, with all that it called."""
        place = self.counts.places[number]
        return self.share(self.counts.pieces(number), place.calls)

    def share(self, pieces: Sequence[Piece], parts: int) -> Work:
        found = kinds(pieces, self.code)
        return Work(
            instructions=round(found.total() / parts),
            loads=round(sum(found[kind] for kind in _LOADS) / parts),
            taken_branches=round(sum(piece.taken for piece in pieces) / parts),
            cycles=predict(self.core, pieces, self.code) * (1 / parts),
        )


def _measurement(
    keywords: Keywords, model: ModelView, taking: _Taking, machine: Board, sizes: Sizes
) -> Measurement:
    assert machine.emulator is not None
    run = taking.place(_run(model))
    layers = iter(taking.counts.children(run))
    works: list[Work | None] = []
    for step in (model.hop or model).steps:
        number = next(layers) if step.function else None
        if number is not None and taking.counts.places[number].function != step.function:
            raise BuildError(f"layer {step.index} did not run {step.function}; this is a bug")
        works.append(None if number is None else taking.work(number))
    listens = keywords.frontend is not None
    inference = _inference(taking, run, works)
    return Measurement(
        machine=machine.emulator.machine,
        inference=inference,
        layers=tuple(works),
        frame=_frame(keywords, taking) if listens else None,
        hop_alone=_hop_alone(keywords, model, taking) if listens else None,
        step=inference + taking.work(taking.place(_DETECTOR)) if listens else None,
        start=taking.work(taking.place(f"{keywords.prefix}_keywords_init")) if listens else None,
        stack=taking.counts.stack_bytes,
        stack_reserved=machine.memory.stack_bytes,
        sizes=sizes,
    )


def _inference(taking: _Taking, run: int, layers: Sequence[Work | None]) -> Work:
    """One inference with a full window: a streaming model leaves layers out before."""
    place = taking.counts.places[run]
    return sum((work for work in layers if work), taking.share(place.pieces, place.calls))


def _frame(keywords: Keywords, taking: _Taking) -> Work:
    """One frame, with what is done to its window before."""
    frame = taking.work(taking.place(_frontend(keywords)))
    return frame + taking.work(taking.place(_HALVE)) if _halves(keywords) else frame


def _run(model: ModelView) -> str:
    """Name of the function that is called for an inference."""
    return f"{model.prefix}_model_{'hop' if model.hop else 'run'}"


def _hop_alone(keywords: Keywords, model: ModelView, taking: _Taking) -> Work:
    feed, hops = taking.place("kws_feed"), taking.place(_frontend(keywords))
    others = (_run(model), _DETECTOR, _CALLBACK)
    pieces = taking.counts.pieces(feed, without=others)
    return taking.share(pieces, taking.counts.places[hops].calls)


def _watched(keywords: Keywords, model: ModelView) -> list[str]:
    names = {"main", "kws_feed", _DETECTOR, _CALLBACK}
    names |= {step.function for step in (model.hop or model).steps if step.function}
    if keywords.frontend is not None:
        names |= {_frontend(keywords), f"{keywords.prefix}_keywords_init"}
    if _halves(keywords):
        names.add(_HALVE)
    return sorted(names)


def _frontend(keywords: Keywords) -> str:
    assert keywords.frontend is not None
    return keywords.frontend.kernel().function


def _halves(keywords: Keywords) -> bool:
    return keywords.frontend is not None and keywords.frontend.kernel().halved_bytes > 0


def _input(keywords: Keywords) -> bytes:
    """A WAV of noise that changes its loudness, or random features; `INFERENCES` of them."""
    random = np.random.default_rng(_SEED)
    if keywords.frontend is None:
        tensor = keywords.graph.input_tensor
        ends = np.iinfo(tensor.dtype)
        values = random.integers(ends.min, ends.max + 1, INFERENCES * tensor.size)
        return values.astype(np.dtype(tensor.dtype).newbyteorder("<")).tobytes()
    spec = keywords.frontend.spec
    hops = keywords.frames - 1 + (INFERENCES - 1) * keywords.hops_per_inference
    samples = spec.window_samples + hops * spec.hop_samples
    blocks = -(-samples // 640)
    loudness = np.repeat(random.uniform(20, 12_000, blocks), 640)[:samples]
    return wav_bytes((random.uniform(-1, 1, samples) * loudness).astype(np.int16),
                     spec.sample_rate_hz)  # fmt: skip


def _build(folder: Path, files: dict[str, str], board_id: str, board: Board) -> Program:
    parts = project.units(files)
    units = ("main.c", *parts.common, *parts.board)
    return build_board(folder, Sources(units, project.include(files)), board_id, board)


def _model(keywords: Keywords, board: Board) -> ModelView:
    apart = board.memory.const_bytes > 0
    return keywords.on(board).model_view(const_section=apart)


def _sizes(keywords: Keywords, board: Board, program: Program) -> Sizes:
    symbols = read_symbols(program.elf)
    model = _model(keywords, board)
    features: frozenset[str] = frozenset()
    if keywords.frontend is not None:
        view = frontend_view(keywords.frontend, keywords.frames, keywords.prefix)
        features = _names(view.tables, view.params)
    own = (*model.tables, *model.hop.own_tables) if model.hop else model.tables
    params = (*model.params, *model.hop.params) if model.hop else model.params
    return Sizes(
        flash=program.flash_bytes,
        ram=program.ram_bytes,
        code=sum(symbol.bytes for symbol in symbols.all if symbol.is_code),
        model=symbols.bytes_of(_names(own, params)),
        frontend=symbols.bytes_of(features),
        stack_bound=stack_bound(program, board).bytes,
    )


def _names(tables: Sequence[TableView], params: Sequence[ParamsView]) -> frozenset[str]:
    return frozenset(table.name for table in tables) | {each.name for each in params}
