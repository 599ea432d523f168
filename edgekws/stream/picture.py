"""A picture of one clip: the sound, the int8 features, the scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edgekws.audio.read import fit, read_clip
from edgekws.errors import ToolMissing
from edgekws.features import find_frontend
from edgekws.files import replacing
from edgekws.graph import read_model, run_graph
from edgekws.run import Run


def draw_clip(run: Run, path: Path, png: Path, *, resample: bool = False) -> None:
    """Write a PNG of what the network sees in ``path`` and what it answers.

    Raises
    ------
    AudioError
        The file cannot be used.
    ToolMissing
        matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as exc:
        raise ToolMissing('pictures need matplotlib: pip install "edgekws[plot]"') from exc
    recipe = run.recipe
    rate = recipe.audio.sample_rate_hz
    clip = fit(read_clip(path, rate, resample), recipe.audio.clip_samples)
    frames = find_frontend(recipe.frontend).compute(clip[np.newaxis])
    scores = run_graph(read_model(run.model), frames)[0]

    figure = Figure(figsize=(8, 7), layout="constrained")
    FigureCanvasAgg(figure)
    sound, features, answer = figure.subplots(3, 1, height_ratios=[1, 1.6, 1.4])
    seconds = recipe.audio.clip_ms / 1000
    sound.plot(np.arange(len(clip)) / rate, clip / 32768, linewidth=0.6)
    sound.set(title=f"{path.name} in {run.name}", xlim=(0, seconds), ylim=(-1, 1), ylabel="sample")
    image = features.imshow(
        frames[0].T, origin="lower", aspect="auto", vmin=-128, vmax=127,
        extent=(0, seconds, 0, recipe.frontend.bands),
    )  # fmt: skip
    features.set(xlabel="time [s]", ylabel=f"{recipe.frontend.name} band")
    figure.colorbar(image, ax=features, label="int8 feature", pad=0.01)
    answer.barh(recipe.labels, scores.astype(np.int32) + 128)
    answer.set(xlim=(0, 255), xlabel="score + 128")
    answer.invert_yaxis()
    with replacing(png) as temporary:
        figure.savefig(temporary, format="png", dpi=110)
