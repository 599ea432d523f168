"""A picture of a checked folder: clips by word, lengths, levels."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from edgekws.audio.check import Report
from edgekws.audio.inspect import SILENT_DBFS
from edgekws.audio.split import PARTITIONS
from edgekws.errors import ToolMissing
from edgekws.files import replacing

_COLORS = ("#4477aa", "#ccbb44", "#ee6677")  # told apart by colour-blind eyes
_INCHES_PER_LABEL = 0.22
_TALLEST_INCHES = 60.0
_QUIETEST_DBFS = -90.0


def draw_report(report: Report, png: Path, clip_ms: int) -> None:
    """Write a PNG of class balance, lengths and levels.

    Parameters
    ----------
    report
        What `edgekws.audio.check.check` found.
    png
        The file to write.
    clip_ms
        Length of a clip, milliseconds; it is marked among the lengths.

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
    names = [_plain(each.label) for each in report.labels]
    bars = min(_TALLEST_INCHES, 1.2 + _INCHES_PER_LABEL * len(names))
    figure = Figure(figsize=(8, bars + 5), layout="constrained")
    FigureCanvasAgg(figure)
    balance, lengths, levels = figure.subplots(3, 1, height_ratios=[bars, 2.5, 2.5])

    left = np.zeros(len(names))
    for partition, color in zip(PARTITIONS, _COLORS, strict=True):
        counts = np.array([getattr(each, partition) for each in report.labels], dtype=float)
        balance.barh(names, counts, left=left, color=color, label=partition)
        left += counts
    balance.set(
        title=f"{len(report.clips):,} clips in {_plain(report.folder.name)}", xlabel="clips"
    )
    balance.set_ylim(len(names) - 0.4, -0.6)
    balance.legend(fontsize="small")

    clip_s = clip_ms / 1000
    lengths.hist(
        np.clip(report.lengths_s, 0, 2 * clip_s),
        bins=np.linspace(0, 2 * clip_s, 81),
        color=_COLORS[0],
    )
    lengths.axvline(clip_s, color="black", linewidth=0.8, linestyle="--")
    lengths.set(
        xlim=(0, 2 * clip_s), yscale="symlog", ylabel="clips",
        xlabel=f"length [s]; dashed: one clip; longer than {2 * clip_s:g} s counts there",
    )  # fmt: skip
    levels.hist(
        np.clip(report.levels_dbfs, _QUIETEST_DBFS, 0),
        bins=np.arange(_QUIETEST_DBFS, 1),
        color=_COLORS[0],
    )
    levels.axvline(SILENT_DBFS, color="black", linewidth=0.8, linestyle="--")
    levels.set(
        xlim=(_QUIETEST_DBFS, 0), ylabel="clips",
        xlabel="level of the loudest 100 ms [dB of full scale]; dashed: counts as silent below",
    )  # fmt: skip
    with replacing(png) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a word in letters that the font does not have
        figure.savefig(temporary, format="png", dpi=110)


def _plain(text: str) -> str:
    """Keep matplotlib from reading a formula, or bytes that are no text, in a folder's name."""
    return text.encode(errors="replace").decode().replace("$", r"\$")
