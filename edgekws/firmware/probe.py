"""What the generated C makes of recorded inputs, layer by layer, on this machine or on a core."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board, find_board
from edgekws.codegen import project
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BuildError
from edgekws.firmware.build import Program, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import Outcome, run_emulated, run_host

_HOST_BOARD = "mps2_an386"  # whose linker script the host does not use
_TRACE = f"{project.TRACE}=kws_probe_layer"

Run = Callable[[Program, Sequence[str]], Outcome]


@dataclass(frozen=True)
class Word:
    """One word heard: the end of the last analysis window in samples, label, score 0..255."""

    time: int
    label: int
    score: int


@dataclass(frozen=True, eq=False)
class Probe:
    """A built probe; see ``firmware_templates/common/probe.c.j2``."""

    keywords: Keywords
    program: Program
    run: Run

    def layers(self, features: npt.NDArray[np.int8]) -> list[npt.NDArray[np.int8]]:
        """Output of every node, ``int8 [batch, ...]`` each, for int8 [batch, ...]."""
        graph = self.keywords.graph
        shapes = [graph.tensors[node.output].shape[1:] for node in graph.nodes]
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
        flat = self._ask("layers", features).reshape(len(features), ends[-1])
        parts = np.split(flat, ends[:-1], axis=1)
        return [p.reshape(len(p), *s) for p, s in zip(parts, shapes, strict=True)]

    def digests(
        self, features: npt.NDArray[np.int8]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
        """CRC-32 of every node's output ``uint32 [batch, nodes]``; scores ``[batch, labels]``."""
        bytes_of_digests = 4 * len(self.keywords.graph.nodes)
        row = bytes_of_digests + len(self.keywords.labels)
        rows = self._ask("digests", features).reshape(len(features), row)
        digests = np.ascontiguousarray(rows[:, :bytes_of_digests]).view("<u4")
        return digests.astype(np.uint32), rows[:, bytes_of_digests:]

    def frames(self, clips: npt.NDArray[np.int16]) -> npt.NDArray[np.int8]:
        """Feature windows ``int8 [clips, frames, bands]`` of int16 [clips, samples]."""
        assert self.keywords.frontend is not None
        spec, frames = self.keywords.frontend.spec, self.keywords.frames
        samples = spec.window_samples + (frames - 1) * spec.hop_samples
        return self._ask("frames", clips[:, :samples]).reshape(len(clips), frames, spec.bands)

    def words(self, pcm: npt.NDArray[np.int16]) -> list[Word]:
        """Words heard in one recording, ``int16 [samples]``."""
        rows = self._ask("words", pcm).view("<i4").reshape(-1, 3)
        return [Word(*(int(value) for value in row)) for row in rows]

    def _ask(self, mode: str, values: npt.NDArray[np.int8 | np.int16]) -> npt.NDArray[np.int8]:
        folder = self.program.elf.parent
        little = values.astype(values.dtype.newbyteorder("<"))
        (folder / "in.bin").write_bytes(little.tobytes())
        outcome = self.run(self.program, [mode, "in.bin", "out.bin"])
        if outcome.status != 0:
            said = outcome.complaints.strip().splitlines()
            raise BuildError(
                f"probe {mode}: ended with status {outcome.status}"
                + (f": {said[0]}" if said else "")
            )
        return np.frombuffer((folder / "out.bin").read_bytes(), np.int8)


@contextlib.contextmanager
def host_probe(
    keywords: Keywords, *, compiler: str | None = None, flags: Sequence[str] = ()
) -> Iterator[Probe]:
    """Yield the probe built for this machine.

    Raises
    ------
    BuildError
        The generated C does not compile.
    """
    board_id, board = find_board(_HOST_BOARD)
    files = project.probe(keywords, board_id, board)
    parts = project.units(files)
    sources = Sources(("probe.c", *parts.common, *parts.host), project.include(files), (_TRACE,))
    with workspace(files) as folder:
        program = build_host(folder, sources, compiler=compiler, flags=flags)
        yield Probe(keywords, program, run_host)


@contextlib.contextmanager
def board_probe(keywords: Keywords, board_id: str, board: Board) -> Iterator[Probe]:
    """Yield the probe built for a board that QEMU has; see `edgekws.boards.emulated`.

    Raises
    ------
    BoardTooSmall
        It does not fit.
    BuildError
        The generated C does not compile.
    """
    emulator = board.emulator
    assert emulator is not None
    files = project.probe(keywords, board_id, board)
    parts = project.units(files)
    sources = Sources(("probe.c", *parts.common, *parts.board), project.include(files), (_TRACE,))

    def run(program: Program, arguments: Sequence[str]) -> Outcome:
        return run_emulated(program, emulator, arguments, timeout_s=600.0)

    with workspace(files) as folder:
        program = build_board(folder, sources, board_id, board)
        yield Probe(keywords, program, run)
