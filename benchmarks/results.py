"""Train, quantize and verify every recipe on real speech; write ``docs/results.md``.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/results.py [NAME...]

A name is that of a recipe, or of an architecture that has none. The cost is that of the QAT network
on an emulated Cortex-M4. Every row is kept in ``build/results/recipe_rows/`` as soon as it is
measured, so a stopped run goes on with the next name, and naming some measures only those again.
The part on streams stays as it is: ``benchmarks/streams.py`` measures it.
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
from edgekws.boards import find_board
from edgekws.files import write_json, write_text
from edgekws.run import Run
from edgekws.train.shipped import find_recipe, recipe_names

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "results"
PAGE = ROOT / "docs" / "results.md"
EDGEKWS = Path(sys.executable).with_name("edgekws")
WORDS = "yes,no,up,down,left,right,stop,go"
PERCENTAGES = ["--validation-percentage", "5", "--testing-percentage", "5"]

BOARD = "mps2_an386"

STATED = {  # by the tutorials, for their own clips: percent
    "simple_audio_32": "85",
    "simple_audio_64": "88",
    "five_convolutions": "75",
    "spectrogram_cnn": "93",
}

HEAD = """# Results

Real clips of Speech Commands (CC BY 4.0), 10,988 of them. Intervals are Wilson's at 95 %. The loss
is paired, clip by clip; its bound is one-sided at 95 %. int8 accuracy is that of the exact engine,
and so that of the generated C. `make results` measured each row with these commands:

    edgekws train --recipe NAME --data speech_commands {options}
    edgekws quantize --method ptq && edgekws verify
    edgekws quantize --method qat && edgekws verify
    edgekws benchmark --board {board}

A network that does not fit there is verified with `--board none`, without an emulated core.

## Eight words, `_unknown_` and `_silence_`

Clips are divided by speaker: validation 5 %, testing 5 %. A network without a recipe is trained
with `--arch NAME`. The unknown words of these clips are mainly four, so this test partition says
little about words that nobody trained on ([training.md](training.md#words-that-were-never-heard)).

"""
TUTORIALS = """
## The tutorials' networks

Labels and split are those of the recipes, without options (the `_augmented` one has those
percentages, and `--words` leaves out `on` and `off` where a recipe asks for them: there are no such
clips here). Where no `_augmented` stands in the name, clips of a speaker are on both sides of the
split, as in the tutorial. "Stated" is what the tutorial reports for its own clips.

"""
ACCURACY = (
    "float",
    "PTQ int8",
    "loss (bound)",
    "QAT int8",
    "loss (bound)",
    "verified",
)
SIZES = ("network", *ACCURACY, "trained by", "seed", "steps")
PUBLISHED = ("recipe", "labels", "test clips", "stated", *ACCURACY, "seed", "steps")
COST = (
    "network",
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


def training(name: str, data: Path) -> list[str]:
    """Return the options that train a recipe, or the architecture of that name."""
    if name not in recipe_names():
        return ["--arch", name, "--words", WORDS, *PERCENTAGES]
    recipe = find_recipe(name).data
    words = [word for word in recipe.words if (data / word).is_dir()]
    options = ["--recipe", name]
    if tuple(words) != recipe.words or not words:
        options += ["--words", ",".join(words) or WORDS]
    return [*options, *(PERCENTAGES if recipe.split == "hash" else ())]


def measure(name: str, data: Path) -> dict[str, Any]:
    """Return everything the rows of one network need."""
    options = training(name, data)
    trained = needed("train", *options, "--data", str(data))
    row: dict[str, Any] = {"train": trained, "how": " ".join(options[:2])}
    flash_bytes = find_board(BOARD)[1].memory.flash_bytes
    for method in ("ptq", "qat"):
        row[method] = needed("quantize", trained["run"], "--method", method)
        board = BOARD if row[method]["bytes"] < flash_bytes else "none"
        row[f"{method}_verify"] = needed("verify", trained["run"], "--board", board)
    recipe = Run(WORK / trained["folder"]).recipe
    row["seed"], row["labels"] = recipe.schedule.seed, len(recipe.labels)
    row["macs"] = needed("summarize", trained["run"])["macs"]
    row["benchmark"] = command("benchmark", trained["run"], "--board", BOARD)
    return row


def size_line(name: str, row: dict[str, Any]) -> str:
    """Return one row of the table of sizes."""
    return _cells([f"`{name}`", *_accuracies(row), f"`{row['how']}`", *_schedule(row)])


def tutorial_line(name: str, row: dict[str, Any]) -> str:
    """Return one row of the table of tutorials."""
    verified, stated = row["qat_verify"], STATED.get(name)
    cells = [f"`{name}`", f"{row['labels']}", f"{verified['clips']:,}"]
    return _cells([*cells, f"{stated} %" if stated else "-", *_accuracies(row), *_schedule(row)])


def _accuracies(row: dict[str, Any]) -> list[str]:
    cells = [_share(row["qat_verify"], "float")]
    for method in ("ptq", "qat"):
        verified = row[f"{method}_verify"]
        cells.append(_share(verified, "int8"))
        cells.append(f"{verified['loss_points']:.2f} ({verified['loss_bound_points']:.2f})")
    return [*cells, "yes" if row["qat_verify"]["passed"] else "no"]


def _schedule(row: dict[str, Any]) -> list[str]:
    return [f"{row['seed']}", f"{row['train']['steps']:,}"]


def cost_line(name: str, row: dict[str, Any]) -> str:
    """Return one row of the table of costs; what does not run on the board has no numbers."""
    sizes = (row["train"]["parameters"], row["macs"], row["qat"]["bytes"])
    cells = [f"`{name}`", *(f"{size:,}" for size in sizes)]
    counted = row["benchmark"]
    if counted is None:
        return _cells([*cells, *["does not run there"] * 3, "-"])
    keys = ("flash_bytes", "ram_bytes", "instructions_per_hop")
    cells += [f"{counted[key]:,}" for key in keys]
    return _cells([*cells, f"{counted['hop_ms']} ms"])


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _share(verified: dict[str, Any], kind: str) -> str:
    low, high = verified[f"{kind}_interval"]
    accuracy = verified[f"{kind}_accuracy"]
    return f"{100 * accuracy:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def page(rows: dict[str, dict[str, Any]]) -> str:
    """Return the whole page."""
    own = {name for name in rows if name in recipe_names() and find_recipe(name).data.words}
    sizes = {name: row for name, row in rows.items() if name not in own}
    words = f"--words {WORDS} \\\n        {' '.join(PERCENTAGES)}"
    verified = next(iter(sizes.values()))["qat_verify"]
    return (
        HEAD.format(options=words, board=BOARD)
        + _table(SIZES, (size_line(name, row) for name, row in sizes.items()))
        + f"\n{verified['clips']} test clips; always answering the commonest label gives "
        + f"{100 * verified['chance']:.1f} %.\n"
        + (TUTORIALS + _table(PUBLISHED, (tutorial_line(n, rows[n]) for n in sorted(own))))
        * bool(own)
        + f"\n## What they cost\n\nOn `{BOARD}`, a Cortex-M4 in QEMU: bytes of "
        + "the linked program, and instructions from one hop to\nthe next, features included.\n\n"
        + _table(COST, (cost_line(name, row) for name, row in rows.items()))
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
    every = {*recipe_names(), *models.architecture_names()}
    for name in named or sorted(every):
        path = kept / f"{name}.json"
        if named or not path.exists():
            write_json(path, measure(name, Path(data).resolve()))
    rows = {path.stem: json.loads(path.read_text()) for path in sorted(kept.glob("*.json"))}
    streams = SECTION.search(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else None
    write_text(PAGE, page(rows) + (streams.group() if streams else ""))


if __name__ == "__main__":
    main()
