"""The exported code, built with a program that writes down what every layer, frame and word is.

The program is ``common/probe.c.j2``; it runs on this machine or on the emulated core of a board.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board, emulated
from edgekws.codegen.project import TRACE, include, probe, units
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall, BuildError, ToolMissing
from edgekws.firmware import toolchain
from edgekws.firmware.build import Program, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import Outcome, run_emulated, run_host
from edgekws.graph import Graph

TIMEOUT_S = 600.0
DEFINES = (f"{TRACE}=kws_probe_layer",)

Word = tuple[int, int, int]  # time in samples, label, score 0..255


@dataclass(frozen=True)
class Probe:
    """A built probe; ``name`` is the machine it runs on, for messages."""

    name: str
    folder: Path
    graph: Graph
    run: Callable[[Sequence[str]], Outcome]

    def layers(self, features: npt.NDArray[np.int8]) -> list[npt.NDArray[np.int8]]:
        """Output of each node, int8 [inputs, ...], for features int8 [inputs, ...]."""
        shapes = [self.graph.tensors[node.output].shape[1:] for node in self.graph.nodes]
        sizes = [int(np.prod(shape)) for shape in shapes]
        values = np.frombuffer(self._ask("layers", features), np.int8)
        rows = self._rows(values, len(features), sum(sizes))
        parts = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
        return [p.reshape(len(p), *shape) for p, shape in zip(parts, shapes, strict=True)]

    def digests(
        self, features: npt.NDArray[np.int8]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
        """CRC-32 of each layer, uint32 [inputs, layers], and scores, int8 [inputs, labels]."""
        layers, labels = len(self.graph.nodes), self.graph.output_tensor.size
        values = np.frombuffer(self._ask("digests", features), np.uint8)
        rows = self._rows(values, len(features), 4 * layers + labels)
        digests = np.ascontiguousarray(rows[:, : 4 * layers]).view("<u4")
        return digests, np.ascontiguousarray(rows[:, 4 * layers :]).view(np.int8)

    def frames(self, clips: npt.NDArray[np.int16]) -> npt.NDArray[np.int8]:
        """Feature windows, int8 [clips, features], of clips int16 [clips, samples].

        The clips must end with their last whole frame.
        """
        values = np.frombuffer(self._ask("frames", clips.astype("<i2")), np.int8)
        return self._rows(values, len(clips), self.graph.input_tensor.size)

    def words(self, recording: npt.NDArray[np.int16]) -> list[Word]:
        """What the spotter hears in int16 [samples]."""
        numbers = np.frombuffer(self._ask("words", recording.astype("<i2")), "<i4")
        return [(int(t), int(label), int(score)) for t, label, score in numbers.reshape(-1, 3)]

    def _ask(self, mode: str, data: npt.NDArray[np.generic]) -> bytes:
        (self.folder / "in.bin").write_bytes(np.ascontiguousarray(data).tobytes())
        outcome = self.run((mode, "in.bin", "out.bin"))
        if outcome.status != 0:
            said = (outcome.complaints or outcome.output).strip().splitlines()
            words = said[-1] if said else "it said nothing"
            raise BuildError(
                f"{self.name}: the generated code refused {mode} ({outcome.status}): {words}"
            )
        return (self.folder / "out.bin").read_bytes()

    def _rows(self, values: npt.NDArray[np.generic], rows: int, size: int) -> npt.NDArray[np.int8]:
        if values.size != rows * size:
            raise BuildError(
                f"{self.name}: the generated code gave {values.size} bytes, not {rows} x {size}"
            )
        return values.reshape(rows, size)  # type: ignore[return-value]


@contextlib.contextmanager
def host_probe(keywords: Keywords, board_id: str, board: Board) -> Iterator[Probe]:
    """Build the probe for this machine, from the code that ``board`` gets.

    Raises
    ------
    ToolMissing
        There is no C compiler.
    BuildError
        It refused the code.
    """
    files = probe(keywords, board_id, board)
    parts = units(files)
    sources = Sources(("probe.c", *parts.common, *parts.host), include(files), DEFINES)
    with workspace(files) as folder:
        program = build_host(folder, sources)

        def run(arguments: Sequence[str]) -> Outcome:
            return run_host(program, arguments, timeout_s=TIMEOUT_S)

        yield Probe("host", folder, keywords.graph, run)


@contextlib.contextmanager
def core_probe(keywords: Keywords, board_id: str, board: Board) -> Iterator[Probe]:
    """Build the probe for the nearest machine of QEMU that has the board's core and room enough.

    Raises
    ------
    ToolMissing
        The cross compiler or QEMU is not installed.
    BoardTooSmall
        No such machine has room.
    BuildError
        The compiler refused the code.
    """
    toolchain.find(toolchain.ARM_GCC)
    toolchain.find(toolchain.QEMU)
    machines = emulated(board_id, board)
    for last, (machine_id, machine) in enumerate(machines, start=1):
        files = probe(keywords, machine_id, machine)
        with workspace(files) as folder:
            try:
                program = _build(folder, files, machine_id, machine)
            except BoardTooSmall:
                if last == len(machines):
                    raise
                continue
            yield _emulated_probe(keywords, folder, program, machine_id, machine)
            return
    raise ToolMissing(f"QEMU has no machine with a {board.cpu.core}")


def _build(folder: Path, files: Mapping[str, str], machine_id: str, machine: Board) -> Program:
    parts = units(files)
    sources = Sources(("probe.c", *parts.common, *parts.board), include(files), DEFINES)
    return build_board(folder, sources, machine_id, machine)


def _emulated_probe(
    keywords: Keywords, folder: Path, program: Program, machine_id: str, machine: Board
) -> Probe:
    assert machine.emulator is not None
    emulator = machine.emulator

    def run(arguments: Sequence[str]) -> Outcome:
        return run_emulated(program, emulator, arguments, timeout_s=TIMEOUT_S)

    return Probe(f"{machine.cpu.core} (QEMU {emulator.machine})", folder, keywords.graph, run)
