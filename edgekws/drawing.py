"""How pictures begin and end, for every room that draws one."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from edgekws.errors import ToolMissing
from edgekws.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 110


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty figure that needs no display.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as exc:
        raise ToolMissing('pictures need matplotlib: pip install "edgekws[plot]"') from exc
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, png: Path) -> None:
    """Write the figure, whole or not at all."""
    write_bytes(png, png_bytes(figure))


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    drawn = io.BytesIO()
    with warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; that is no news for the terminal.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(drawn, format="png", dpi=DPI)
    return drawn.getvalue()


def printable(text: str, characters: int = 60) -> str:
    """The text without what no font can draw, and not longer than fits."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= characters else f"{shown[: characters - 1]}…"
