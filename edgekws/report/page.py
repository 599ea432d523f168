"""``report.html``: everything about a run on one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from edgekws import __version__
from edgekws.codegen.summary import Summary, summarize
from edgekws.errors import ConfigError, ToolMissing
from edgekws.files import write_text
from edgekws.metrics import wilson_interval
from edgekws.report.answers import Answers, read_answers, verified
from edgekws.report.curves import draw_curves, history
from edgekws.report.mistakes import Mistake, data_uri, mistakes
from edgekws.run import Run
from edgekws.train.judgement import Judgement, judge
from edgekws.verify.report import Report, read_report
from edgekws.verify.run_subject import open_keywords

PAGE = "report.html"
PICTURES = {
    "verify_sweep.png": "Accuracy against loudness and offset of the input",
    "stream_det.png": "Misses against false accepts on a long stream",
    "stream_roc.png": "Hits against false accepts on a long stream",
    "tune_det.png": "The detector before and after tuning",
}


@dataclass(frozen=True)
class Side:
    """One of the two networks on the test clips; shares are 0..1."""

    name: str
    accuracy: float
    low: float  # Wilson's interval, 95 %
    high: float
    judgement: Judgement


@dataclass(frozen=True)
class Material:
    """What the page is made of."""

    run: Run
    sides: tuple[Side, ...]  # float, and int8 once it is verified
    mistakes: list[Mistake]
    no_sound: str  # why the mistakes have none; "" when they have
    curves: str  # a data URI; "" without matplotlib
    verdict: Report | None
    summary: Summary | None  # None: not quantized
    pictures: dict[str, str]  # title to data URI


def write_page(run: Run, path: Path | None = None) -> Path:
    """Write the page, by default into the run; return where.

    Raises
    ------
    ConfigError
        The run is not trained, or a file changed since.
    """
    path = path or run.path / PAGE
    found = _material(run)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("edgekws.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    text = environment.get_template("page.html.j2").render(
        found=found,
        labels=run.recipe.labels,
        recipe=(run.path / "recipe.toml").read_text(encoding="utf-8"),
        stages=run.manifest,
        version=__version__,
    )
    write_text(path, text)
    return path


def _material(run: Run) -> Material:
    answers = read_answers(run)
    worst, no_sound = mistakes(run, answers)
    return Material(
        run=run,
        sides=_sides(answers, run.recipe.labels),
        mistakes=worst,
        no_sound=no_sound,
        curves=_curves(run),
        verdict=_verdict(run),
        summary=_summary(run),
        pictures={
            title: data_uri("image/png", (run.path / name).read_bytes())
            for name, title in PICTURES.items()
            if (run.path / name).exists()
        },
    )


def _sides(answers: Answers, labels: tuple[str, ...]) -> tuple[Side, ...]:
    sides = []
    for name, scores in (("float", answers.float_scores), ("int8", answers.int8_scores)):
        if scores is not None:
            found = judge("testing", scores, answers.truth, labels)
            low, high = wilson_interval(round(found.accuracy * found.clips), found.clips)
            sides.append(Side(name, found.accuracy, low, high, found))
    return tuple(sides)


def _curves(run: Run) -> str:
    rows = history(run.path)
    best_step = run.require("train")["facts"].get("best_step")
    try:
        return data_uri("image/png", draw_curves(rows, best_step)) if rows else ""
    except ToolMissing:
        return ""


def _verdict(run: Run) -> Report | None:
    return read_report(run.path / "verify.json") if verified(run) else None


def _summary(run: Run) -> Summary | None:
    try:
        return summarize(open_keywords(run))
    except ConfigError:
        return None


def _percent(share: Any) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
