"""Accuracy of all trials against what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from edgekws.drawing import new_figure, printable, save
from edgekws.sweep.budget import Budget
from edgekws.sweep.searching import Tried

AXES = (
    ("flash_bytes", "flash [bytes]"),
    ("ram_bytes", "RAM with stack [bytes]"),
    ("instructions_per_hop", "instructions a hop"),
)


def draw_sweep(tried: Sequence[Tried], budget: Budget, chosen: Tried | None, png: Path) -> None:
    """Write a PNG: filled points are within the budget, the ringed one is the pick.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    figure = new_figure(13.0, 4.0)
    known = [each for each in tried if each.cost is not None and each.accuracy is not None]
    names = sorted({str(each.choices["architecture"]) for each in known})
    plots = figure.subplots(1, 3, sharey=True)
    for axes, (field, title) in zip(plots, AXES, strict=True):
        for number, name in enumerate(names):
            for fits in (True, False):
                own = [
                    each for each in known
                    if each.choices["architecture"] == name and each.fits == fits
                ]  # fmt: skip
                axes.scatter(
                    [getattr(each.cost, field) for each in own],
                    [100 * (each.accuracy or 0) for each in own],
                    color=f"C{number}", facecolors=None if fits else "none",
                    label=printable(name, 30) if fits else None,
                )  # fmt: skip
        if chosen is not None:
            place = getattr(chosen.cost, field), 100 * (chosen.accuracy or 0)
            axes.scatter(*place, s=160, facecolors="none", edgecolors="black")
        limit = getattr(budget, field)
        if limit is not None:
            axes.axvline(limit, color="gray", linestyle=":")
        axes.set(xlabel=title, xscale="log")
        axes.grid(visible=True, which="both", alpha=0.3)
    plots[0].set_ylabel("int8, validation [%]")
    plots[0].legend(fontsize=8)
    save(figure, png)
