"""How accuracy and loss went while the float network learned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgekws.drawing import new_figure, png_bytes


def history(run_path: Path) -> list[dict[str, Any]]:
    """The rows that ``train`` wrote; none when it left none."""
    path = run_path / "float" / "history.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def draw_curves(rows: list[dict[str, Any]], best_step: int | None) -> bytes:
    """A PNG of accuracy and loss against steps, the chosen checkpoint marked.

    Raises
    ------
    ToolMissing
        matplotlib is not installed.
    """
    figure = new_figure(9.0, 3.2)
    steps = [row["step"] for row in rows]
    for axes, name in zip(figure.subplots(1, 2), ("accuracy", "loss"), strict=True):
        factor = 100 if name == "accuracy" else 1
        for partition in ("training", "validation"):
            values = [factor * row[f"{partition}_{name}"] for row in rows]
            axes.plot(steps, values, marker="." if len(steps) < 40 else "", label=partition)
        if best_step is not None:
            axes.axvline(best_step, color="gray", linestyle=":", label=f"kept: step {best_step:,}")
        axes.set(xlabel="step", ylabel=f"{name} [%]" if factor == 100 else name)
        axes.grid(visible=True, alpha=0.3)
    axes.legend()
    return png_bytes(figure)
