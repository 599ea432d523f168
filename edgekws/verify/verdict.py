"""Keep a verdict in the run folder, and find out whether it still holds."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from pathlib import Path

from edgekws.audio.read import read_clip
from edgekws.audio.write import wav_bytes
from edgekws.boards import Board
from edgekws.codegen.environment import Banner
from edgekws.codegen.project import probe
from edgekws.codegen.spotter import Keywords, portable_files
from edgekws.errors import ConfigError, ToolMissing
from edgekws.files import sha256, write_bytes, write_json
from edgekws.run import Run
from edgekws.train.checkpoint import save_arrays
from edgekws.verify.pictures import draw_layers, draw_sweep
from edgekws.verify.recording import with_recording
from edgekws.verify.report import SCHEMA, Report, read_report
from edgekws.verify.subject import Subject

Place = tuple[str, Board]

LAYERS_PNG, SWEEP_PNG = "verify_layers.png", "verify_sweep.png"


def keep(run: Run, report: Report, subject: Subject, place: Place) -> None:
    """Write ``verify.json``, ``recording.wav`` and the int8 scores of the test clips.

    The run records what the verdict is about.
    """
    assert subject.sound is not None
    verdict, wav = run.path / "verify.json", recording_path(run)
    rate = run.recipe.audio.sample_rate_hz
    write_bytes(wav, wav_bytes(subject.sound.recording, rate))
    save_arrays(run.int8_scores, {"scores": subject.scores})
    draw(run, report)
    write_json(verdict, {"schema": SCHEMA, "run": run.name, **report.document()})
    run.record(
        "verify",
        inputs={
            "recipe": run.path / "recipe.toml",
            "scores": run.path / "float" / "test_scores.npz",
            "model": run.model,
        },
        outputs={"verdict": verdict, "recording": wav, "int8_scores": run.int8_scores},
        facts={
            "passed": report.passed,
            "code": code_sha256(subject.keywords, place),
            "portable_code": code_sha256(subject.keywords, None),
        },
    )


def draw(run: Run, report: Report) -> None:
    """Draw ``verify_layers.png`` and ``verify_sweep.png``; without matplotlib there are none.

    A picture of an earlier verdict does not stay behind.
    """
    for picture in (run.path / name for name in (LAYERS_PNG, SWEEP_PNG)):
        picture.unlink(missing_ok=True)
    with contextlib.suppress(ToolMissing):
        draw_layers(report.layers, run.path / LAYERS_PNG)
        if report.sweep:
            draw_sweep(report.sweep, report.chance or 0.0, run.path / SWEEP_PNG)


def fresh_report(run: Run, keywords: Keywords, place: Place | None) -> Report | None:
    """Return the verdict on the very files and the very code of now; None when there is none.

    A verdict that had to skip a check is not kept up: the missing tool may be there now.

    Parameters
    ----------
    place
        The board that the code is for; None is for a target without boards.
    """
    try:
        facts = run.require("verify")["facts"]
        report = read_report(run.path / "verify.json")
    except ConfigError:
        return None
    code = facts.get("code" if place else "portable_code")
    if report.has_skipped or code != code_sha256(keywords, place):
        return None
    return report if place is None or report.board == place[0] else None


def code_sha256(keywords: Keywords, place: Place | None) -> str:
    """SHA-256 over all C that is compiled for a board, and over the board; or over portable C."""
    if place is None:
        files = portable_files(keywords, Banner("", keywords.graph.sha256, "", "no"))
    else:
        files = probe(keywords, *place)
    digests = [f"{sha256(text.encode())} {path}" for path, text in sorted(files.items())]
    board = repr(asdict(place[1])) if place else ""
    return sha256("\n".join([*digests, board]).encode())


def recording_path(run: Run) -> Path:
    """Where `keep` leaves the recording of the self-test."""
    return run.path / "recording.wav"


def with_kept_recording(run: Run, keywords: Keywords) -> Keywords:
    """The same, with the recording that was verified."""
    pcm = read_clip(recording_path(run), run.recipe.audio.sample_rate_hz)
    return with_recording(keywords, pcm)
