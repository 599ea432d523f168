"""TOML goes through one strict loader, in both directions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekws import strict
from edgekws.errors import ConfigError
from edgekws.recipe import DataSpec, Recipe


@dataclass(frozen=True)
class Inner:
    size: int
    share: float = 0.5


@dataclass(frozen=True)
class Outer:
    name: str
    inner: Inner = field(default_factory=lambda: Inner(1))
    numbers: tuple[int, ...] = ()
    maybe: Inner | None = None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "a"\nnmae = "b"', "unknown key 'nmae'; known: inner, maybe, name, numbers"),
        ("", "missing key 'name'"),
        ("name = 3", "name must be str, got 3"),
        ('name = "a"\nnumbers = [1, "2"]', r"numbers\[1\] must be int, got '2'"),
        ('name = "a"\nnumbers = 1', "numbers must be a list, got 1"),
        ('name = "a"\n[inner]\nsize = true', "x.toml:inner: size must be int, got True"),
        ('name = "a"\n[inner]\nsize = 1\nshare = nan', "share must be a finite number"),
        ('name = "a"\ninner = 3', "x.toml:inner: must be a table, got 3"),
        ("name = ", "x.toml: not TOML"),
        ("\xff", "x.toml: not TOML"),
    ],
)
def test_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=message):
        strict.load_toml(Outer, path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot read: No such file"):
        strict.load_toml(Outer, tmp_path / "none.toml")


def test_rule_of_a_dataclass_names_the_table(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("[data]\ntesting_percentage = 120\n")
    with pytest.raises(ConfigError, match=r"recipe\.toml:data: testing_percentage must be in"):
        strict.load_toml(Recipe, path)


words = st.lists(st.text("abcdefgh", min_size=1, max_size=8), unique=True, max_size=4).map(tuple)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(source=st.text(max_size=20), words=words, silence=st.floats(0, 100))
def test_writes_what_it_reads(
    tmp_path: Path, source: str, words: tuple[str, ...], silence: float
) -> None:
    recipe = Recipe(data=DataSpec(source=source, words=words, silence_percentage=silence))
    path = tmp_path / "recipe.toml"
    path.write_bytes(strict.to_toml(recipe).encode())
    assert strict.load_toml(Recipe, path) == recipe


@given(text=st.text(max_size=60))
def test_any_text_is_an_answer_or_one_error(text: str) -> None:
    try:
        table = {"name": text, text: 1}
        strict.from_table(Outer, table, "x")
    except ConfigError as exc:
        assert str(exc).startswith("x: ")
