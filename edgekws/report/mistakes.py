"""The test clips that the network is most wrong about, with their features and their sound."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.dataset import open_dataset
from edgekws.audio.write import wav_bytes
from edgekws.errors import EdgekwsError
from edgekws.features import find_frontend
from edgekws.report.answers import Answers
from edgekws.run import Run

MOST = 40  # clips of a page; each takes about 50 kB there
MOST_OF_A_PAIR = 4  # clips of one label with one answer, so that no pair hides the others


@dataclass(frozen=True)
class Mistake:
    """One clip. Scores are 0..1; sound and picture are data URIs, "" when they are not at hand."""

    name: str
    label: int
    answer: int
    label_score: float
    answer_score: float
    sound: str = ""
    picture: str = ""


def worst(answers: Answers) -> list[int]:
    """Numbers of wrong clips, the most certain mistake first."""
    scores = answers.best_known
    given = scores.argmax(axis=1)
    clips = np.arange(len(given))
    margin = scores[clips, given] - scores[clips, answers.truth]
    wrong = [
        clip for clip in np.argsort(-margin, kind="stable") if given[clip] != answers.truth[clip]
    ]
    seen: dict[tuple[int, int], int] = {}
    chosen = []
    for clip in wrong:
        pair = int(answers.truth[clip]), int(given[clip])
        seen[pair] = seen.get(pair, 0) + 1
        if seen[pair] <= MOST_OF_A_PAIR:
            chosen.append(int(clip))
    return chosen[:MOST]


def mistakes(run: Run, answers: Answers) -> tuple[list[Mistake], str]:
    """Return the worst clips, and why they have no sound ("" when they have)."""
    scores = answers.best_known
    chosen = worst(answers)
    found = [
        Mistake(
            name=answers.names[clip],
            label=int(answers.truth[clip]),
            answer=int(scores[clip].argmax()),
            label_score=float(scores[clip, answers.truth[clip]]),
            answer_score=float(scores[clip].max()),
        )
        for clip in chosen
    ]
    try:
        sounds = _sounds(run, answers, chosen)
    except EdgekwsError as exc:
        return found, str(exc)
    rate = run.recipe.audio.sample_rate_hz
    features = find_frontend(run.recipe.frontend).compute(sounds)
    heard = zip(found, sounds, features, strict=True)
    return [
        Mistake(
            **{
                **vars(each),
                "sound": data_uri("audio/wav", wav_bytes(sound, rate)),
                "picture": _picture(frames),
            }
        )
        for each, sound, frames in heard
    ], ""


def data_uri(kind: str, data: bytes) -> str:
    """A file as an address that carries it."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _sounds(run: Run, answers: Answers, chosen: list[int]) -> NDArray[np.int16]:
    clips = open_dataset(run.recipe).clips("testing")
    if clips.names != answers.names:
        raise EdgekwsError(f"{run.recipe.data.source}: other test clips than when it was trained")
    return clips.samples[chosen]


def _picture(frames: NDArray[np.int8]) -> str:
    """Features int8 [frames, bands], time across; "" without matplotlib."""
    try:
        from matplotlib.image import imsave
    except ImportError:
        return ""
    drawn = io.BytesIO()
    imsave(drawn, frames.T, vmin=-128, vmax=127, origin="lower", format="png")
    return data_uri("image/png", drawn.getvalue())
