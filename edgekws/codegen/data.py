"""The ``.tflite`` file as an aligned C array, for a program that interprets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from edgekws.codegen.environment import Banner, render


@dataclass(frozen=True)
class DataView:
    """What the templates may know about the file."""

    prefix: str
    macro: str
    content: bytes


class Model(Protocol):
    """Names of the model's code."""

    @property
    def prefix(self) -> str:
        """Begins every public name."""

    @property
    def macro(self) -> str:
        """The same in capital letters."""

    @property
    def const_section(self) -> bool:
        """Whether the board keeps weights in a memory of their own."""


def data_files(model: Model, content: bytes, banner: Banner) -> dict[str, str]:
    """``model/<prefix>_model_data.h`` and ``.c``."""
    views = {"model": model, "data": DataView(model.prefix, model.macro, content)}
    return {
        f"model/{model.prefix}_model_data.{kind}": render(
            f"common/model_data.{kind}.j2", banner, views
        )
        for kind in ("h", "c")
    }
