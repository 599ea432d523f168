"""Listen to labelled streams with the detector of a run, and keep what came of it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from edgekws.audio.dataset import open_dataset
from edgekws.audio.mix import MixSpec, all_unknown, mix
from edgekws.audio.spoken import labels_path, read_spoken
from edgekws.errors import AudioError, ToolMissing
from edgekws.files import write_json
from edgekws.recipe import DetectorSpec
from edgekws.run import Run
from edgekws.stream.curves import NAMES, Series, draw_det, draw_roc
from edgekws.stream.judging import (
    Judged,
    Listened,
    Margins,
    Point,
    hours,
    judge,
    sweep,
)
from edgekws.stream.label import Engine, open_engine
from edgekws.stream.scoring import Progress, score_file

SCHEMA = "edgekws.evaluate/1"
DOCUMENT, ROC_PNG, DET_PNG = "stream.json", "stream_roc.png", "stream_det.png"


@dataclass(frozen=True)
class StreamFile:
    """One stream that was listened to."""

    file: str
    seconds: float
    words: int  # said in it
    windows: int  # scored


@dataclass(frozen=True)
class Evaluation:
    """A detector on streams."""

    streams: tuple[StreamFile, ...]
    hours: float
    hops_per_inference: int
    margins: Margins
    detector: DetectorSpec
    tuned: bool  # the detector is the one that `edgekws tune` wrote
    rules: dict[str, Judged]
    curves: dict[str, tuple[Point, ...]]

    def document(self) -> dict[str, object]:
        """All of it as JSON."""
        rules = [
            {**asdict(judged), "curve": [asdict(point) for point in self.curves[name]]}
            for name, judged in self.rules.items()
        ]
        fields = {name: value for name, value in vars(self).items() if name != "curves"}
        fields |= {"streams": [asdict(each) for each in self.streams], "rules": rules}
        return fields | {"margins": asdict(self.margins), "detector": asdict(self.detector)}


def evaluate(
    run: Run,
    files: Sequence[Path],
    *,
    margins: Margins | None = None,
    hops_per_inference: int | None = None,
    resample: bool = False,
    progress: Progress | None = None,
) -> Evaluation:
    """Judge the detector of ``run`` on labelled streams; write ``stream.json`` and two pictures.

    Parameters
    ----------
    files
        Sound files, each with a label file beside it; see `edgekws.audio.spoken`.
    hops_per_inference
        The network runs every so many hops; None leaves it to the network, see
        `edgekws.stream.hops`.

    Raises
    ------
    AudioError
        A stream or its labels cannot be used, or no stream is as long as a window.
    ConfigError, ModelError
        See `edgekws.stream.label.open_engine`; the detector hears nothing so rarely.
    """
    engine = open_engine(run)
    margins = margins or Margins()
    hops = engine.hops(hops_per_inference)
    heard = listen(engine, files, hops, resample=resample, progress=progress)
    spec, labels = engine.recipe.detector, engine.recipe.labels
    result = Evaluation(
        streams=tuple(_file(path, each) for path, each in zip(files, heard, strict=True)),
        hours=hours(heard),
        hops_per_inference=hops,
        margins=margins,
        detector=spec,
        tuned=is_tuned(run),
        rules=judge(heard, spec, labels, margins),
        curves=sweep(heard, spec, labels, margins),
    )
    _keep(run, result)
    return result


def listen(
    engine: Engine,
    files: Sequence[Path],
    hops_per_inference: int = 1,
    *,
    resample: bool = False,
    progress: Progress | None = None,
) -> list[Listened]:
    """Scores and labels of each stream. Errors are those of `evaluate`."""
    rate = engine.recipe.audio.sample_rate_hz
    said = [read_spoken(labels_path(path), rate) for path in files]  # before minutes are spent
    heard = []
    for path, words in zip(files, said, strict=True):
        scored = score_file(
            engine,
            path,
            hops_per_inference=hops_per_inference,
            resample=resample,
            progress=progress,
        )
        if not len(scored.scores):
            raise AudioError(f"{path}: shorter than the window of the network; use longer streams")
        if words and words[-1].start >= scored.samples:
            raise AudioError(
                f"{labels_path(path)}: names a word at {words[-1].start / rate:.1f} s, but the "
                f"sound ends at {scored.samples / rate:.1f} s; is it of another stream?"
            )
        heard.append(Listened(scored, words))
    return heard


@contextlib.contextmanager
def mixed_stream(
    run: Run, spec: MixSpec, tell: Callable[[str], None] | None = None
) -> Iterator[Path]:
    """A stream of the run's own clips and noise, there until the block ends."""
    dataset = open_dataset(all_unknown(run.recipe), tell)
    with tempfile.TemporaryDirectory() as folder:
        name = f"{spec.partition}-{spec.minutes:g}min-seed{spec.seed}.wav"
        yield mix(dataset, spec, Path(folder) / name).wav


def is_tuned(run: Run) -> bool:
    """Whether the run's detector is the one that a tuning left."""
    record = run.manifest.get("tune")
    return record is not None and record["facts"].get("detector") == asdict(run.recipe.detector)


def _file(path: Path, heard: Listened) -> StreamFile:
    scored = heard.scored
    seconds = scored.samples / scored.sample_rate_hz
    return StreamFile(path.name, seconds, len(heard.said), len(scored.scores))


def _keep(run: Run, result: Evaluation) -> None:
    pictures = {"roc": run.path / ROC_PNG, "det": run.path / DET_PNG}
    for png in pictures.values():
        png.unlink(missing_ok=True)  # one of an earlier evaluation does not stay behind
    with contextlib.suppress(ToolMissing):
        series = [
            Series(f"by {NAMES[rule]}", result.curves[rule], result.rules[rule])
            for rule in result.rules
        ]
        draw_roc(series, result.hours, pictures["roc"])
        draw_det(series, result.hours, pictures["det"])
    document = run.path / DOCUMENT
    write_json(document, {"schema": SCHEMA, "run": run.name, **result.document()})
    run.record(
        "evaluate",
        inputs={"recipe": run.path / "recipe.toml", "model": run.model},
        outputs={"document": document},
    )
