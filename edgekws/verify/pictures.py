"""Pictures of a verdict: what each layer keeps, and accuracy against loudness and offset."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edgekws.drawing import new_figure, save
from edgekws.verify.layer_noise import LayerNoise, losing
from edgekws.verify.sweep import SweepPoint

EXACT_DB = 0.0
ROW_IN = 0.26
MOST_ROWS_IN = 60.0


def draw_layers(layers: Sequence[LayerNoise], png: Path) -> None:
    """Write a PNG with two bars for each layer; the one that loses most stands out.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    figure = new_figure(8.0, min(1.6 + ROW_IN * len(layers) * 1.4, MOST_ROWS_IN))
    axes = figure.subplots()
    worst = losing(layers)[:1]
    rows = range(len(layers))
    colors = ["tab:red" if each in worst else "tab:orange" for each in layers]
    own = [each.own_snr_db or EXACT_DB for each in layers]
    axes.barh([row - 0.2 for row in rows], [each.snr_db or EXACT_DB for each in layers], 0.4,
              color="tab:blue", label="all noise up to here")  # fmt: skip
    axes.barh([row + 0.2 for row in rows], own, 0.4, color=colors, label="noise of its own")
    for row, each in enumerate(layers):
        for shift, ratio in ((-0.2, each.snr_db), (0.2, each.own_snr_db)):
            text = " exact" if ratio is None else f" {ratio:.1f}"
            axes.text(max(0.0, ratio or 0.0), row + shift, text, va="center", fontsize=7)
    axes.set_yticks(rows, [f"{each.layer} {each.op}" for each in layers], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set(xlabel="signal-to-noise ratio, dB", title=_title(worst))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    save(figure, png)


def _title(worst: Sequence[LayerNoise]) -> str:
    if not worst:
        return "int8 against real numbers"
    return f"int8 against real numbers: layer {worst[0].layer} {worst[0].op} loses most"


def draw_sweep(points: Sequence[SweepPoint], chance: float, png: Path) -> None:
    """Write a PNG of accuracy with its interval against gain, and against offset.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    figure = new_figure(10.0, 4.2)
    left, right = figure.subplots(1, 2, sharey=True)
    gains = sorted((p for p in points if p.offset_percent == 0), key=lambda p: p.gain_db)
    offsets = sorted((p for p in points if p.gain_db == 0), key=lambda p: p.offset_percent)
    _curve(left, [p.gain_db for p in gains], gains, chance)
    _curve(right, [p.offset_percent for p in offsets], offsets, chance)
    left.set(xlabel="input gain, dB", ylabel="%", ylim=(0, 102), title="int8 accuracy by loudness")
    right.set(xlabel="constant offset, % of full scale", title="int8 accuracy by offset")
    left.legend(loc="center", fontsize=8)
    save(figure, png)


def _curve(axes: Any, places: list[float], points: Sequence[SweepPoint], chance: float) -> None:
    lows, highs = zip(*(point.interval for point in points), strict=True)
    axes.fill_between(
        places, [100 * low for low in lows], [100 * high for high in highs],
        color="tab:blue", alpha=0.2, label="95 % interval", linewidth=0,
    )  # fmt: skip
    axes.plot(places, [100 * p.accuracy for p in points], "o-", color="tab:blue", label="accuracy")
    axes.plot(places, [100 * p.clipped for p in points], "x--", color="tab:red",
              label="clipped samples", markersize=5)  # fmt: skip
    axes.axhline(100 * chance, color="grey", linestyle=":", label="chance")
    axes.grid(alpha=0.3)
