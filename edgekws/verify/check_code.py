"""Does the generated C equal the numpy references: on this machine, and on the board's core."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board
from edgekws.firmware.probe import Probe, Word, core_probe, host_probe
from edgekws.graph import run_graph, run_layers
from edgekws.recipe import FrontendSpec
from edgekws.stream.spotter import spot
from edgekws.verify.check import MEASURED, SIMULATED, Check, judged
from edgekws.verify.check_hops import compare_hops, windows_of
from edgekws.verify.compare import first_difference, first_layer_difference
from edgekws.verify.subject import Inputs, Sound, Subject, spread

AT_ONCE = 16  # inputs whose layers are in memory at the same time


@dataclass(frozen=True)
class Extent:
    """How much is compared."""

    layer_inputs: int  # real inputs of which every value of every layer is compared
    digest_inputs: int  # real inputs of which the CRC-32 of every layer is, and the scores
    clips: int  # clips whose features are computed from their samples


def check_host(subject: Subject, board_id: str, board: Board, extent: Extent) -> Check:
    """Build the code of ``board`` for this machine and compare.

    Raises
    ------
    ToolMissing
        There is no C compiler.
    BuildError
        It refused the code, or the program ended with an error.
    """
    recording = subject.sound.long_recording if subject.sound else None
    with host_probe(subject.keywords, board_id, board) as probe:
        return judged("host", MEASURED, *_prove(probe, subject, extent, recording))


def check_core(subject: Subject, board_id: str, board: Board, extent: Extent) -> Check:
    """Run the code on the emulated core of ``board`` and compare; else as `check_host`."""
    recording = subject.sound.recording if subject.sound else None
    with core_probe(subject.keywords, board_id, board) as probe:
        return judged("core", SIMULATED, *_prove(probe, subject, extent, recording))


def _prove(
    probe: Probe, subject: Subject, extent: Extent, recording: npt.NDArray[np.int16] | None
) -> tuple[str | None, str]:
    """The first difference, and what is proved when there is none."""
    few = subject.few(extent.layer_inputs)
    beyond = probe.graph.memory + 2 if probe.graph.memory else 0  # until all was overwritten
    many = subject.real.spread(max(extent.digest_inputs, beyond))
    proved = (
        f"C on {probe.name} equals numpy: {len(probe.graph.nodes)} layers on "
        f"{len(few.names)} + {len(many.names)} inputs"
    )
    difference = compare_layers(probe, few) or compare_digests(probe, many)
    if subject.sound is not None and recording is not None and difference is None:
        clips = min(extent.clips, len(subject.sound.clips))
        words = words_in_numpy(subject, recording)
        difference = _compare_frames(probe, subject, subject.sound, clips)
        difference = difference or compare_words(probe, recording, words)
        difference = difference or compare_hops(probe, subject.keywords, recording)
        seconds = len(recording) / _spec(subject).sample_rate_hz
        proved += f", features of {clips} clips, {len(words)} words in {seconds:.1f} s of sound"
        if windows := windows_of(subject.keywords, len(recording)):
            proved += f", {windows} windows of it hop by hop"
    return difference, proved


def compare_layers(probe: Probe, inputs: Inputs) -> str | None:
    """Compare every value of every layer."""
    expected = run_layers(probe.graph, inputs.features)
    found = probe.layers(inputs.features)
    return first_layer_difference(probe.graph, expected, found, inputs.names, engine=probe.name)


def compare_digests(probe: Probe, inputs: Inputs) -> str | None:
    """Compare every layer by its CRC-32; the first input that differs is then compared whole."""
    digests, scores = probe.digests(inputs.features)
    follow = bool(probe.graph.stateful)
    at_once = len(inputs.names) if follow else AT_ONCE
    for start in range(0, len(inputs.names), at_once):
        part = slice(start, start + at_once)
        layers = run_layers(probe.graph, inputs.features[part])
        expected = np.stack([_digests(layer) for layer in layers], axis=1)
        wrong = (expected != digests[part]).any(axis=1) | (layers[-1] != scores[part]).any(axis=1)
        if wrong.any():
            row = start + int(np.argmax(wrong))
            again = inputs.up_to(row) if follow else inputs.only(row)
            return compare_layers(probe, again) or (
                f"{inputs.names[row]}: differs, but not when repeated"
            )
    return None


def compare_words(
    probe: Probe, recording: npt.NDArray[np.int16], expected: list[Word]
) -> str | None:
    """Compare what is heard in a recording: time, label and score of every word."""
    found = probe.words(recording)
    for number, (right, given) in enumerate(zip(expected, found, strict=False)):
        if right != given:
            return f"word {number}: {given} on {probe.name}, {right} in numpy"
    if len(found) != len(expected):
        return f"{len(found)} words heard on {probe.name}, {len(expected)} in numpy"
    return None


def words_in_numpy(subject: Subject, recording: npt.NDArray[np.int16]) -> list[Word]:
    """What the Python twins hear in int16 [samples]."""
    keywords = subject.keywords
    assert keywords.frontend is not None
    heard = spot(
        partial(run_graph, keywords.graph),
        keywords.frontend,
        keywords.detector,
        keywords.labels,
        recording,
        frames=keywords.frames,
        hops_per_inference=keywords.hops_per_inference,
    )
    return [Word(word.time, word.label, word.score) for word in heard]


def _compare_frames(probe: Probe, subject: Subject, sound: Sound, clips: int) -> str | None:
    spec, frames = _spec(subject), subject.keywords.frames
    used = (frames - 1) * spec.hop_samples + spec.window_samples
    rows = spread(len(sound.clips), clips)
    found = probe.frames(sound.clips[rows, :used])
    expected = subject.real.features[rows].reshape(len(rows), frames, spec.bands)
    names = [sound.names[row] for row in rows]
    difference = first_difference(expected, found.reshape(expected.shape), names, engine=probe.name)
    return difference and f"features {spec.name}: {difference}"


def _digests(layer: npt.NDArray[np.int8]) -> npt.NDArray[np.uint32]:
    return np.array([zlib.crc32(row.tobytes()) for row in np.ascontiguousarray(layer)], np.uint32)


def _spec(subject: Subject) -> FrontendSpec:
    assert subject.keywords.frontend is not None
    return subject.keywords.frontend.spec
