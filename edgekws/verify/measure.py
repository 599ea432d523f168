"""The part of a verdict that is measured and not checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edgekws.verify.by_label import agreement, by_label
from edgekws.verify.layer_noise import ACTIVATIONS, WEIGHTS_TOO, LayerNoise, layer_noise
from edgekws.verify.real_ops import FineWeights
from edgekws.verify.report import Report
from edgekws.verify.run_subject import RunSubject
from edgekws.verify.subject import Subject
from edgekws.verify.sweep import SweepPoint, sweep

NOISE_INPUTS = 16  # on which layers are compared with real numbers


def measured(opened: RunSubject) -> Report:
    """How right both networks are and what the layers lose, in a report without checks."""
    found, keywords = opened.accuracy, opened.subject.keywords
    before, after = opened.stored.scores.argmax(axis=1), opened.subject.scores.argmax(axis=1)
    return Report(
        model=opened.model,
        model_sha256=keywords.graph.sha256,
        board=None,
        tolerance_points=0.0,
        clips=opened.clips,
        checks=(),
        float_accuracy=found.float_accuracy,
        float_interval=found.float_interval,
        int8_accuracy=found.int8_accuracy,
        int8_interval=found.int8_interval,
        loss_points=100 * found.paired.loss,
        loss_bound_points=100 * found.paired.upper_bound,
        chance=found.chance,
        agreement=agreement(before, after),
        mcnemar_p=found.paired.p_value,
        by_label=by_label(opened.stored.labels, before, after, keywords.labels),
        layers=layers_of(opened.subject, opened.fine),
        layer_noise=ACTIVATIONS if opened.fine is None else WEIGHTS_TOO,
    )


def layers_of(
    subject: Subject, fine: Mapping[int, FineWeights] | None = None
) -> tuple[LayerNoise, ...]:
    """Signal-to-noise ratios on a few of its inputs; ``fine`` as in `layer_noise`.

    None of a network that remembers: what it would remember in real numbers is not kept.
    """
    if subject.keywords.graph.stateful:
        return ()
    return layer_noise(subject.keywords.graph, subject.real.spread(NOISE_INPUTS).features, fine)


def swept(opened: RunSubject, tell: Callable[[str], None]) -> tuple[SweepPoint, ...]:
    """Accuracy against loudness and offset, on all test clips."""
    sound = opened.subject.sound
    assert sound is not None
    return sweep(opened.subject.keywords, sound.clips, opened.stored.labels, tell)
