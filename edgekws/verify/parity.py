"""Do all engines say the same about a user's own sounds, file by file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edgekws.boards import find_board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BuildError, ModelError
from edgekws.graph import run_graph
from edgekws.run import Run
from edgekws.stream.label import sound_files
from edgekws.verify.check import FAILED, PASSED, Check
from edgekws.verify.engines import Engine, open_engines
from edgekws.verify.run_subject import open_keywords
from edgekws.verify.windows import Batch, Source, batches

DEFAULT_BOARD = "mps2_an386"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class FileParity:
    """One file: what numpy answers in its surest window, and the first difference, if any."""

    file: str
    samples: int
    windows: int
    label: str
    score: int  # int8, -128 to 127
    difference: str | None


@dataclass(frozen=True)
class Parity:
    """All files, and one check per engine."""

    files: tuple[FileParity, ...]
    checks: tuple[Check, ...]

    @property
    def compared(self) -> bool:
        """Whether there was an engine to compare with."""
        return any(check.status in (PASSED, FAILED) for check in self.checks)

    @property
    def first_difference(self) -> str | None:
        """``ENGINE: DETAIL`` of the first check that failed."""
        failed = (
            f"{check.name}: {check.detail}" for check in self.checks if check.status == FAILED
        )
        return next(failed, None)


def compare_files(
    run: Run,
    paths: Sequence[Path],
    *,
    board: str = DEFAULT_BOARD,
    resample: bool = False,
    tell: Tell | None = None,
) -> Parity:
    """Compare features, layers and scores of ``paths`` in all engines with those of numpy.

    Parameters
    ----------
    paths
        Sound files, samples without a header (``.raw``, ``.pcm``), and folders of sound files.
    board
        Id or TOML file; its code runs on the emulated core.
    tell
        Called with a few words before each step.

    Raises
    ------
    AudioError
        A file cannot be used.
    ConfigError
        The run is not quantized, or a file of it changed since.
    UsageError
        There is no such board.
    """
    say = tell or _silent
    place = find_board(board)
    keywords = open_keywords(run)
    clip_samples = run.recipe.audio.clip_samples
    files = sound_files(paths)
    say("building the generated C")
    with open_engines(keywords, *place) as (engines, others):
        judge = _Judge(keywords, engines)
        for batch in batches(keywords, files, clip_samples, resample=resample):
            say(f"comparing {len(batch.sources)} windows up to {batch.inputs.names[-1]}")
            judge.hear(batch)
    checks = [judge.check(engine) for engine in engines] + others
    return Parity(judge.files(), tuple(checks))


@dataclass
class _Heard:
    windows: int = 0
    score: int = -129
    label: int = 0
    difference: str | None = None


@dataclass
class _Judge:
    """Collects what is found, batch after batch."""

    keywords: Keywords
    engines: Sequence[Engine]
    heard: dict[Source, _Heard] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)  # engine to its first difference

    def hear(self, batch: Batch) -> None:
        """Compare one batch in every engine; where one differs, file by file."""
        self._answer(batch)
        for engine in self.engines:
            if _difference(engine, batch) is None:
                continue
            for source in dict.fromkeys(batch.sources):
                difference = _difference(engine, batch.of(source))
                if difference is not None:
                    self.first.setdefault(engine.name, difference)
                    heard = self.heard[source]
                    heard.difference = heard.difference or f"{engine.name}: {difference}"

    def check(self, engine: Engine) -> Check:
        """The outcome of one engine."""
        if engine.name in self.first:
            return Check(engine.name, FAILED, self.first[engine.name], engine.origin)
        windows = sum(heard.windows for heard in self.heard.values())
        proved = f"{engine.what} equal numpy: {len(self.heard)} files, {windows} windows"
        return Check(engine.name, PASSED, proved, engine.origin)

    def files(self) -> tuple[FileParity, ...]:
        """One entry per file, in order."""
        labels = self.keywords.labels
        return tuple(
            FileParity(
                str(source.file), source.samples, heard.windows, labels[heard.label], heard.score,
                heard.difference,
            )
            for source, heard in self.heard.items()
        )  # fmt: skip

    def _answer(self, batch: Batch) -> None:
        scores = run_graph(self.keywords.graph, batch.inputs.features)
        for source, row in zip(batch.sources, scores, strict=True):
            heard = self.heard.setdefault(source, _Heard())
            heard.windows += 1
            if int(row.max()) > heard.score:
                heard.score, heard.label = int(row.max()), int(row.argmax())


def _difference(engine: Engine, batch: Batch) -> str | None:
    """The first difference; a program that ends with an error is one."""
    try:
        return engine.compare(batch)
    except (BuildError, ModelError) as exc:
        return f"{batch.inputs.names[0]}: {exc}"


def _silent(text: str) -> None:
    """Say nothing."""
