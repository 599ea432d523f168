"""``tflm``: TensorFlow Lite Micro, whose sources are the user's, interprets the file."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.layout import MAKE
from edgekws.codegen.spotter import Keywords
from edgekws.codegen.tflm import generate_tflm
from edgekws.codegen.tflm_model import tflm_model_view
from edgekws.errors import UsageError
from edgekws.export.runtime import Runtime
from edgekws.export.target import PREDICTED, UNKNOWN, Files, Place, Size, Sizes, Target
from edgekws.export.targets.cortex_m import CortexM
from edgekws.firmware.room import refuse_if_more


@dataclass(frozen=True)
class CortexMTflm(CortexM):
    """The project of `edgekws.codegen.tflm`; it is linked where TFLM's sources are."""

    @property
    def runtime(self) -> str:
        """See `Target.runtime`."""
        return "tflm"

    @property
    def takes_steps(self) -> bool:
        """See `Target.takes_steps`: TFLM has the fused SVDF operator and keeps its state."""
        return True

    def generate(
        self, keywords: Keywords, place: Place | None, *, command: str, verified: str
    ) -> Files:
        """Return the project's files."""
        assert place is not None
        return generate_tflm(keywords, *place, command=command, verified=verified)

    def measure(self, files: Files, keywords: Keywords, place: Place | None) -> Sizes:
        """Refuse only what cannot fit: the file and its arena alone are too large."""
        assert place is not None
        refuse_if_hopeless(keywords, *place)
        unknown = Size(None, UNKNOWN, "the project is linked where TFLM's sources are")
        return Sizes(unknown, unknown)

    def arena(self, keywords: Keywords, place: Place | None) -> Size:
        """Return the bound of `edgekws.codegen.tflm_arena` for the board's core."""
        assert place is not None
        view = tflm_model_view(keywords.on(place[1]))
        return Size(view.inference_arena_bytes, PREDICTED, view.arena_proof)

    def refuse_if_too_slow(self, keywords: Keywords, place: Place) -> None:
        """Nothing: no prediction is for TFLM's kernels."""


def refuse_if_hopeless(keywords: Keywords, board_id: str, board: Board) -> None:
    """Raise `BoardTooSmall` when the file or the arena alone is too large."""
    arena = tflm_model_view(keywords.on(board)).inference_arena_bytes
    way = ", or --runtime native, which needs less"
    refuse_if_more(len(keywords.model), arena, board_id, board, way)


class Tflm(Runtime):
    """For Cortex-M, as a project with a Makefile."""

    name = "tflm"

    def of(self, target: Target) -> Target:
        """Return the target whose project TFLM runs."""
        if target.name != CortexM.name:
            raise UsageError(
                f"--runtime tflm is for --target {CortexM.name}, not {target.name}; leave "
                "--runtime away"
            )
        if target.layout != MAKE:
            raise UsageError(
                f"--runtime tflm has no layout {target.layout}: its project is for make and CMake; "
                "leave --layout away"
            )
        return CortexMTflm()


RUNTIME = Tflm()
