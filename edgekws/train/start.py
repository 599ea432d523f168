"""Beginning a training with the weights of another run of the same network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws.errors import ConfigError, UsageError
from edgekws.files import sha256, write_bytes
from edgekws.recipe import Recipe, StartSpec
from edgekws.run import Run
from edgekws.train.checkpoint import load_arrays

if TYPE_CHECKING:
    from edgekws.train.learner import Learner

FILE = Path("float") / "start.npz"  # a copy, so that the other run may change or go


def start_from(source: Run, recipe: Recipe) -> StartSpec:
    """What a training of ``recipe`` takes from ``source``.

    Where the labels differ, also in their order, that is everything but the last layer.

    Raises
    ------
    UsageError
        The networks are not of one architecture, or see features of different shapes.
    ConfigError
        ``source`` is not trained, or its files changed since.
    """
    source.require("train")
    theirs = source.recipe
    for what, own, other, advice in (
        ("network", recipe.architecture, theirs.architecture, "--arch"),
        (
            "input shape", _shape(recipe), _shape(theirs),
            "--sample-rate-hz, --clip-ms, --window-ms, --hop-ms and --bands",
        ),
    ):  # fmt: skip
        if own != other:
            raise UsageError(
                f"--from {source.name}: the {what} there is {other}, here {own}; leave out {advice}"
            )
    return StartSpec(
        run=source.name,
        weights_sha256=sha256(_weights(source)),
        last_layer=recipe.labels == theirs.labels,
    )


def keep_start(source: Run, folder: Path) -> None:
    """Copy the weights of ``source`` into the folder of a run that starts from them."""
    write_bytes(folder / FILE, _weights(source).read_bytes())


def take_start(run: Run, learner: Learner) -> None:
    """Set the first weights of a network as the recipe of ``run`` says, if it says any.

    Raises
    ------
    ConfigError
        The copied weights are missing, have changed, or are not of this network.
    """
    start = run.recipe.start
    if start is None:
        return
    path = run.path / FILE
    if not path.exists() or sha256(path) != start.weights_sha256:
        raise ConfigError(
            f"{path}: missing, or not the weights that the recipe names; "
            f"train a new run with --from {start.run}"
        )
    model, stored = learner.model, load_arrays(path)
    arrays = [stored[name] for name in sorted(stored)]
    anew = set() if start.last_layer else {id(each) for each in _last_layer(model).weights}
    try:
        wanted = [
            variable.numpy() if id(variable) in anew else array
            for variable, array in zip(model.weights, arrays, strict=True)
        ]
        learner.begin_with(wanted)
    except ValueError as exc:
        raise ConfigError(f"{path}: not weights of {run.recipe.architecture}: {exc}") from exc


def _last_layer(model: Any) -> Any:
    return [layer for layer in model.layers if layer.weights][-1]


def _weights(run: Run) -> Path:
    return run.path / "float" / "weights.npz"


def _shape(recipe: Recipe) -> str:
    frames, bands = recipe.input_shape
    return f"{frames} frames of {bands} bands"
