"""Tune a trained run and count on 30 minutes of mixed stream; write that part of docs/results.md.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/streams.py [RUN FOLDER]

Without a folder it is the ``ds_cnn`` that ``benchmarks/results.py`` trained. The folder stays as it
is. All else on the page stays too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from edgekws.files import write_text

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "results"
PAGE = ROOT / "docs" / "results.md"
PICTURE = ROOT / "docs" / "images" / "stream_det.png"
EDGEKWS = Path(sys.executable).with_name("edgekws")
SECTION = re.compile(r"\n<!-- streams -->\n.*<!-- end of streams -->\n", re.DOTALL)
TARGETS = (10.0, 0.5)
RUN = "ds_cnn"

HEAD = """
<!-- streams -->
## On streams

`ds_cnn` of the table above (QAT), on 30 minutes of test clips mixed with noise: {spoken} words,
{unknown} of them unknown, 5 to 25 dB above the noise, of speakers and pieces of noise that neither
the training nor the tuning heard. `python benchmarks/streams.py` measured it with these commands,
each tuning on a fresh copy of the run:

    edgekws evaluate ds_cnn
    edgekws tune ds_cnn --false-accepts-per-hour 10 --minutes 30 && edgekws evaluate ds_cnn
    edgekws tune ds_cnn --false-accepts-per-hour 0.5 --minutes 30 && edgekws evaluate ds_cnn

"""
TAIL = """
Intervals are at 95 %: exact Poisson for rates, Wilson's for misses. "Fitted to" is the 30 minutes
of validation clips that the detector was chosen on; the other columns are the test stream. Every
other word of these streams is an unknown one, {said_per_hour:.0f} an hour, mainly of four words,
and some of their clips come twice: far more talk than in most rooms. Half an hour cannot show 0.5
per hour, whatever is counted: with no false accept at all its interval would reach to 7.4.
[evaluation.md](evaluation.md) says how it is counted.

![DET curve](images/stream_det.png)

The curves are of the test stream, with the detector before and after the tuning to 0.5 per hour.
<!-- end of streams -->
"""
COLUMNS = (
    "detector",
    "threshold, window, suppression",
    "fitted to: per hour, missed",
    "false accepts per hour",
    "missed",
    "by TensorFlow's rule: per hour, missed",
    "latency, 90 %",
)


def command(folder: Path, *words: str) -> dict[str, Any]:
    """Run one edgekws command in a folder and return its JSON document."""
    print("edgekws", *words, file=sys.stderr, flush=True)
    done = subprocess.run(
        [EDGEKWS, *words, "--json"], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
    )
    if not done.stdout:
        sys.exit(f"edgekws {' '.join(words)} ended with {done.returncode}")
    return dict(json.loads(done.stdout))


def line(name: str, evaluated: dict[str, Any], tuned: dict[str, Any] | None) -> str:
    """Return one row of the table."""
    spec = evaluated["detector"]
    windows, tolerance = evaluated["rules"]
    fitted = tuned["fitted"]["after"] if tuned else None
    late = windows["latency"]
    cells = [
        name,
        f"{spec['threshold']:g}, {spec['window_ms']} ms, {spec['suppression_ms']} ms",
        f"{fitted['per_hour']:.0f}, {_misses(fitted)}" if fitted else "not fitted",
        _rate(windows),
        _misses(windows),
        f"{_rate(tolerance)}, {100 * tolerance['all_words']['share']:.1f} %",
        f"{late['median_ms']:.0f} ms, {late['p90_ms']:.0f} ms",
    ]
    return _cells(*cells)


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _rate(judged: dict[str, Any]) -> str:
    low, high = judged["per_hour_interval"]
    return f"{judged['per_hour']:.0f} ({low:.1f} to {high:.1f})"


def _misses(judged: dict[str, Any]) -> str:
    misses = judged["all_words"]
    low, high = misses["interval"]
    share = f"{100 * misses['share']:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
    return f"{misses['missed']} of {misses['spoken']}, {share}"


def main() -> None:
    """Measure, and replace that part of the page."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK / "runs" / "ds_cnn-1"
    if not os.environ.get("EDGEKWS_SPEECH_COMMANDS") or not (source / "recipe.toml").exists():
        sys.exit(f"{source}: no run; `python benchmarks/results.py ds_cnn` trains it")
    folder = WORK / "streams"
    rows = ""
    first: dict[str, Any] = {}
    for target in (None, *TARGETS):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder / "runs" / RUN)
        asked = ("--false-accepts-per-hour", f"{target:g}", "--minutes", "30") if target else ()
        tuned = command(folder, "tune", RUN, *asked) if target else None
        evaluated = command(folder, "evaluate", RUN)
        first = first or evaluated
        rows += line(f"tuned to {target:g} per hour" if target else "default", evaluated, tuned)
    shutil.copyfile(folder / "runs" / RUN / "tune_det.png", PICTURE)
    said = first["streams"][0]["words"]
    unknown = said - first["rules"][0]["all_words"]["spoken"]
    text = HEAD.format(spoken=said, unknown=unknown) + _cells(*COLUMNS)
    text += _cells(*["---"] * len(COLUMNS)) + rows
    text += TAIL.format(said_per_hour=unknown / first["hours"])
    page = SECTION.sub("", PAGE.read_text(encoding="utf-8"))
    write_text(PAGE, page + text)


if __name__ == "__main__":
    main()
