"""A picture of the features of a sound: time across, bands with their frequencies up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws.drawing import new_figure, printable, save
from edgekws.features.whole import SoundFeatures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT_IN = 4.2
WIDTH_IN = (8.0, 40.0)  # of short sounds, and of the longest
INCHES_PER_SECOND = 1.5
MOST_TICKS = 9


def draw_features(found: SoundFeatures, png: Path) -> None:
    """Write a PNG of all frames.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    narrow, wide = WIDTH_IN
    figure = new_figure(min(max(narrow, INCHES_PER_SECOND * found.seconds), wide), HEIGHT_IN)
    axes = figure.subplots()
    frames, bands = found.values.shape
    title = f"{printable(found.file.name)}: {found.frontend.spec.name}, {frames} x {bands}"
    axes.set_title(title, parse_math=False)
    _draw_values(figure, axes, found)
    _name_bands(axes, found)
    save(figure, png)


def _draw_values(figure: Figure, axes: Any, found: SoundFeatures) -> None:
    spec = found.frontend.spec
    # A frame is drawn over its hop, in the middle of its window.
    first = (spec.window_ms - spec.hop_ms) / 2000
    last = first + len(found.values) * spec.hop_ms / 1000
    image = axes.imshow(
        found.values.T, origin="lower", aspect="auto", vmin=-128, vmax=127,
        extent=(first, last, -0.5, spec.bands - 0.5),
    )  # fmt: skip
    axes.set(xlim=(0, max(found.seconds, last)), xlabel="time [s]")
    figure.colorbar(image, ax=axes, label="int8 feature", pad=0.01, ticks=[-128, -64, 0, 64, 127])


def _name_bands(axes: Any, found: SoundFeatures) -> None:
    """Put the numbers of bands on the axis, with their frequencies where they have one."""
    bands = found.frontend.spec.bands
    rows = range(0, bands, -(-bands // MOST_TICKS))
    centres = found.frontend.band_centres_hz()
    if centres is None:
        axes.set_yticks(rows)
        axes.set_ylabel("coefficient")
        return
    axes.set_yticks(rows, [f"{row}: {centres[row]:,.0f}" for row in rows])
    axes.set_ylabel("band: centre [Hz]")
