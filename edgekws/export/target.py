"""What a target must offer, and how it is found: one file of `edgekws.export.targets` each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from edgekws import plugins
from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import UsageError
from edgekws.export import targets
from edgekws.firmware.fits import refuse_if_too_slow

NATIVE = "native"  # the runtime of a target by itself
PROJECT = "project"  # the format of a target by itself
MEASURED, SIMULATED, PREDICTED, UNKNOWN = "measured", "simulated", "predicted", "unknown"

Files = Mapping[str, str | bytes]
Place = tuple[str, Board]


@dataclass(frozen=True)
class Size:
    """Bytes and how they are known; None is `UNKNOWN`, ``why`` says more: what was missing."""

    bytes: int | None
    origin: str
    why: str = ""


@dataclass(frozen=True)
class Sizes:
    """What the program takes of its board."""

    flash: Size
    ram: Size  # variables, arena and the reserved stack
    stack: Size = Size(None, UNKNOWN)  # that no run goes beyond


class Target(ABC):
    """One kind of project."""

    name: ClassVar[str]
    default_board: ClassVar[str | None] = None  # None: the target has no boards

    @property
    def layout(self) -> str | None:
        """How the project is laid out; None: the target has no layouts."""
        return None

    @property
    def runtime(self) -> str:
        """What runs the network: a name of `edgekws.export.runtimes`."""
        return NATIVE

    @property
    def takes_steps(self) -> bool:
        """Whether it can run the run's second file, which takes one frame at a time."""
        return False

    @property
    def format(self) -> str:
        """What the folder holds: ``project``, or that and the name of what is built of it."""
        return PROJECT

    def formatted(self, name: str) -> Target:
        """Return this target with another format.

        Raises
        ------
        UsageError
            The target has no such format.
        """
        if name == self.format:
            return self
        raise UsageError(f"target {self.name} has no format {name!r}; leave --format away")

    def built(self, files: Files) -> Files:
        """Return the project's files and what the format adds to them.

        Raises
        ------
        ToolMissing
            There is nothing to build it with.
        BuildError
            A compiler refused.
        """
        return files

    def laid_out(self, layout: str) -> Target:
        """Return this target with another layout.

        Raises
        ------
        UsageError
            There is no such layout, or the target has none.
        """
        raise UsageError(f"target {self.name} has no layouts; leave --layout away")

    @abstractmethod
    def generate(
        self, keywords: Keywords, place: Place | None, *, command: str, verified: str
    ) -> Files:
        """Files by relative path; the same inputs give the same bytes."""

    @abstractmethod
    def measure(self, files: Files, keywords: Keywords, place: Place | None) -> Sizes:
        """Build the files once and read the sizes.

        Raises
        ------
        BoardTooSmall
            The program does not fit; names what it needs and what there is.
        BuildError
            The compiler refused the code.
        """

    def arena(self, keywords: Keywords, place: Place | None) -> Size:
        """Return the arena of one inference, and in ``why`` how near that is to the least."""
        view = (keywords.on(place[1]) if place else keywords).model_view()
        return Size(view.inference_arena_bytes, PREDICTED, view.inference_arena_verdict)

    def refuse_if_too_slow(self, keywords: Keywords, place: Place) -> None:
        """Raise `BoardTooSlow` when the board is predicted not to keep up with sound.

        Raises
        ------
        ToolMissing
            There is nothing to predict it with.
        """
        refuse_if_too_slow(keywords, *place)


def target_names() -> tuple[str, ...]:
    """Sorted names of the targets there are."""
    return tuple(name.replace("_", "-") for name in plugins.module_names(targets))


def find_target(name: str) -> Target:
    """Return the target called ``name``. Raises `UsageError` listing the known ones."""
    if name not in target_names():
        raise UsageError(f"target {name!r} is not known; known: {', '.join(target_names())}")
    made = plugins.load(targets, name.replace("-", "_")).TARGET
    assert isinstance(made, Target)
    return made
