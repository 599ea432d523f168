"""ROC and DET curves of a detector on streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws.drawing import new_figure, save
from edgekws.metrics import poisson_interval
from edgekws.stream.judging import Judged, Point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = {"windows": "detection windows", "tolerance": "TensorFlow's tolerance"}
COLORS = ("tab:blue", "tab:orange")
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)  # % missed
SWEPT = "the threshold from 255 (left) to 0"


@dataclass(frozen=True)
class Series:
    """One curve, and the detector that is a point on it."""

    name: str
    points: Sequence[Point]
    judged: Judged


def draw_roc(series: Sequence[Series], hours: float, png: Path) -> None:
    """Draw words heard against false accepts per hour. Raises `ToolMissing` without matplotlib."""
    figure = new_figure(7.5, 5.0)
    axes = figure.subplots()
    for color, each in zip(COLORS, series, strict=False):
        shares = [100 * (1 - point.miss_share) for point in each.points]
        axes.plot(_rates(each), shares, color=color, label=each.name, linewidth=1.4)
        axes.plot(each.judged.per_hour, 100 * (1 - _missed(each)), "o", color=color)
    room = max(20.0, *(4 * each.judged.per_hour for each in series))
    most = max(rate for each in series for rate in _rates(each))
    axes.set(
        xlim=(-0.02 * room, min(room, 1.05 * most) or 1.0), ylim=(-2, 102),
        xlabel="false accepts per hour of stream", ylabel="words heard [% of those said]",
        title=f"ROC: {SWEPT}, {hours:.2g} h of stream",
    )  # fmt: skip
    _finish(axes, figure, "the detector", png)


def draw_det(series: Sequence[Series], hours: float, png: Path) -> None:
    """Draw words missed against false accepts per hour, both axes logarithmic.

    No false accept, and no miss, cannot be seen on such an axis: they are drawn at half a count.
    """
    figure = new_figure(7.5, 5.0)
    axes = figure.subplots()
    none = 0.5 / hours
    for color, each in zip(COLORS, series, strict=False):
        least = 50 / max(1, each.judged.all_words.spoken)
        misses = [max(100 * point.miss_share, least) for point in each.points]
        rates = [max(rate, none) for rate in _rates(each)]
        axes.plot(rates, misses, color=color, label=each.name, linewidth=1.4)
        at = max(each.judged.per_hour, none), max(100 * _missed(each), least)
        low, high = each.judged.per_hour_interval
        spread = [[at[0] - min(at[0], max(low, none))], [max(high - at[0], 0.0)]]
        axes.errorbar(*at, xerr=spread, fmt="o", color=color, capsize=3)
    _show_none(axes, hours)
    most = max(rate for each in series for rate in _rates(each))
    axes.set(
        xscale="log", yscale="log", xlim=(none * 0.7, max(10 / hours, 1.5 * most)),
        ylim=(None, 130), title=f"DET: {SWEPT}, {hours:.2g} h of stream",
        xlabel="false accepts per hour of stream", ylabel="words missed [% of those said]",
    )  # fmt: skip
    least_shown = axes.get_ylim()[0]
    ticks = [tick for tick in TICKS if tick >= least_shown]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    left, right = axes.get_xlim()
    decades = [10.0**power for power in range(-3, 6) if left <= 10.0**power <= right]
    axes.set_xticks(decades, [f"{decade:g}" for decade in decades])
    _finish(axes, figure, "the detector, 95 % interval", png)


def _show_none(axes: Any, hours: float) -> None:
    none, bound = 0.5 / hours, poisson_interval(0)[1] / hours
    axes.axvspan(none * 0.7, 0.84 / hours, color="0.92", zorder=0)
    axes.text(
        none * 0.75, 0.02, f" none counted:\n below {bound:.2g} per hour", fontsize=8,
        transform=axes.get_xaxis_transform(), va="bottom",
    )  # fmt: skip


def _rates(series: Series) -> list[float]:
    return [point.per_hour for point in series.points]


def _missed(series: Series) -> float:
    return series.judged.all_words.share or 0.0


def _finish(axes: Any, figure: Figure, dot: str, png: Path) -> None:
    axes.plot([], [], "o", color="0.3", label=dot)
    axes.grid(alpha=0.3)
    axes.legend(loc="best", fontsize=8)
    save(figure, png)
