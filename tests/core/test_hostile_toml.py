"""Recipes, boards and manifests with wrong, missing, huge and hostile values: one line, no more."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edgekws import strict
from edgekws.boards import Board, load_board
from edgekws.errors import ConfigError
from edgekws.recipe import Recipe
from edgekws.resources import boards_folder
from edgekws.run import Run

FILES = {
    Recipe: strict.to_toml(Recipe()),
    Board: (boards_folder() / "arduino_nano_33_ble_sense.toml").read_text(encoding="utf-8"),
}
HUGE = (0, -1, 2**31, -(2**63), 2**64, 10**400, 1e308, -1e-300, float("inf"), float("nan"))
VALUES = st.one_of(
    st.sampled_from(HUGE),
    st.sampled_from(
        ["", "\0", "../..", "a\nb", "\u202e", "x" * 5000, "none", "-o/tmp/x", "*.toml"]
    ),
    st.booleans(),
    st.text(max_size=20),
    st.lists(st.integers() | st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.none(),
)


def places(table: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in table.items():
        found.append((*path, key))
        if isinstance(value, dict):
            found += places(value, (*path, key))
    return found


def holder(table: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path[:-1]:
        table = table[key]
    return table


@pytest.mark.parametrize("cls", FILES)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_value_in_any_place(cls: type, data: st.DataObject) -> None:
    table = tomllib.loads(FILES[cls])
    path = data.draw(st.sampled_from(places(table)))
    spoilt = copy.deepcopy(table)
    what = data.draw(st.sampled_from(["change", "remove", "add"]))
    if what == "remove":
        del holder(spoilt, path)[path[-1]]
    else:
        key = path[-1] if what == "change" else data.draw(st.text(max_size=10))
        holder(spoilt, path)[key] = data.draw(VALUES)
    try:
        made = strict.from_table(cls, spoilt, "file.toml")
    except ConfigError as exc:
        told(str(exc), "file.toml")
        return
    assert strict.from_table(cls, tomllib.loads(strict.to_toml(made)), "again") == made


def told(line: str, name: str) -> None:
    """The file is named, and it is one line that a terminal shows whole."""
    assert line.startswith(name), line
    assert "\n" not in line, line
    assert len(line) < 1000, line


HOSTILE = {
    "deep": b"a = " + b"[" * 5000,
    "deep tables": b"a={b=" * 500,
    "many digits": b"schema = " + b"9" * 5000,
    "not UTF-8": b"name = '\xff'",
    "NUL": b"\0",
    "a long key": b"x" * 100_000 + b" = 1",
    "twice": b"schema = 1\nschema = 1",
    "a date": b"schema = 1979-05-27",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("cls", FILES)
def test_hostile_files(cls: type, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(HOSTILE[kind])
    with pytest.raises(ConfigError) as caught:
        strict.load_toml(cls, path)
    told(str(caught.value), str(path))


@settings(
    max_examples=100, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(text=st.text(max_size=60) | st.binary(max_size=60))
@example(text="[" * 100_000)
def test_any_text_as_a_board(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "board.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError) as caught:
        load_board(path)
    told(str(caught.value), str(path))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["stages", "train", "inputs", "outputs", "facts", "a"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@settings(
    max_examples=100, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(document=JSON)
@example(document={"stages": {"train": {"inputs": {"recipe.toml": 3}, "outputs": {}, "facts": {}}}})
@example(document={"stages": {"train": {"inputs": {"\0": ""}, "outputs": {}, "facts": {}}}})
@example(document={"stages": {"train": {"inputs": {".": ""}, "outputs": {}, "facts": {}}}})
@example(document="deep")
def test_any_manifest(tmp_path: Path, document: object) -> None:
    (tmp_path / "recipe.toml").write_text(FILES[Recipe])
    text = "[" * 100_000 if document == "deep" else json.dumps(document)
    (tmp_path / "manifest.json").write_text(text)
    run = Run(tmp_path)
    try:
        run.require("train")
    except ConfigError as exc:
        told(str(exc), str(tmp_path))
