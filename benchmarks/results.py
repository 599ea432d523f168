"""Train, quantize and verify each architecture on real speech; write ``docs/results.md``.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/results.py [ARCHITECTURE...]

Every row is kept in ``build/results/recipe_rows/`` as soon as it is measured, so a stopped run goes
on with the next architecture, and naming architectures measures only those again. The part on
streams stays as it is: ``benchmarks/streams.py`` measures it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streams import SECTION

from edgekws import models
from edgekws.files import write_json, write_text
from edgekws.train.shipped import recipe_names

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "results"
PAGE = ROOT / "docs" / "results.md"
EDGEKWS = Path(sys.executable).with_name("edgekws")
WORDS = "yes,no,up,down,left,right,stop,go"
PERCENTAGES = ["--validation-percentage", "5", "--testing-percentage", "5"]

HEAD = """# Results

Eight words ({words}), `_unknown_` and `_silence_`, on 10,988 real clips of
Speech Commands (CC BY 4.0), divided by speaker: validation 5 %, testing 5 %. Intervals are Wilson's
at 95 %. The loss is paired, clip by clip; its bound is one-sided at 95 %. int8 accuracy is that of
the exact engine, and so that of the generated C. `make results` measured each row with these
commands:

    edgekws train --recipe NAME --data speech_commands --words {words} \\
        --validation-percentage 5 --testing-percentage 5
    edgekws quantize --method ptq && edgekws verify
    edgekws quantize --method qat && edgekws verify

A network without a recipe is trained with `--arch NAME`. The schedules are short. The unknown words
of these clips are mainly four, so this test partition says little about words that nobody trained
on.

"""
COLUMNS = (
    "architecture",
    "parameters",
    "float",
    "PTQ int8",
    "loss (bound)",
    "QAT int8",
    "loss (bound)",
    "QAT file",
    "verified",
    "training",
)


def command(*words: str) -> dict[str, Any]:
    """Run one edgekws command in the work folder and return its JSON document."""
    print("edgekws", *words, file=sys.stderr, flush=True)
    done = subprocess.run(
        [EDGEKWS, *words, "--json"], cwd=WORK, stdout=subprocess.PIPE, text=True, check=False
    )
    if not done.stdout:
        sys.exit(f"edgekws {' '.join(words)} ended with {done.returncode}")
    return dict(json.loads(done.stdout))


def measure(architecture: str, data: str) -> dict[str, Any]:
    """Return everything one row needs."""
    how = "--recipe" if architecture in recipe_names() else "--arch"
    trained = command("train", how, architecture, "--data", data, "--words", WORDS, *PERCENTAGES)
    row: dict[str, Any] = {"train": trained}
    for method in ("ptq", "qat"):
        row[method] = command("quantize", trained["run"], "--method", method)
        row[f"{method}_verify"] = command("verify", trained["run"])
    return row


def line(architecture: str, row: dict[str, Any]) -> str:
    """Return one row of the table."""
    trained, qat = row["train"], row["qat"]
    cells = [f"`{architecture}`", f"{trained['parameters']:,}"]
    cells.append(_share(row["qat_verify"], "float"))
    for method in ("ptq", "qat"):
        verified = row[f"{method}_verify"]
        cells.append(_share(verified, "int8"))
        cells.append(f"{verified['loss_points']:.2f} ({verified['loss_bound_points']:.2f})")
    cells.append(f"{qat['bytes']:,} bytes")
    cells.append("yes" if row["qat_verify"]["passed"] else "no")
    cells.append(f"{trained['steps']:,} steps, {trained['clips_per_second']:,.0f} clips/s")
    return _cells(cells)


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _share(verified: dict[str, Any], kind: str) -> str:
    low, high = verified[f"{kind}_interval"]
    accuracy = verified[f"{kind}_accuracy"]
    return f"{100 * accuracy:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def page(rows: dict[str, dict[str, Any]]) -> str:
    """Return the whole page."""
    table = _cells(COLUMNS) + _cells(["---"] * len(COLUMNS))
    table += "".join(line(name, row) for name, row in rows.items())
    clips = next(iter(rows.values()))["qat_verify"]["clips"]
    chance = next(iter(rows.values()))["qat_verify"]["chance"]
    tail = (
        f"\n{clips} test clips; always answering the commonest label gives {100 * chance:.1f} %.\n"
    )
    return HEAD.format(words=WORDS) + table + tail


def main() -> None:
    """Measure what was named, or what is missing, and write the page."""
    data = os.environ.get("EDGEKWS_SPEECH_COMMANDS")
    if not data:
        sys.exit("set EDGEKWS_SPEECH_COMMANDS to the folder of real clips")
    kept = WORK / "recipe_rows"
    kept.mkdir(parents=True, exist_ok=True)
    named = sys.argv[1:]
    for name in named or models.architecture_names():
        path = kept / f"{name}.json"
        if named or not path.exists():
            write_json(path, measure(name, str(Path(data).resolve())))
    rows = {path.stem: json.loads(path.read_text()) for path in sorted(kept.glob("*.json"))}
    streams = SECTION.search(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else None
    write_text(PAGE, page(rows) + (streams.group() if streams else ""))


if __name__ == "__main__":
    main()
