"""Does the network hop by hop, in the generated C, score every window as numpy does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.codegen.spotter import Keywords
from edgekws.features.whole import whole_features
from edgekws.firmware.probe import Probe
from edgekws.stream.streaming import score_stream
from edgekws.verify.compare import first_difference


def windows_of(keywords: Keywords, samples: int) -> int:
    """Windows that are scored hop by hop in so many samples; 0 for a network that does not."""
    if keywords.hop is None or keywords.frontend is None:
        return 0
    frames = keywords.frontend.spec.frames(samples)
    return max(0, (frames - keywords.frames) // keywords.hops_per_inference + 1)


def compare_hops(probe: Probe, keywords: Keywords, recording: npt.NDArray[np.int16]) -> str | None:
    """Compare the scores of every window of int16 [samples], hop by hop.

    Returns
    -------
    str | None
        The first difference; None too where nothing streams.
    """
    hop, frontend = keywords.hop, keywords.frontend
    if hop is None or frontend is None or not windows_of(keywords, len(recording)):
        return None
    frames = whole_features(frontend, recording)
    expected = np.concatenate(list(score_stream(hop, frames)))
    names = [f"window {number} hop by hop" for number in range(len(expected))]
    return first_difference(expected, probe.stream(frames), names, engine=probe.name)
