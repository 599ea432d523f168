"""The file that says what a sweep chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgekws.errors import ConfigError, UsageError
from edgekws.recipe import Recipe
from edgekws.sweep.space import Range, applied, read_space


def written(folder: Path, text: str) -> Path:
    path = folder / "space.toml"
    path.write_text(text)
    return path


def test_lists_and_ranges(tmp_path: Path) -> None:
    text = """
    learning_rate_factor = {low = 0.1, high = 10, log = true}
    architecture = ["tiny_conv", "ds_cnn"]
    [frontend]
    bands = [10, 40]
    window_ms = {low = 20, high = 40}
    [augment]
    background_volume = {low = 0.0, high = 0.5}
    """
    keys = read_space(written(tmp_path, text)).keys
    assert keys["frontend.bands"] == (10, 40)
    window = keys["frontend.window_ms"]
    assert isinstance(window, Range)
    assert window.is_whole
    assert not keys["augment.background_volume"].is_whole  # type: ignore[union-attr]
    assert keys["learning_rate_factor"] == Range(0.1, 10, log=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("frontend.band = [10]", r"a recipe has no frontend\.band; did you mean .*frontend\.bands"),
        ("[frontend]\nbands = []", r"frontend\.bands: give a list"),
        ("[frontend]\nbands = 10", r"frontend\.bands: give a list"),
        ("[frontend]\nbands = [10, 10]", r"each once"),
        ("[frontend]\nbands = [[10]]", r"frontend\.bands: "),
        ("[frontend]\nbands = {low = 40, high = 10}", r"need low < high"),
        ("[frontend]\nbands = {low = 0, high = 10, log = true}", r"begins above 0"),
        ("[frontend]\nbands = {low = 10}", r"frontend\.bands: .*high"),
        ("", r"nothing to choose"),
        ("[frontend", r"not TOML: "),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        read_space(written(tmp_path, text))
    assert str(tmp_path / "space.toml") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="big_conv"):
        read_space(written(tmp_path, 'architecture = ["big_conv"]'))


def test_choices_go_into_the_recipe() -> None:
    recipe = applied(Recipe(), {"frontend.bands": 10, "learning_rate_factor": 0.5}, "trial 1")
    assert recipe.frontend.bands == 10
    assert recipe.schedule.learning_rates == tuple(
        rate / 2 for rate in Recipe().schedule.learning_rates
    )
    with pytest.raises(ConfigError, match=r"trial 2.*hop_ms 50"):
        applied(Recipe(), {"frontend.hop_ms": 50}, "trial 2")
