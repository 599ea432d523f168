"""Where boards, C templates and the licence are: in the wheel, or beside the package in a clone."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def boards_folder() -> Path:
    """Folder of the board descriptors, ``ID.toml`` each."""
    return _folder("boards")


def templates_folder() -> Path:
    """Folder that holds ``runtime/`` (hand-written C) and one folder of templates per target."""
    return _folder("firmware_templates")


def license_text() -> str:
    """The Apache License 2.0, under which the hand-written C is."""
    return _folder("LICENSE").read_text(encoding="utf-8")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.exists() else _PACKAGE.parent / name
