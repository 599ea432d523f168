"""A run folder as a subject of proof: its network, its test clips, its stored float scores."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from edgekws.audio.dataset import Clips, open_dataset
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ConfigError
from edgekws.features import find_frontend
from edgekws.graph import read_model, run_graph
from edgekws.run import Run
from edgekws.stream.hops import usual_hops
from edgekws.verify.accuracy import Accuracy, FloatScores, compare_accuracy, read_float_scores
from edgekws.verify.float_weights import find_float_weights
from edgekws.verify.real_ops import FineWeights
from edgekws.verify.recording import Candidates, long_recording, short_recording
from edgekws.verify.subject import Inputs, Sound, Subject


@dataclass(frozen=True, eq=False)
class RunSubject:
    """A subject with its accuracies, and what the float network answered."""

    model: str  # file name
    subject: Subject
    accuracy: Accuracy
    stored: FloatScores
    fine: dict[int, FineWeights] | None  # None: no float weights are known
    clips: int


def open_keywords(run: Run, hops_per_inference: int | None = None) -> Keywords:
    """Everything of a run that its code is generated from.

    The network runs every ``hops_per_inference`` hops; None leaves it to the network, see
    `edgekws.stream.hops`.

    Raises
    ------
    ConfigError
        It is not quantized, or a file changed since.
    ModelError
        Its ``.tflite`` is damaged.
    """
    run.require("quantize")
    recipe = run.recipe
    keywords = Keywords(
        graph=read_model(run.model),
        model=run.model.read_bytes(),
        labels=recipe.labels,
        frontend=find_frontend(recipe.frontend),
        detector=recipe.detector,
    )
    hops = hops_per_inference or usual_hops(
        keywords.graph, keywords.frames, recipe.detector, recipe.frontend.hop_ms
    )
    return replace(keywords, hops_per_inference=hops)


def open_run(run: Run, keywords: Keywords) -> RunSubject:
    """Read the test clips of a run, and let the numpy graph of its ``keywords`` answer them all.

    Raises
    ------
    ConfigError
        The test clips are not those that the float scores are of, or a file changed since.
    AudioError
        The data cannot be read.
    """
    stored = read_float_scores(run.path / "float" / "test_scores.npz")
    dataset = open_dataset(run.recipe)
    clips = dataset.clips("testing")
    _check_same_clips(run, stored, clips, dataset.fingerprint)
    assert keywords.frontend is not None
    shape = keywords.graph.input_tensor.shape[1:]
    assert keywords.frames  # refuses a frontend that does not fit, before features are computed
    features = keywords.frontend.compute(clips.samples).reshape(len(clips.names), *shape)
    scores = run_graph(keywords.graph, features)
    candidates = Candidates(clips.samples, clips.labels, scores)
    sound = Sound(
        clips.samples,
        clips.names,
        short_recording(keywords, candidates),
        long_recording(keywords, candidates),
    )
    fine = find_float_weights(keywords.graph, run.float_weights)
    subject = Subject(keywords, Inputs(features, clips.names), scores, sound)
    return RunSubject(
        run.model.name, subject, compare_accuracy(stored, scores), stored, fine, len(clips.names)
    )


def _check_same_clips(run: Run, stored: FloatScores, clips: Clips, fingerprint: str) -> None:
    again = f"run {run.command('train')} again"
    if run.require("train")["facts"].get("dataset") != fingerprint:
        raise ConfigError(f"{run.path}: the sound files changed since `train` ran; {again}")
    if stored.names != clips.names or not np.array_equal(stored.labels, clips.labels):
        raise ConfigError(
            f"{run.path}: the float scores are of {len(stored.names)} test clips, not of the "
            f"{len(clips.names)} that the data has now; {again}"
        )
    labels = len(run.recipe.labels)
    if stored.scores.shape[1] != labels:
        raise ConfigError(
            f"{run.path}: the float scores are for {stored.scores.shape[1]} labels, the recipe has "
            f"{labels}; {again}"
        )
