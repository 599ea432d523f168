"""A picture of one clip: the sound, the int8 features, the scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edgekws.errors import ToolMissing
from edgekws.files import replacing
from edgekws.recipe import Recipe
from edgekws.run import Run
from edgekws.stream.label import open_engine

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH_IN = 8.0
SOUND_IN, FEATURES_IN = 1.6, 3.0
MARGINS_IN, LABEL_IN = 1.9, 0.26  # of title and axes; of one label's bar
DPI = 110
NAME_CHARACTERS = 30

HEARD, OTHERS = "tab:orange", "tab:blue"


def draw_clip(run: Run, path: Path, png: Path, *, resample: bool = False) -> None:
    """Write a PNG of what the network sees in ``path`` and what it answers.

    Raises
    ------
    AudioError
        The file cannot be used.
    ConfigError, ModelError
        See `edgekws.stream.label.open_engine`.
    ToolMissing
        matplotlib is not installed.
    """
    engine = open_engine(run)
    clip = engine.clip(path, resample)
    features = engine.frontend.compute(clip[np.newaxis])
    scores = engine.scores(features)[0]
    figure, (sound, image, bars) = _panels(len(scores))
    recipe = engine.recipe
    best = recipe.labels[int(scores.argmax())]
    title = f"{_shortened(path.name)} in {_shortened(run.name)}: {_shortened(best)}"
    figure.suptitle(_printable(title), parse_math=False)
    _draw_sound(sound, clip, recipe)
    _draw_features(figure, image, features[0], recipe)
    _draw_scores(bars, scores, recipe.labels)
    with replacing(png) as temporary:
        figure.savefig(temporary, format="png")


def _panels(labels: int) -> tuple[Figure, Any]:
    """Return a figure that is high enough for the names of its labels, and its three axes."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as exc:
        raise ToolMissing('pictures need matplotlib: pip install "edgekws[plot]"') from exc
    heights = [SOUND_IN, FEATURES_IN, LABEL_IN * (labels + 1)]
    figure = Figure(figsize=(WIDTH_IN, sum(heights) + MARGINS_IN), dpi=DPI)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.08)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(3, 1, height_ratios=heights)


def _draw_sound(axes: Any, clip: npt.NDArray[np.int16], recipe: Recipe) -> None:
    samples = clip / 32768
    peak = float(np.abs(samples).max())
    times = np.arange(len(clip)) / recipe.audio.sample_rate_hz
    axes.plot(times, samples, linewidth=0.6, color=OTHERS)
    axes.set(xlim=(0, recipe.audio.clip_ms / 1000), ylabel="sound\n(full scale 1)")
    room = 1.1 * peak or 1.0  # a quiet clip is still seen; the axis tells how quiet
    axes.set_ylim(-room, room)
    axes.tick_params(labelbottom=False)
    axes.grid(axis="x", alpha=0.3)


def _draw_features(
    figure: Figure, axes: Any, features: npt.NDArray[np.int8], recipe: Recipe
) -> None:
    spec = recipe.frontend
    # A frame is drawn over its hop, in the middle of its window.
    first = (spec.window_ms - spec.hop_ms) / 2000
    last = first + len(features) * spec.hop_ms / 1000
    image = axes.imshow(
        features.T, origin="lower", aspect="auto", interpolation="nearest", vmin=-128, vmax=127,
        extent=(first, last, -0.5, spec.bands - 0.5),
    )  # fmt: skip
    axes.set(
        xlim=(0, recipe.audio.clip_ms / 1000), xlabel="time [s]",
        ylabel=f"{spec.name} band\n({spec.low_hz} to {spec.high_hz} Hz)",
    )  # fmt: skip
    axes.yaxis.get_major_locator().set_params(integer=True)
    figure.colorbar(image, ax=axes, label="int8 feature", pad=0.01, ticks=[-128, -64, 0, 64, 127])


def _draw_scores(axes: Any, scores: npt.NDArray[np.int8], labels: tuple[str, ...]) -> None:
    heights = scores.astype(np.int32) + 128
    best = int(heights.argmax())
    rows = np.arange(len(labels))
    colors = [HEARD if row == best else OTHERS for row in rows]
    axes.barh(rows, heights, left=-128, color=colors, height=0.7)
    names = [_printable(_shortened(label)) for label in labels]
    axes.set_yticks(rows, names, parse_math=False)
    for row, score in enumerate(scores):
        axes.text(130, row, f"{score:4d}", va="center", ha="left", family="monospace")
    axes.set(xlim=(-128, 127), ylim=(len(labels) - 0.5, -0.5), xlabel="int8 score")
    axes.set_xticks([-128, -64, 0, 64, 127])
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)


def _shortened(name: str, characters: int = NAME_CHARACTERS) -> str:
    return name if len(name) <= characters else f"{name[: characters - 1]}…"


def _printable(text: str) -> str:
    """The text without what no font can draw."""
    return "".join(character if character.isprintable() else "?" for character in text)
