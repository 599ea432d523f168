"""From a verified network to a project folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edgekws.boards import find_board
from edgekws.codegen.layout import MAKE
from edgekws.codegen.spotter import Keywords
from edgekws.errors import CheckFailed, ConfigError, ToolMissing, UsageError
from edgekws.export.folder import MANIFEST, refuse_foreign, replace_folder
from edgekws.export.manifest import Project, manifest_text
from edgekws.export.runtime import find_runtime
from edgekws.export.target import NATIVE, PROJECT, Place, Target, find_target
from edgekws.graph import read_model
from edgekws.run import Run
from edgekws.verify import Report, Thoroughness, foreign_keywords, verify, verify_model
from edgekws.verify.check_stepwise import guarded_stepwise
from edgekws.verify.recording import with_recording
from edgekws.verify.run_subject import open_keywords
from edgekws.verify.verdict import fresh_report, with_kept_recording

EXPORTS = Path("export")
PREFIX = "kws"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class ExportResult:
    """A project. Sizes are bytes, None where they are not known; ``origins`` says how each is."""

    folder: Path
    target: str
    runtime: str
    layout: str | None
    format: str  # project, or that and what is built of it: aar
    board: str | None
    flash_bytes: int | None
    ram_bytes: int | None
    arena_bytes: int | None
    arena_plan: str  # optimal, or the lower bound of any plan; with an interpreter its proof
    origins: dict[str, str]  # of the three: measured | simulated | predicted | unknown
    verified: str  # what was proved and how


def export(
    run: Run,
    *,
    target: str = "cortex-m",
    runtime: str = NATIVE,
    layout: str | None = None,
    format: str = PROJECT,
    board_id: str | None = None,
    out: Path | None = None,
    force: bool = False,
    prefix: str = PREFIX,
    hops_per_inference: int | None = None,
    stepwise: bool = False,
    thoroughness: Thoroughness | None = None,
    tell: Tell | None = None,
) -> ExportResult:
    """Verify ``run`` unless that was done, and write its project.

    Parameters
    ----------
    runtime
        What runs the network: a name of `edgekws.export.runtimes`.
    layout
        How the project is laid out; without it as the target does by itself.
    format
        ``project``, or for ``android`` also ``aar``: the ready library is beside the project.
    board_id
        Id or TOML file; without it the target's own.
    out
        Folder to make, or to replace when an export made it; without it ``export/RUN-BOARD``, or
        ``export/RUN-LAYOUT`` for a layout that is for any board; with a runtime other than
        ``native`` its name follows.
    force
        Pack also what failed verification, and the project says so; and what is too slow.
    prefix
        Begins every C name that is this network's own, so that two fit in one program.
    hops_per_inference
        The network runs every so many hops; None leaves it to the network, see
        `edgekws.stream.hops`.
    stepwise
        Pack the run's second file, which takes one frame at a time and remembers. Beside the
        verdict on the run its own scores are compared with TFLite Micro's.
    tell
        Called with a few words before each step.

    Raises
    ------
    CheckFailed
        Verification failed; nothing was written.
    ToolMissing
        What the format needs is not installed; nothing was written.
    BoardTooSmall
        The program does not fit; names what it needs and what there is; nothing was written.
    BoardTooSlow
        The board is predicted not to keep up with sound; nothing was written.
    ConfigError
        The run is not quantized, files or data changed since, or it has no second file.
    UsageError
        No such target, runtime, layout or board, they do not go together, no C name can begin
        with ``prefix``, or ``out`` holds something else.
    """
    kind = _kind(target, runtime, layout, format)
    place = _place(kind, board_id)
    folder = out or EXPORTS / f"{run.name}-{_suffix(kind, place)}"
    keywords = replace(open_keywords(run, hops_per_inference), prefix=prefix)
    packed = _of_one_frame(run, keywords, kind) if stepwise else keywords
    packer = _Packer(kind, place, folder, tell or _silent)
    packer.measure(_with_silence(packed))
    if place is not None and not force:
        _refuse_slow(kind, keywords, place, packer.tell)
    report = fresh_report(run, keywords, place)
    if report is None:
        board = board_id or kind.default_board
        report = verify(
            run,
            board=board,
            hops_per_inference=hops_per_inference,
            thoroughness=thoroughness,
            tell=tell,
        )
    packed = with_kept_recording(run, packed)
    if stepwise:
        packer.tell("comparing the network of one frame with TFLite Micro")
        check = guarded_stepwise(packed)
        report = replace(report, checks=(*report.checks, check))
    _refuse_failed(report, str(run.path), force)
    return packer.pack(packed, report, run.model_stream if stepwise else run.model)


def export_model(
    model: Path,
    labels: Path | None = None,
    *,
    target: str = "cortex-m",
    runtime: str = NATIVE,
    layout: str | None = None,
    format: str = PROJECT,
    board_id: str | None = None,
    out: Path | None = None,
    force: bool = False,
    prefix: str = PREFIX,
    thoroughness: Thoroughness | None = None,
    tell: Tell | None = None,
) -> ExportResult:
    """Verify a ``.tflite`` made elsewhere and write its project, which starts at features.

    ``labels`` is a text file with one name a line; without it the scores are numbered. Errors
    are those of `export`, and `ModelError` for a file that cannot be used.
    """
    kind = _kind(target, runtime, layout, format)
    place = _place(kind, board_id)
    folder = out or EXPORTS / f"{model.stem}-{_suffix(kind, place)}"
    names = read_labels(labels) if labels else None
    keywords = replace(
        foreign_keywords(read_model(model), model.read_bytes(), names), prefix=prefix
    )
    packer = _Packer(kind, place, folder, tell or _silent)
    packer.measure(keywords)
    board = board_id or kind.default_board
    report = verify_model(model, names, board=board, thoroughness=thoroughness, tell=tell)
    _refuse_failed(report, str(model), force)
    return packer.pack(keywords, report, model)


def read_labels(path: Path) -> tuple[str, ...]:
    """Names, one a line; empty lines at the end do not count.

    Raises
    ------
    ConfigError
        The file cannot be read, is empty, has an empty line between names, or repeats one.
    """
    try:
        lines = path.read_text(encoding="utf-8").rstrip().splitlines()
    except OSError as exc:
        raise ConfigError(f"{path}: cannot read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path}: not a text in UTF-8: {exc}") from exc
    names = tuple(line.strip() for line in lines)
    if not names or "" in names:
        raise ConfigError(f"{path}: needs one label a line, and no empty line between them")
    if len(set(names)) != len(names):
        raise ConfigError(f"{path}: a label is there twice")
    return names


class _Packer:
    """Writes one project, after its sizes are known."""

    def __init__(self, kind: Target, place: Place | None, folder: Path, tell: Tell) -> None:
        refuse_foreign(folder)  # before minutes are spent on the proof
        self.kind = kind
        self.place = place
        self.folder = folder
        self.tell = tell
        board = f" --board {place[0]}" if place else ""
        layout = f" --layout {kind.layout}" if kind.layout not in (None, MAKE) else ""
        runtime = f" --runtime {kind.runtime}" if kind.runtime != NATIVE else ""
        wanted = f" --format {kind.format}" if kind.format != PROJECT else ""
        self._command = f"edgekws export --target {kind.name}{runtime}{layout}{wanted}{board}"

    def measure(self, keywords: Keywords) -> None:
        """Find out whether the program fits; its size does not depend on the recording."""
        self.tell("building once for the sizes")
        self.command = self._command + (
            f" --prefix {keywords.prefix}" if keywords.prefix != PREFIX else ""
        )
        if keywords.context_frames is not None:
            self.command += " --stepwise"
        files = self.kind.generate(keywords, self.place, command=self.command, verified="no")
        self.sizes = self.kind.measure(files, keywords, self.place)

    def pack(self, keywords: Keywords, report: Report, model: Path) -> ExportResult:
        """Write the folder, for the file ``model``."""
        self.tell(f"writing {self.folder}")
        files = self.kind.generate(
            keywords, self.place, command=self.command, verified=report.summary
        )
        files = self.kind.built(files)
        board = self.place[0] if self.place else None
        arena = self.kind.arena(keywords, self.place)
        project = Project(
            self.kind.name,
            self.kind.runtime,
            self.kind.layout,
            self.kind.format,
            board,
            model.name,
            self.command,
            keywords,
            self.sizes,
            arena,
            report,
        )
        replace_folder(self.folder, {**files, MANIFEST: manifest_text(project, files)})
        flash, ram = self.sizes.flash, self.sizes.ram
        origins = {"flash_bytes": flash.origin, "ram_bytes": ram.origin}
        return ExportResult(
            folder=self.folder,
            target=self.kind.name,
            runtime=self.kind.runtime,
            layout=self.kind.layout,
            format=self.kind.format,
            board=board,
            flash_bytes=flash.bytes,
            ram_bytes=ram.bytes,
            arena_bytes=arena.bytes,
            arena_plan=arena.why,
            origins={**origins, "arena_bytes": arena.origin},
            verified=report.summary,
        )


def _kind(target: str, runtime: str, layout: str | None, wanted: str) -> Target:
    kind = find_target(target).formatted(wanted)
    return find_runtime(runtime).of(kind if layout is None else kind.laid_out(layout))


def _of_one_frame(run: Run, keywords: Keywords, kind: Target) -> Keywords:
    """Return the same for the file that takes one frame at a time."""
    if not kind.takes_steps:
        raise UsageError(
            f"--stepwise is not for --target {kind.name} with --runtime {kind.runtime}, which "
            "takes the network of whole clips; leave --stepwise away, or take --target cortex-m "
            "--runtime tflm"
        )
    if not run.model_stream.exists():
        raise ConfigError(
            f"{run.path}: has no network of one frame; `edgekws quantize` makes one of networks of "
            "SVDF layers only"
        )
    graph, content = read_model(run.model_stream), run.model_stream.read_bytes()
    return replace(keywords, graph=graph, model=content, context_frames=keywords.frames)


def _place(kind: Target, board_id: str | None) -> Place | None:
    if kind.default_board is None:
        if board_id is not None:
            raise UsageError(f"target {kind.name} has no boards; leave --board away")
        return None
    place = find_board(board_id or kind.default_board)
    if place[1].target != kind.name:
        raise UsageError(f"board {place[0]!r} is for --target {place[1].target}, not {kind.name}")
    return place


def _suffix(kind: Target, place: Place | None) -> str:
    runtime = "" if kind.runtime == NATIVE else f"-{kind.runtime}"
    built = "" if kind.format == PROJECT else f"-{kind.format}"
    if kind.layout not in (None, MAKE):
        return f"{kind.layout}{runtime}{built}"
    return f"{place[0] if place else kind.name}{runtime}{built}"


def _with_silence(keywords: Keywords) -> Keywords:
    assert keywords.frontend is not None
    spec = keywords.frontend.spec
    samples = (keywords.frames - 1) * spec.hop_samples + spec.window_samples
    return with_recording(keywords, np.zeros(samples, np.int16))


def _refuse_slow(kind: Target, keywords: Keywords, place: Place, tell: Tell) -> None:
    try:
        kind.refuse_if_too_slow(keywords, place)
    except ToolMissing as exc:
        tell(f"not checked whether {place[0]} is fast enough: {exc}")


def _refuse_failed(report: Report, where: str, force: bool) -> None:
    if not report.passed and not force:
        raise CheckFailed(
            f"{where}: {report.first_failure}; nothing was written (--force packs it anyway)"
        )


def _silent(text: str) -> None:
    """Say nothing."""
