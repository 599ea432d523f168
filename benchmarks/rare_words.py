"""Measure a recipe on other speakers, and on other words of which it learnt few clips or none.

    EDGEKWS_SPEECH_COMMANDS=FOLDER python benchmarks/rare_words.py RECIPE [KEY=VALUE...]

Of three common other words only ten clips each may be learnt from, of six further words none; the
recall of ``_unknown_`` on all their other clips is what its own few test clips cannot say. Some of
these clips are of speakers whose words were learnt. A key is written as in a recipe:
``schedule.unknown_balance=0.5``. A row is kept in ``build/rare/`` as soon as it is measured; the
table of all rows is printed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tomllib
from pathlib import Path

import numpy as np
from unheard_words import WORDS, answers

from edgekws import run as runs
from edgekws.files import write_json
from edgekws.recipe import Recipe
from edgekws.strict import from_table, to_toml
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays
from edgekws.train.shipped import find_recipe

WORK = Path(__file__).resolve().parent.parent / "build" / "rare"
RARE = ("one", "five", "nine")
KEPT = 10  # clips of each rare word
UNHEARD = ("bird", "marvin", "sheila", "six", "three", "tree")
COLUMNS = ("words", "_silence_", "known", "rare", "unheard")


def divided(source: Path) -> tuple[Path, dict[str, list[Path]]]:
    """A folder of links to what may be learnt from, and the clips that are left out, by kind."""
    folder = WORK / "heard"
    shutil.rmtree(folder, ignore_errors=True)
    left_out: dict[str, list[Path]] = {"rare": [], "unheard": []}
    for word in sorted(path for path in source.iterdir() if path.is_dir()):
        clips = sorted(word.iterdir(), key=lambda f: hashlib.sha256(f.name.encode()).digest())
        kind = "unheard" if word.name in UNHEARD else "rare" if word.name in RARE else None
        kept = {"unheard": 0, "rare": KEPT, None: len(clips)}[kind]
        if kind:
            left_out[kind] += sorted(clips[kept:])
        for clip in clips[:kept]:
            (folder / word.name).mkdir(parents=True, exist_ok=True)
            (folder / word.name / clip.name).symlink_to(clip.absolute())
    return folder, left_out


def changed(name: str, changes: list[str], data: Path) -> Recipe:
    """A shipped recipe for these clips, with some keys set anew."""
    table = tomllib.loads(to_toml(find_recipe(name)))
    asked = ['data.words=["' + '","'.join(WORDS) + '"]', f'data.source="{data}"']
    asked += ["data.validation_percentage=5.0", "data.testing_percentage=5.0", *changes]
    for change in asked:
        path, _, value = change.partition("=")
        part, _, key = path.partition(".")
        table[part][key] = tomllib.loads(f"value = {value}")["value"]
    return from_table(Recipe, table, " ".join(changes))


def measured(recipe: Recipe, left_out: dict[str, list[Path]]) -> dict[str, float]:
    """Train, and return the recall of each column: 0..1, of words and their like the mean."""
    run = runs.create(recipe, None, WORK / "runs")
    result = train(run)
    return {
        **recalls(recipe, run.path, left_out),
        "clips_per_second": result.clips_per_second,
        "waiting": result.wait_fraction,
    }


def recalls(recipe: Recipe, folder: Path, left_out: dict[str, list[Path]]) -> dict[str, float]:
    """The recall of each column, of a trained run."""
    judged = [
        load_arrays(folder / "float" / f"{kind}_scores.npz") for kind in ("validation", "test")
    ]
    labels = np.concatenate([stored["labels"] for stored in judged])
    right = np.concatenate([stored["scores"].argmax(axis=1) for stored in judged]) == labels
    recall = [float(right[labels == label].mean()) for label in range(len(recipe.labels))]
    row = {"words": float(np.mean(recall[2:])), "_silence_": recall[0], "known": recall[1]}
    found = answers(recipe, folder, [file for files in left_out.values() for file in files])
    ends = np.cumsum([len(files) for files in left_out.values()])
    for kind, own in zip(left_out, np.split(found, ends[:-1]), strict=True):
        row[kind] = float(np.mean(own == 1))
    return row


def main() -> None:
    """Measure one way that has no row yet, and print the table."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    name, changes = sys.argv[1], sys.argv[2:]
    title = " ".join([name, *changes])
    row_file = WORK / "rows" / f"{hashlib.sha256(title.encode()).hexdigest()[:12]}.json"
    if not row_file.exists():
        row_file.parent.mkdir(parents=True, exist_ok=True)
        data, left_out = divided(Path(os.environ["EDGEKWS_SPEECH_COMMANDS"]))
        row = measured(changed(name, changes, data), left_out)
        write_json(row_file, {"title": title, **row})
    print("| recipe, keys | " + " | ".join(COLUMNS) + " |\n|" + " --- |" * (len(COLUMNS) + 1))
    for row in (json.loads(file.read_text()) for file in sorted(row_file.parent.glob("*.json"))):
        shares = " | ".join(f"{100 * row[column]:.1f} %" for column in COLUMNS)
        print(f"| `{row['title']}` | {shares} |")


if __name__ == "__main__":
    main()
