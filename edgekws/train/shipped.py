"""The recipes that come with edgekws, and those of a user: TOML files that hold everything."""

from __future__ import annotations

from pathlib import Path

from edgekws.errors import UsageError
from edgekws.recipe import Recipe
from edgekws.strict import load_toml

FOLDER = Path(__file__).resolve().parent.parent / "recipes"


def recipe_names() -> tuple[str, ...]:
    """Names of the shipped recipes, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def find_recipe(name: str) -> Recipe:
    """Read a shipped recipe, or that of a file, such as the ``recipe.toml`` of a run.

    Raises
    ------
    UsageError
        There is no such recipe; says which there are.
    ConfigError
        The file cannot be read, has unknown keys or values that cannot be.
    """
    if name.endswith(".toml"):
        return load_toml(Recipe, Path(name))
    if name not in recipe_names():
        raise UsageError(
            f"recipe {name!r} is not known; known: {', '.join(recipe_names())}, or a .toml file"
        )
    return load_toml(Recipe, FOLDER / f"{name}.toml")
