"""A picture of the arena: addresses up, layers across, one box per buffer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edgekws.codegen.summary import Place, Summary
from edgekws.drawing import new_figure, printable, save

HEIGHT_IN = 5.0
WIDTH_IN = (7.0, 40.0)
INCHES_PER_LAYER, INCHES_OF_AXES = 0.7, 2.0
CHARACTERS_PER_LAYER = 10  # of small print that fit into the width of a layer
LEAST_SHARE = 0.045  # of the height: a lower box gets no words


def draw_memory_map(summary: Summary, title: str, png: Path) -> None:
    """Write a PNG of where each buffer lies and when it is in use.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    narrow, wide = WIDTH_IN
    layers = len(summary.layers)
    width = min(max(narrow, INCHES_OF_AXES + INCHES_PER_LAYER * layers), wide)
    figure = new_figure(width, HEIGHT_IN)
    axes = figure.subplots()
    height = max(summary.arena_bytes, 1)
    for number, place in enumerate(summary.places):
        _draw_place(axes, place, f"C{number % 10}", height)
    axes.axhline(summary.lower_bound_bytes, color="black", linestyle="--", linewidth=1)
    axes.set(
        xlim=(-0.5, layers - 0.5), ylim=(0, 1.04 * height), ylabel="offset in the arena [bytes]",
        title=f"{printable(title)}: arena of {summary.arena_bytes:,} bytes, "
        f"lower bound {summary.lower_bound_bytes:,} (dashed)",
    )  # fmt: skip
    axes.title.set_parse_math(False)
    names = [f"{number} {layer.op}" for number, layer in enumerate(summary.layers)]
    axes.set_xticks(range(layers), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("layer that runs")
    save(figure, png)


def _draw_place(axes: Any, place: Place, color: str, height: int) -> None:
    # Beside the box that it is written over: the column of its layer shows both halves.
    first = place.first + 0.5 * place.in_place
    layers = place.last - first + 1
    axes.bar(
        first - 0.5, place.bytes, width=layers, bottom=place.offset, align="edge",
        color=color, alpha=0.6, edgecolor="black", linewidth=0.8,
    )  # fmt: skip
    if place.bytes < LEAST_SHARE * height:
        return
    kind, _, layer = place.what.partition(" of layer ")
    words = f"{kind} {layer.split()[0]}: {place.bytes:,}{', in place' * place.in_place}"
    if len(words) > CHARACTERS_PER_LAYER * layers:
        words = f"{place.bytes:,}"
    centre = (first + place.last) / 2, place.offset + place.bytes / 2
    axes.text(*centre, words, ha="center", va="center", fontsize=8)
