"""Train, quantize and verify each architecture on real speech; write ``docs/results.md``.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/results.py [ARCHITECTURE...]

The cost is that of the QAT network on an emulated Cortex-M4. Every row is kept in
``build/results/recipe_rows/`` as soon as it is measured, so a stopped run goes on with the next
architecture, and naming architectures measures only those again. The part on streams stays as it
is: ``benchmarks/streams.py`` measures it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from streams import SECTION

from edgekws import models
from edgekws.files import write_json, write_text
from edgekws.run import Run
from edgekws.train.shipped import recipe_names

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "results"
PAGE = ROOT / "docs" / "results.md"
EDGEKWS = Path(sys.executable).with_name("edgekws")
WORDS = "yes,no,up,down,left,right,stop,go"
PERCENTAGES = ["--validation-percentage", "5", "--testing-percentage", "5"]

BOARD = "mps2_an386"

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
    edgekws benchmark --board {board}

A network without a recipe is trained with `--arch NAME`. The unknown words of these clips are
mainly four, so this test partition says little about words that nobody trained on
([training.md](training.md#words-that-were-never-heard)).

"""
ACCURACY = (
    "architecture",
    "float",
    "PTQ int8",
    "loss (bound)",
    "QAT int8",
    "loss (bound)",
    "verified",
    "trained by",
    "seed",
    "training",
)
COST = (
    "architecture",
    "parameters",
    "MACs",
    "file",
    "flash",
    "RAM",
    "instructions per hop",
    "hop",
)


def command(*words: str) -> dict[str, Any] | None:
    """Run one edgekws command in the work folder; its JSON document, None where it printed none."""
    print("edgekws", *words, file=sys.stderr, flush=True)
    done = subprocess.run(
        [EDGEKWS, *words, "--json"], cwd=WORK, stdout=subprocess.PIPE, text=True, check=False
    )
    return dict(json.loads(done.stdout)) if done.stdout else None


def needed(*words: str) -> dict[str, Any]:
    """What `command` returns; without a document this program ends."""
    return command(*words) or sys.exit(f"edgekws {' '.join(words)} failed")


def measure(architecture: str, data: str) -> dict[str, Any]:
    """Return everything the rows of one architecture need."""
    how = "--recipe" if architecture in recipe_names() else "--arch"
    trained = needed("train", how, architecture, "--data", data, "--words", WORDS, *PERCENTAGES)
    row: dict[str, Any] = {"train": trained, "how": f"{how} {architecture}"}
    for method in ("ptq", "qat"):
        row[method] = needed("quantize", trained["run"], "--method", method)
        row[f"{method}_verify"] = needed("verify", trained["run"])
    row["seed"] = Run(WORK / trained["folder"]).recipe.schedule.seed
    row["benchmark"] = command("benchmark", trained["run"], "--board", BOARD)
    return row


def accuracy_line(architecture: str, row: dict[str, Any]) -> str:
    """Return one row of the first table."""
    trained = row["train"]
    cells = [f"`{architecture}`", _share(row["qat_verify"], "float")]
    for method in ("ptq", "qat"):
        verified = row[f"{method}_verify"]
        cells.append(_share(verified, "int8"))
        cells.append(f"{verified['loss_points']:.2f} ({verified['loss_bound_points']:.2f})")
    cells.append("yes" if row["qat_verify"]["passed"] else "no")
    cells += [f"`{row['how']}`", f"{row['seed']}"]
    cells.append(f"{trained['steps']:,} steps, {trained['clips_per_second']:,.0f} clips/s")
    return _cells(cells)


def cost_line(architecture: str, row: dict[str, Any]) -> str:
    """Return one row of the second table; what does not run on the board has no numbers."""
    cells = [f"`{architecture}`", f"{row['train']['parameters']:,}"]
    counted = row["benchmark"]
    size = f"{row['qat']['bytes']:,}"
    if counted is None:
        return _cells([*cells, "-", size, *["does not run there"] * 3, "-"])
    keys = ("flash_bytes", "ram_bytes", "instructions_per_hop")
    cells += [f"{counted['macs']:,}", size, *(f"{counted[key]:,}" for key in keys)]
    return _cells([*cells, f"{counted['hop_ms']} ms"])


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _share(verified: dict[str, Any], kind: str) -> str:
    low, high = verified[f"{kind}_interval"]
    accuracy = verified[f"{kind}_accuracy"]
    return f"{100 * accuracy:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def page(rows: dict[str, dict[str, Any]]) -> str:
    """Return the whole page."""
    table = _table(ACCURACY, (accuracy_line(name, row) for name, row in rows.items()))
    costs = _table(COST, (cost_line(name, row) for name, row in rows.items()))
    verified = next(iter(rows.values()))["qat_verify"]
    chance = 100 * verified["chance"]
    return (
        HEAD.format(words=WORDS, board=BOARD)
        + table
        + f"\n{verified['clips']} test clips; always answering the commonest label gives "
        + f"{chance:.1f} %.\n\n## What they cost\n\nOn `{BOARD}`, a Cortex-M4 in QEMU: bytes of "
        + "the linked program, and instructions from one hop to\nthe next, features included.\n\n"
        + costs
    )


def _table(heads: Sequence[str], lines: Iterable[str]) -> str:
    return _cells(heads) + _cells(["---"] * len(heads)) + "".join(lines)


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
