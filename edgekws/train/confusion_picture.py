"""A picture of a confusion matrix: labels down, answers across."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from edgekws.drawing import new_figure, printable, save
from edgekws.train.judgement import Judgement

INCHES_PER_LABEL = 0.5
SIDE_IN = (4.0, 30.0)  # of the matrix: of the fewest labels and of the most
MOST_COUNTED = 60  # labels; with more there is no room for numbers
LABEL_CHARACTERS = 20


def draw_confusion(found: Judgement, png: Path) -> None:
    """Write a PNG of the matrix: counts, coloured by their share of the clips of the label.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    narrow, wide = SIDE_IN
    side = min(max(narrow, INCHES_PER_LABEL * len(found.classes)), wide)
    figure = new_figure(side + 2.4, side + 1.6)
    axes = figure.subplots()
    counts = np.array(found.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues")
    _name(axes, [printable(each.label, LABEL_CHARACTERS) for each in found.classes])
    axes.set_title(
        f"{found.partition}: {found.clips:,} clips, accuracy {100 * found.accuracy:.2f} %",
        parse_math=False,
    )
    if len(counts) <= MOST_COUNTED:
        _count(axes, counts, shares)
    figure.colorbar(image, ax=axes, label="share of the label's clips", pad=0.02, shrink=0.8)
    save(figure, png)


def _name(axes: Any, names: list[str]) -> None:
    places = range(len(names))
    axes.set_xticks(places, names, rotation=90, parse_math=False)
    axes.set_yticks(places, names, parse_math=False)
    axes.set(xlabel="answer", ylabel="label")


def _count(axes: Any, counts: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> None:
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count}", ha="center", va="center", color=color, fontsize=8)
