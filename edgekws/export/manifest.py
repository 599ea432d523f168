"""``manifest.json`` of a project: its files, where it comes from, what it costs, what is proved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from edgekws import __version__
from edgekws.codegen.spotter import Keywords
from edgekws.export.folder import SCHEMA
from edgekws.export.target import NATIVE, Files, Size, Sizes
from edgekws.files import sha256
from edgekws.graph.operator import scale, zero_point
from edgekws.verify import Report


@dataclass(frozen=True)
class Project:
    """Everything the manifest tells about, beside the files."""

    target: str
    runtime: str
    layout: str | None
    format: str
    board: str | None
    file: str  # name of the .tflite
    command: str
    keywords: Keywords
    sizes: Sizes
    arena: Size
    report: Report


def manifest_text(project: Project, files: Files) -> str:
    """JSON with sorted keys; the same project gives the same text."""
    document = {
        "schema": SCHEMA,
        "edgekws": __version__,
        "command": project.command,
        "target": project.target,
        "runtime": project.runtime,
        "layout": project.layout,
        "format": project.format,
        "board": project.board,
        "model": {"file": project.file, **_model(project.keywords)},
        "frontend": _frontend(project.keywords),
        "detector": asdict(project.keywords.detector) if project.keywords.frontend else None,
        "sizes": _sizes(project),
        "cost": _cost(project),
        "verified": project.report.document(),
        "files": {path: sha256(_bytes(content)) for path, content in files.items()},
    }
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"


def _model(keywords: Keywords) -> dict[str, Any]:
    tensor = keywords.graph.input_tensor
    return {
        "sha256": keywords.graph.sha256,
        "bytes": len(keywords.model),
        "labels": list(keywords.labels),
        "input_shape": list(tensor.shape),
        "input_scale": scale(tensor),
        "input_zero_point": zero_point(tensor),
    }


def _frontend(keywords: Keywords) -> dict[str, Any] | None:
    return None if keywords.frontend is None else asdict(keywords.frontend.spec)


def _sizes(project: Project) -> Mapping[str, object]:
    sizes = project.sizes
    named = (
        ("flash", sizes.flash),
        ("ram", sizes.ram),
        ("arena", project.arena),
        ("stack", sizes.stack),
    )
    return {
        f"{name}_bytes": {key: value for key, value in asdict(size).items() if value != ""}
        for name, size in named
    }


def _cost(project: Project) -> dict[str, Any]:
    keywords = project.keywords
    hop = keywords.hop if project.runtime == NATIVE else None  # others run the file as it is
    cost: dict[str, Any] = {
        "macs_per_inference": (hop or keywords.graph).macs,
        "streams": hop is not None or keywords.context_frames is not None,
        "state_bytes": keywords.model_view().state_bytes if project.runtime == NATIVE else 0,
    }
    if keywords.frontend is not None:
        hop_ms = keywords.frontend.spec.hop_ms * keywords.hops_per_inference
        cost["ms_between_inferences"] = hop_ms
    return cost


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content
