"""A picture of a benchmark: where the instructions, the flash and the RAM go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edgekws.drawing import new_figure, save
from edgekws.firmware.benchmark import Benchmark

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_benchmark(found: Benchmark, name: str, png: Path) -> None:
    """Write a PNG.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    figure = new_figure(12, max(4.0, 1.6 + 0.3 * len(found.layers)))
    layers, memory = figure.subplots(1, 2, width_ratios=[1.6, 1])
    figure.suptitle(f"{name} on {found.board} ({found.core}, {found.clock_hz / 1e6:g} MHz)")
    _draw_layers(layers, found)
    _draw_memory(memory, found)
    save(figure, png)


def _draw_layers(axes: Axes, found: Benchmark) -> None:
    names = [f"{number} {layer.op}" for number, layer in enumerate(found.layers)]
    counts = [layer.instructions for layer in found.layers]
    bars = axes.barh(names, counts)
    axes.bar_label(bars, [f"{count:,}" for count in counts], padding=3, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    time = found.ms_per_inference
    axes.set(
        title=f"one inference: {found.instructions_per_inference:,} instructions (simulated)",
        xlabel=f"instructions; predicted {time.likely:.3g} ms ({time.low:.3g} to {time.high:.3g})",
    )


def _draw_memory(axes: Axes, found: Benchmark) -> None:
    parts = found.flash_parts
    pieces = {
        "flash: code": parts.code,
        "flash: model": parts.model,
        "flash: frontend": parts.frontend,
        "flash: the rest": parts.rest,
        "RAM: arena": found.arena_bytes,
        "RAM: the rest": found.ram_bytes - found.arena_bytes,
    }
    colors = ["tab:orange"] * 4 + ["tab:purple"] * 2
    bars = axes.barh(list(pieces), list(pieces.values()), color=colors)
    axes.bar_label(bars, [f"{size:,}" for size in pieces.values()], padding=3, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.3)
    axes.set(
        title="bytes (measured)",
        xlabel=f"bytes; flash {found.flash_bytes:,}, RAM {found.ram_bytes:,}",
    )
