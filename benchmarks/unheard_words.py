"""Measure what each key of a recipe does to words that were never heard in training.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/unheard_words.py [--steps N]

Two of the four common other words are left out of training and of validation, with all rare ones
but three. What a network says to those left out stands for what it says to the words of the world.
A row is kept in ``build/unheard/`` as soon as it is measured, so a stopped run goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from edgekws import run as runs
from edgekws.audio.read import fit, read_clip
from edgekws.files import write_json
from edgekws.models import find_architecture
from edgekws.recipe import DataSpec, Recipe
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays
from edgekws.train.material import open_material
from edgekws.train.training import new_learner

WORK = Path(__file__).resolve().parent.parent / "build" / "unheard"
WORDS = ("yes", "no", "up", "down", "left", "right", "stop", "go")
HEARD = ("zero", "eight", "bed", "happy", "wow")  # other words; all further ones are left out
SCHEDULE = {"decay": "cosine", "warm_up_steps": 50}
SPLICED = {"spliced_unknown": 0.1}

# name: keys of [augment], keys of [schedule], share of unknown words in percent of the words
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any], float]] = {
    "defaults": ({}, {}, 10.0),
    "spliced_unknown 0.1": (SPLICED, {}, 10.0),
    "decay cosine": ({}, SCHEDULE, 10.0),
    "masked_frames 8, masked_bands 2": ({"masked_frames": 8, "masked_bands": 2}, {}, 10.0),
    "speed_percentage 12, gain_db 6": ({"speed_percentage": 12.0, "gain_db": 6.0}, {}, 10.0),
    "spliced_unknown 0.2": ({"spliced_unknown": 0.2}, {}, 10.0),
    "spoken 0.1": ({"spoken": 0.1}, {}, 10.0),
    "spliced_unknown 0.1, spoken 0.1": ({**SPLICED, "spoken": 0.1}, {}, 10.0),
    "spoken 0.2": ({"spoken": 0.2}, {}, 10.0),
    "class_balance 0.5": ({}, {"class_balance": 0.5}, 10.0),
    "class_balance 1": ({}, {"class_balance": 1.0}, 10.0),
    "snr_db 0 to 30": ({"snr_db": (0.0, 30.0)}, {}, 10.0),
    "label_smoothing 0.1": ({}, {"label_smoothing": 0.1}, 10.0),
    "mixup 0.3": ({}, {"mixup": 0.3}, 10.0),
    "weight_averaging 0.99": ({}, {"weight_averaging": 0.99}, 10.0),
    "all of them": (
        {
            "spliced_unknown": 0.1,
            "masked_frames": 8,
            "masked_bands": 2,
            "speed_percentage": 12.0,
            "gain_db": 6.0,
            "snr_db": (0.0, 30.0),
        },
        {**SCHEDULE, "label_smoothing": 0.1, "mixup": 0.3, "weight_averaging": 0.99},
        10.0,
    ),
    "all of them, spoken 0.1, class_balance 0.5": (
        {
            "spliced_unknown": 0.1,
            "spoken": 0.1,
            "masked_frames": 8,
            "masked_bands": 2,
            "speed_percentage": 12.0,
            "gain_db": 6.0,
            "snr_db": (0.0, 30.0),
        },
        {
            **SCHEDULE,
            "label_smoothing": 0.1,
            "mixup": 0.3,
            "weight_averaging": 0.99,
            "class_balance": 0.5,
        },
        10.0,
    ),
}


def without_words(source: Path) -> Path:
    """A folder of links to the sounds that training may hear."""
    folder = WORK / "heard"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*WORDS, *HEARD, "_background_noise_"):
        if not (folder / name).exists():
            (folder / name).symlink_to(source.absolute() / name, target_is_directory=True)
    return folder


def measured(name: str, source: Path, steps: int) -> dict[str, Any]:
    """Train one way; accuracy on validation, and shares of unheard clips."""
    augment, schedule, unknown = WAYS[name]
    own = find_architecture("ds_cnn")
    base = Recipe(
        architecture="ds_cnn",
        data=DataSpec(
            str(without_words(source)), WORDS, validation_percentage=5.0, testing_percentage=5.0,
            unknown_percentage=unknown,
        ),
        frontend=own.default_frontend,
    )  # fmt: skip
    parts = tuple(
        max(1, round(steps * part / sum(own.schedule.steps))) for part in own.schedule.steps
    )
    rates = own.schedule.learning_rates
    if schedule.get("decay") == "cosine":
        parts, rates = (sum(parts),), rates[:1]
    recipe = replace(
        base,
        augment=replace(base.augment, **augment),
        schedule=replace(
            own.schedule, steps=parts, learning_rates=rates, evaluate_every=100, **schedule
        ),
    )
    run = runs.create(recipe, f"{name.replace(' ', '_').replace(',', '')}_{steps}", WORK / "runs")
    result = train(run)
    found = answers(recipe, run.path, left_out(source))
    return {
        "way": name, "steps": sum(parts),
        "validation": result.validation_accuracy, "validation_clips": result.validation_clips,
        "unheard": len(found), "called_a_word": float(np.mean(found >= 2)),
        "called_unknown": float(np.mean(found == 1)),
        "clips_per_second": result.clips_per_second, "waiting": result.wait_fraction,
    }  # fmt: skip


def left_out(source: Path) -> list[Path]:
    """The clips of all words that training may not hear."""
    return [
        path
        for word in sorted(source.iterdir())
        if word.is_dir() and word.name not in (*WORDS, *HEARD, "_background_noise_")
        for path in sorted(word.glob("*.flac"))
    ]


def answers(recipe: Recipe, folder: Path, files: list[Path]) -> np.ndarray[Any, Any]:
    """What the trained network of a run answers to sound files: int64 [files], labels."""
    material = open_material(recipe)
    learner = new_learner(material)
    stored = load_arrays(folder / "float" / "weights.npz")
    learner.weights = [stored[key] for key in sorted(stored)]
    rate, size = recipe.audio.sample_rate_hz, recipe.audio.clip_samples
    samples = np.stack([fit(read_clip(path, rate), size) for path in files])
    scores = learner.scores(material.frontend.compute(samples))
    found: np.ndarray[Any, Any] = scores.argmax(axis=1)
    return found


def main() -> None:
    """Measure every way that has no row yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("ways", nargs="*", default=list(WAYS))
    asked = parser.parse_args()
    source = Path(os.environ["EDGEKWS_SPEECH_COMMANDS"])
    print("| key | validation | unheard words called a word | called unknown |")
    print("| --- | --- | --- | --- |")
    for name in asked.ways:
        row_file = WORK / f"{name}_{asked.steps}.json"
        if not row_file.exists():
            write_json(row_file, measured(name, source, asked.steps))
        row = json.loads(row_file.read_text())
        shares = (row["validation"], row["called_a_word"], row["called_unknown"])
        print(f"| {name} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |")
        sys.stdout.flush()
        print(row, file=sys.stderr)


if __name__ == "__main__":
    main()
