"""Where the boards and the C templates are: inside the wheel, or beside the package in a clone."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def boards_folder() -> Path:
    """Folder of the board descriptors, ``ID.toml`` each."""
    return _folder("boards")


def templates_folder() -> Path:
    """Folder that holds ``runtime/`` (hand-written C) and one folder of templates per target."""
    return _folder("firmware_templates")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
