"""The picture of a clip: everything on it can be read, whatever the names."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.small_run import small_run
from support.sound_folder import tone, write_sound

from edgekws.errors import AudioError, ToolMissing
from edgekws.run import Run
from edgekws.stream import picture
from edgekws.stream.label import Engine, open_engine
from edgekws.stream.picture import draw_clip

NAMES = {
    "plain": "yes.wav",
    "long": f"{'a' * 200}.wav",
    "a formula": "$x^2_ $.wav",
    "a control character": "a\tb.wav",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    pytest.importorskip("matplotlib")
    root = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(root / "cache"))
        yield small_run(root)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The figures that are saved."""
    from matplotlib.figure import Figure

    kept: list[Any] = []
    honest = Figure.savefig

    def kept_too(self: Any, *arguments: object, **options: object) -> None:
        kept.append(self)
        honest(self, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", kept_too)
    return kept


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_read(run: Run, tmp_path: Path, figures: list[Any], name: str) -> None:
    clip = write_sound(tmp_path / NAMES[name], tone(3))
    draw_clip(run, clip, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert_readable(figures[0])


def test_many_labels_have_room(
    run: Run, tmp_path: Path, figures: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (*(f"word{number}" for number in range(32)), "a" * 80)
    engine = open_engine(run)
    data = dataclasses.replace(engine.recipe.data, words=words)
    many = dataclasses.replace(engine, recipe=dataclasses.replace(engine.recipe, data=data))
    scores = np.linspace(-128, 127, 35).astype(np.int8)[np.newaxis]
    monkeypatch.setattr(picture, "open_engine", lambda run: many)
    monkeypatch.setattr(Engine, "scores", lambda self, features: scores)
    draw_clip(run, write_sound(tmp_path / "a.wav", tone(3)), tmp_path / "a.png")
    assert_readable(figures[0])


def test_silence_is_drawn(run: Run, tmp_path: Path, figures: list[Any]) -> None:
    clip = write_sound(tmp_path / "a.wav", np.zeros(16_000, np.int16))
    draw_clip(run, clip, tmp_path / "a.png")
    assert figures[0].axes[0].get_ylim() == (-1.0, 1.0)


def assert_readable(figure: Any) -> None:
    """All texts are inside the figure, none is on another, and each axis says what it shows."""
    sound, image, bars = figure.axes[:3]
    assert sound.get_ylabel() and image.get_xlabel() and image.get_ylabel() and bars.get_xlabel()
    assert image.get_position().x0 == pytest.approx(sound.get_position().x0)
    page = figure.bbox
    texts = [figure._suptitle]
    for axes in figure.axes:
        texts += [axes.xaxis.label, axes.yaxis.label, *axes.texts]
        texts += [*tick_labels(axes.xaxis), *tick_labels(axes.yaxis)]
    shown = [text for text in texts if text.get_visible() and text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    for text, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0, text
        assert box.x1 <= page.width and box.y1 <= page.height, text
    for number, (text, box) in enumerate(boxes):
        for other, its_box in boxes[:number]:
            assert not box.padded(-1).overlaps(its_box.padded(-1)), (text, other)


def tick_labels(axis: Any) -> Iterator[Any]:
    """The texts of the ticks that are in view."""
    low, high = sorted(axis.get_view_interval())
    for tick in axis.get_major_ticks():
        if low <= tick.get_loc() <= high:
            yield from (tick.label1, tick.label2)


def test_without_matplotlib(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.split(".")[0] == "matplotlib":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    clip = write_sound(tmp_path / "a.wav", tone(3))
    with pytest.raises(ToolMissing, match=r'pip install "edgekws\[plot\]"'):
        draw_clip(run, clip, tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()


def test_a_bad_file_leaves_no_picture(run: Run, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot read"):
        draw_clip(run, tmp_path / "none.wav", tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
