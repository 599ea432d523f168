"""Recipes by their names and as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.sound_folder import make_folder

from edgekws.errors import ConfigError, UsageError
from edgekws.models import find_architecture
from edgekws.strict import to_toml
from edgekws.train.plan import Wishes, plan
from edgekws.train.shipped import FOLDER, find_recipe, recipe_names

TUTORIALS = ("five_convolutions", "simple_audio_32", "simple_audio_64", "spectrogram_cnn")


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_holds_everything(name: str) -> None:
    recipe = find_recipe(name)
    assert recipe.about
    assert not recipe.data.source and recipe.start is None
    assert bool(recipe.data.words) == (recipe.architecture in TUTORIALS)  # with words of their own
    find_architecture(recipe.architecture)
    assert (FOLDER / f"{name}.toml").read_text(encoding="utf-8") == to_toml(recipe)


def test_what_is_asked_for_goes_before_the_recipe(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40})
    base = find_recipe("ds_cnn")
    recipe = plan(None, Wishes(data=folder, seed=5, steps=(7,)), base=base)
    assert recipe.architecture == "ds_cnn" and recipe.augment == base.augment
    assert (recipe.schedule.seed, sum(recipe.schedule.steps)) == (5, 7)
    assert recipe.schedule.decay == base.schedule.decay
    assert recipe.data.words == ("no", "yes")
    with pytest.raises(UsageError, match="recipe is of ds_cnn; leave out --arch tiny_conv"):
        plan("tiny_conv", Wishes(data=folder), base=base)


def test_a_file_is_read_strictly_and_a_wrong_name_says_which_there_are(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('architecture = "ds_cnn"\n[augment]\nmaskedframes = 3\n')
    with pytest.raises(ConfigError, match=r"own.toml:augment: unknown key 'maskedframes'; known: "):
        find_recipe(str(path))
    path.write_text(to_toml(find_recipe("ds_cnn")))
    assert find_recipe(str(path)) == find_recipe("ds_cnn")
    with pytest.raises(UsageError, match=r"'dscnn' is not known; known: .*ds_cnn.*\.toml file"):
        find_recipe("dscnn")
