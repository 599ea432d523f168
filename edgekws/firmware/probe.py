"""The exported C, built with a program that writes down what every layer, frame and word is.

The program is ``common/probe.c.j2``; it runs on this machine or on the emulated core of a board.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board, emulated, find_board
from edgekws.codegen import project
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BuildError, ToolMissing
from edgekws.firmware import toolchain
from edgekws.firmware.build import Program, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import Outcome, run_emulated, run_host
from edgekws.firmware.room import on_first_with_room
from edgekws.graph import Graph
from edgekws.graph.types import Tensor

TIMEOUT_S = 600.0
_HOST_BOARD = "mps2_an386"  # whose linker script the host does not use
_TRACE = f"{project.TRACE}=kws_probe_layer"

Run = Callable[[Program, Sequence[str]], Outcome]


class Word(NamedTuple):
    """One word heard: the end of the last analysis window in samples, label, score 0..255."""

    time: int
    label: int
    score: int


@dataclass(frozen=True, eq=False)
class Probe:
    """A built probe; ``name`` is the machine it runs on, for messages."""

    name: str
    keywords: Keywords
    program: Program
    run: Run

    @property
    def graph(self) -> Graph:
        """The network inside."""
        return self.keywords.graph

    def layers(self, features: npt.NDArray[np.int8]) -> list[npt.NDArray[np.int8]]:
        """Output of every node, int8 [inputs, ...] each, for features int8 [inputs, ...]."""
        tensors = [self.graph.tensors[node.output] for node in self.graph.nodes]
        ends = np.cumsum([tensor.bytes for tensor in tensors])
        flat = self._ask("layers", features, (len(features), int(ends[-1])))
        parts = np.split(flat, ends[:-1], axis=1)
        return [_values(part, tensor) for part, tensor in zip(parts, tensors, strict=True)]

    def digests(
        self, features: npt.NDArray[np.int8]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
        """CRC-32 of each node's output, uint32 [inputs, nodes]; scores, int8 [inputs, labels]."""
        digest_bytes = 4 * len(self.graph.nodes)
        row_bytes = digest_bytes + self.graph.output_tensor.bytes
        rows = self._ask("digests", features, (len(features), row_bytes))
        digests = np.ascontiguousarray(rows[:, :digest_bytes]).view("<u4")
        scores = _values(rows[:, digest_bytes:], self.graph.output_tensor)
        return digests.astype(np.uint32), scores

    def scores(self, features: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """Scores alone, int8 [inputs, labels], of inputs int8 [inputs, ...]."""
        shape = len(features), self.graph.output_tensor.bytes
        return _values(self._ask("run", features, shape), self.graph.output_tensor)

    def frames(self, clips: npt.NDArray[np.int16]) -> npt.NDArray[np.int8]:
        """Feature windows, int8 [clips, frames, bands], of int16 [clips, samples]."""
        assert self.keywords.frontend is not None
        spec, frames = self.keywords.frontend.spec, self.keywords.frames
        samples = spec.window_samples + (frames - 1) * spec.hop_samples
        return self._ask("frames", clips[:, :samples], (len(clips), frames, spec.bands))

    def words(self, pcm: npt.NDArray[np.int16]) -> list[Word]:
        """Words heard in one recording, int16 [samples]."""
        rows = self._ask("words", pcm, (-1, 12)).view("<i4")
        return [Word(*(int(value) for value in row)) for row in rows]

    def stream(self, features: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """Scores of every window, int8 [windows, labels], of int8 [frames, bands] hop by hop."""
        return self._ask("stream", features, (-1, self.graph.output_tensor.size))

    def _ask(
        self, mode: str, values: npt.NDArray[np.int8 | np.int16], shape: tuple[int, ...]
    ) -> npt.NDArray[np.int8]:
        folder = self.program.elf.parent
        little = values.astype(values.dtype.newbyteorder("<"))
        (folder / "in.bin").write_bytes(little.tobytes())
        outcome = self.run(self.program, [mode, "in.bin", "out.bin"])
        if outcome.status != 0:
            said = (outcome.complaints or outcome.output).strip().splitlines()
            words = said[-1] if said else "it said nothing"
            raise BuildError(
                f"{self.name}: the generated code refused {mode} ({outcome.status}): {words}"
            )
        answer = np.frombuffer((folder / "out.bin").read_bytes(), np.int8)
        try:
            return answer.reshape(shape)
        except ValueError as exc:
            raise BuildError(
                f"{self.name}: the generated code gave {answer.size} bytes for {mode}, "
                f"not {' x '.join(map(str, shape))}"
            ) from exc


def _values(rows: npt.NDArray[np.int8], tensor: Tensor) -> npt.NDArray[np.int8]:
    """Values [inputs, ...] of a tensor, from little-endian bytes int8 [inputs, bytes]."""
    little = np.ascontiguousarray(rows).view(np.dtype(tensor.dtype).newbyteorder("<"))
    return little.astype(tensor.dtype).reshape(len(rows), *tensor.shape[1:])


@contextlib.contextmanager
def host_probe(
    keywords: Keywords,
    board_id: str = _HOST_BOARD,
    board: Board | None = None,
    *,
    compiler: str | None = None,
    flags: Sequence[str] = (),
) -> Iterator[Probe]:
    """Yield the probe built for this machine, from the code that a board gets.

    Raises
    ------
    ToolMissing
        There is no C compiler.
    BuildError
        It refused the code.
    """
    files = project.probe(keywords, board_id, board or find_board(board_id)[1])
    with workspace(files) as folder:
        sources = _sources(files, project.units(files).host)
        program = build_host(folder, sources, compiler=compiler, flags=flags)

        def run(program: Program, arguments: Sequence[str]) -> Outcome:
            return run_host(program, arguments, timeout_s=TIMEOUT_S)

        yield Probe("host", keywords, program, run)


@contextlib.contextmanager
def board_probe(keywords: Keywords, board_id: str, board: Board) -> Iterator[Probe]:
    """Yield the probe built for a board that QEMU has; see `edgekws.boards.emulated`.

    Raises
    ------
    BoardTooSmall
        It does not fit.
    BuildError
        The compiler refused the code.
    """
    emulator = board.emulator
    assert emulator is not None
    files = project.probe(keywords, board_id, board)

    def run(program: Program, arguments: Sequence[str]) -> Outcome:
        return run_emulated(program, emulator, arguments, timeout_s=TIMEOUT_S)

    with workspace(files) as folder:
        program = build_board(folder, _sources(files, project.units(files).board), board_id, board)
        yield Probe(f"{board.cpu.core} (QEMU {emulator.machine})", keywords, program, run)


@contextlib.contextmanager
def core_probe(keywords: Keywords, board_id: str, board: Board) -> Iterator[Probe]:
    """Yield the probe on the nearest machine of QEMU with the board's core and room enough.

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
    if not machines:
        raise ToolMissing(f"QEMU has no machine with a {board.cpu.core}")
    with contextlib.ExitStack() as stack:
        yield on_first_with_room(
            machines, lambda *machine: stack.enter_context(board_probe(keywords, *machine))
        )


def _sources(files: Mapping[str, str], own: tuple[str, ...]) -> Sources:
    common = project.units(files).common
    return Sources(("probe.c", *common, *own), project.include(files), (_TRACE,))
