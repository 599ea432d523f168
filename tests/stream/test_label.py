"""Labels of whole files: the same as the graph's, in order, in little memory."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.small_run import small_model, small_run
from support.sound_folder import make_folder, tone, write_sound

from edgekws import strict
from edgekws.audio.read import fit
from edgekws.errors import AudioError, ConfigError
from edgekws.features import find_frontend
from edgekws.graph import read_model, run_graph
from edgekws.run import Run
from edgekws.stream import label
from edgekws.stream.label import label_files, sound_files


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    root = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(root / "cache"))
        yield small_run(root)


@pytest.fixture
def run(made: Run, tmp_path: Path) -> Run:
    """A copy, which may be changed."""
    return Run(Path(shutil.copytree(made.path, tmp_path / "small")))


@pytest.fixture
def sounds(made: Run) -> Path:
    return Path(made.recipe.data.source)


def test_answers_are_the_graphs(run: Run, tmp_path: Path) -> None:
    lengths = (16_000, 9_001, 20_000)
    files = [
        write_sound(tmp_path / "clips" / f"{number}.wav", tone(number, samples))
        for number, samples in enumerate(lengths)
    ]
    clips = np.stack([fit(tone(number, samples), 16_000) for number, samples in enumerate(lengths)])
    features = find_frontend(run.recipe.frontend).compute(clips)
    expected = run_graph(read_model(run.model), features)
    for answer, path, scores in zip(label_files(run, files), files, expected, strict=True):
        assert answer.file == str(path)
        assert answer.scores == tuple(scores)
        assert answer.score == max(scores)
        assert answer.label == run.recipe.labels[int(scores.argmax())]


def test_batches_change_nothing(run: Run, sounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = list(label_files(run, [sounds / "yes"]))
    monkeypatch.setattr(label, "BATCH", 7)
    assert list(label_files(run, [sounds / "yes"])) == expected


def test_only_one_batch_is_read_ahead(
    run: Run, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of files are labelled as they are read, not collected."""
    monkeypatch.setattr(label, "BATCH", 5)
    read: list[Path] = []
    honest = label.read_clip

    def counted(path: Path, rate: int, resample: bool) -> np.ndarray:
        read.append(path)
        return honest(path, rate, resample)

    monkeypatch.setattr(label, "read_clip", counted)
    answers = label_files(run, [sounds])
    for number in range(1, 13):
        next(answers)
        assert len(read) == 5 * -(-number // 5)


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    make_folder(tmp_path, {"b": 2, "a": 1})
    for name in (".hidden/1.wav", "__MACOSX/1.wav", "a/notes.txt", "a/.2.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = [path.relative_to(tmp_path).as_posix() for path in sound_files([tmp_path])]
    assert found == [
        "a/00000000_nohash_0.wav",
        "b/00000000_nohash_0.wav",
        "b/00000001_nohash_0.wav",
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(AudioError, match="no sound file in this folder"):
        sound_files([tmp_path / "empty"])


def test_a_stale_network_is_refused(run: Run, sounds: Path) -> None:
    run.model.write_bytes(small_model(seed=2))
    with pytest.raises(ConfigError, match="run `edgekws quantize small` again"):
        next(label_files(run, [sounds]))


@pytest.mark.parametrize("change", ["bands", "words"])
def test_a_network_of_another_recipe_is_refused(run: Run, sounds: Path, change: str) -> None:
    recipe = run.recipe
    if change == "bands":
        recipe = dataclasses.replace(recipe, frontend=dataclasses.replace(recipe.frontend, bands=9))
    else:
        recipe = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, words=("yes",)))
    (run.path / "recipe.toml").write_text(strict.to_toml(recipe))
    run.record("quantize", inputs={}, outputs={"model": run.model})
    with pytest.raises(ConfigError, match="reads 490 features and gives 4 scores; the recipe has"):
        next(label_files(run, [sounds]))
