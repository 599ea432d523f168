"""Make recordings with words in them out of the test clips, for the spotter and the self-test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from edgekws.codegen.spotter import Keywords
from edgekws.graph import run_graph
from edgekws.recipe import SILENCE, UNKNOWN
from edgekws.stream.detect import detector_config
from edgekws.stream.spotter import spot

TRIED = 6  # first clips, until one is heard
SHORT_HOPS, LONG_HOPS = 40, 400  # at most, in which the network runs
SHORT_MACS, LONG_MACS = 250_000_000, 2_000_000_000  # seconds of an emulated core, of numpy


@dataclass(frozen=True, eq=False)
class Candidates:
    """Test clips with the answers of the int8 network.

    clips : int16 [clips, samples]
    labels : int64 [clips], the right ones
    scores : int8 [clips, labels]
    """

    clips: npt.NDArray[np.int16]
    labels: npt.NDArray[np.int64]
    scores: npt.NDArray[np.int8]


def short_recording(keywords: Keywords, candidates: Candidates) -> npt.NDArray[np.int16]:
    """Return int16 [samples] in which a word is heard, as short as that allows.

    Where the network hears nothing in any clip that it labels well, the first of them.
    """
    samples = _length(keywords, SHORT_HOPS, SHORT_MACS)
    order = _best_first(keywords, candidates)
    found = [_joined(candidates, order[start:], samples) for start in range(min(TRIED, len(order)))]
    return next((pcm for pcm in found if _is_heard(keywords, pcm)), found[0])


def long_recording(keywords: Keywords, candidates: Candidates) -> npt.NDArray[np.int16]:
    """Return int16 [samples] with one word after the other."""
    samples = _length(keywords, LONG_HOPS, LONG_MACS)
    return _joined(candidates, _best_first(keywords, candidates), samples)


def _length(keywords: Keywords, most_hops: int, macs: int) -> int:
    """Samples for as many inferences as the budget allows, and for as many as a word needs."""
    assert keywords.frontend is not None
    spec = keywords.frontend.spec
    step = spec.hop_samples * keywords.hops_per_inference
    rule = detector_config(
        keywords.detector, keywords.labels, step_samples=step, sample_rate_hz=spec.sample_rate_hz
    )
    needed = max(rule.minimum_count, 1 + -(-rule.minimum_span_samples // step)) + 2
    steps = max(needed, min(most_hops, macs // max(1, keywords.graph.macs)))
    return spec.window_samples + (keywords.frames - 1) * spec.hop_samples + (steps - 1) * step


def _best_first(keywords: Keywords, candidates: Candidates) -> list[int]:
    """Rows: the best clip of each word, best word first, then the second best, and so on."""
    answers = candidates.scores.argmax(axis=1)
    sure = candidates.scores.max(axis=1).astype(np.int64)
    is_word = [keywords.labels[label] not in (SILENCE, UNKNOWN) for label in answers]
    good = np.flatnonzero((answers == candidates.labels) & is_word)
    if not len(good):
        return list(range(len(answers)))
    seen: dict[int, int] = {}
    ranked = []
    for row in good[np.argsort(-sure[good], kind="stable")]:
        label = int(answers[row])
        ranked.append((seen.setdefault(label, 0), int(row)))
        seen[label] += 1
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _joined(candidates: Candidates, rows: list[int], samples: int) -> npt.NDArray[np.int16]:
    clips = -(-samples // candidates.clips.shape[1])
    chosen = [rows[i % len(rows)] for i in range(clips)]
    return np.concatenate([candidates.clips[row] for row in chosen])[:samples]


def _is_heard(keywords: Keywords, pcm: npt.NDArray[np.int16]) -> bool:
    assert keywords.frontend is not None
    words = spot(
        partial(run_graph, keywords.graph),
        keywords.frontend,
        keywords.detector,
        keywords.labels,
        pcm,
        frames=keywords.frames,
        hops_per_inference=keywords.hops_per_inference,
    )
    return bool(words)


def with_recording(keywords: Keywords, pcm: npt.NDArray[np.int16]) -> Keywords:
    """The same, with ``pcm`` int16 [samples] for the self-test."""
    return replace(keywords, golden_pcm=pcm)
