"""The features of a sound as a C header, to feed a network on a board with."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from edgekws import __version__
from edgekws.codegen.environment import environment
from edgekws.features.whole import SoundFeatures
from edgekws.files import sha256
from edgekws.kernel import Array


@dataclass(frozen=True, eq=False)
class FeaturesView:
    """What the template may know about them. Every value is final."""

    name: str
    macro: str
    command: str
    frontend: str
    sound_sha256: str
    frames: int
    bands: int
    scale: str
    zero_point: int
    values: Array
    version: str = __version__


def features_header(found: SoundFeatures) -> str:
    """Text of a header with ``static const int8_t NAME_features[]``; NAME is the file's, in C."""
    spec = found.frontend.spec
    name = c_name(found.file.stem)
    view = FeaturesView(
        name=name,
        macro=name.upper(),
        command="edgekws features",
        frontend=f"{spec.name}, {spec.window_ms} ms window, {spec.hop_ms} ms hop, "
        f"{spec.low_hz} to {spec.high_hz} Hz, {spec.sample_rate_hz} Hz",
        sound_sha256=sha256(found.file),
        frames=len(found.values),
        bands=spec.bands,
        scale=f"{float(np.float32(found.frontend.scale))!r}f",
        zero_point=found.frontend.zero_point,
        values=found.values,
    )
    return environment().get_template("common/features.h.j2").render(features=view)


def c_name(text: str) -> str:
    """``0a7c-Yes`` to ``sound_0a7c_yes``: a C name for any text."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].rstrip("_")
    return name if re.match(r"[a-z]", name) else f"sound_{name}".strip("_")
