"""A frontend's numbers and tables as one header."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.codegen.environment import Banner, render
from edgekws.codegen.params import ParamsView, TableView, constants
from edgekws.errors import ConfigError
from edgekws.features import Frontend
from edgekws.graph.types import Graph


@dataclass(frozen=True)
class FrontendView:
    """What the template may know about a frontend. Every value is final."""

    prefix: str
    macro: str
    name: str
    sample_rate_hz: int
    window_samples: int
    hop_samples: int
    frames: int
    bands: int
    low_hz: int
    high_hz: int
    scale: str
    zero_point: int
    work_bytes: int
    header: str
    tables: tuple[TableView, ...]
    params: tuple[ParamsView, ...]


def frontend_view(frontend: Frontend, frames: int, prefix: str) -> FrontendView:
    """Write down the numbers of ``frontend`` for a feature window of ``frames``."""
    spec, kernel = frontend.spec, frontend.kernel()
    tables, params = constants(kernel, params_name(prefix))
    return FrontendView(
        prefix=prefix,
        macro=prefix.upper(),
        name=spec.name,
        sample_rate_hz=spec.sample_rate_hz,
        window_samples=spec.window_samples,
        hop_samples=spec.hop_samples,
        frames=frames,
        bands=spec.bands,
        low_hz=spec.low_hz,
        high_hz=spec.high_hz,
        scale=f"{float(np.float32(frontend.scale))!r}f",
        zero_point=frontend.zero_point,
        work_bytes=kernel.scratch_bytes,
        header=kernel.header,
        tables=tables,
        params=(params,),
    )


def params_name(prefix: str) -> str:
    """C name of the frontend's constants."""
    return f"{prefix}_frontend"


def frontend_file(view: FrontendView, banner: Banner, model: object) -> dict[str, str]:
    """``frontend/<prefix>_frontend_config.h``."""
    text = render("common/frontend_config.h.j2", banner, {"frontend": view, "model": model})
    return {f"frontend/{view.prefix}_frontend_config.h": text}


def feature_frames(graph: Graph, frontend: Frontend) -> int:
    """Return how many frames the model looks at.

    Raises
    ------
    ConfigError
        The model's input is not made of this frontend's frames: other size, scale or zero point.
    """
    tensor, bands = graph.input_tensor, frontend.spec.bands
    if tensor.size % bands:
        raise ConfigError(
            f"frontend {frontend.spec.name}: {bands} bands do not divide the model's input "
            f"{list(tensor.shape)}; choose the frontend that the model was trained with"
        )
    assert tensor.quantization is not None
    scale, zero_point = tensor.quantization.scale[0], int(tensor.quantization.zero_point[0])
    if np.float32(frontend.scale) != scale or frontend.zero_point != zero_point:
        raise ConfigError(
            f"frontend {frontend.spec.name}: its features have scale {frontend.scale!r} and zero "
            f"point {frontend.zero_point}, the model's input {float(scale)!r} and {zero_point}; "
            "choose the frontend that the model was trained with"
        )
    return tensor.size // bands
