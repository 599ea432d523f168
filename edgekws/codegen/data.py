"""The ``.tflite`` file as an aligned C array, for a program that interprets it."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.codegen.environment import Banner, render
from edgekws.codegen.model import ModelView


@dataclass(frozen=True)
class DataView:
    """What the templates may know about the file."""

    prefix: str
    macro: str
    content: bytes


def data_files(model: ModelView, content: bytes, banner: Banner) -> dict[str, str]:
    """``model/<prefix>_model_data.h`` and ``.c``."""
    views = {"model": model, "data": DataView(model.prefix, model.macro, content)}
    return {
        f"model/{model.prefix}_model_data.{kind}": render(
            f"common/model_data.{kind}.j2", banner, views
        )
        for kind in ("h", "c")
    }
