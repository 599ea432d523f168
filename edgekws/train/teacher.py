"""Learning what a larger network of another run answers, beside the labels (distillation)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edgekws.errors import ConfigError, UsageError
from edgekws.features import Frontend, find_frontend
from edgekws.files import sha256, write_bytes
from edgekws.models import find_architecture
from edgekws.recipe import Recipe, TeacherSpec
from edgekws.run import Run
from edgekws.train.checkpoint import load_arrays

FILE = Path("float") / "teacher.npz"  # a copy, so that the other run may change or go

_LEAST = 1e-10  # of a score in a logarithm


@dataclass(frozen=True)
class Tutor:
    """A trained network that answers training clips, through its own frontend."""

    model: Any
    frontend: Frontend
    spec: TeacherSpec

    def loss(self, features: Any, scores: Any, share: Any, mean: Any) -> Any:
        """The loss of a batch: that of the labels and, in its share, that of the answers here.

        Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.

        Parameters
        ----------
        features
            int8 [clips, frames, bands] of this frontend.
        scores
            float32 [clips, labels] of the network that learns.
        share
            float32 [clips, 1], how much of the clip in front is mixed into each; None: nothing.
        mean
            Mean cross-entropy of the labels, nats.
        """
        from edgekws.models.backend import tf

        real = self.frontend.scale * (tf.cast(features, tf.float32) - self.frontend.zero_point)
        wanted = self._softened(self.model(real[..., tf.newaxis], training=False))
        if share is not None:
            wanted = (1 - share) * wanted + share * tf.roll(wanted, 1, 0)
        ratio = tf.math.log(wanted + _LEAST) - tf.math.log(self._softened(scores) + _LEAST)
        apart = tf.reduce_mean(tf.reduce_sum(wanted * ratio, axis=1))
        own = self.spec.share
        return (1 - own) * mean + own * self.spec.temperature**2 * apart

    def _softened(self, scores: Any) -> Any:
        from edgekws.models.backend import tf

        return tf.nn.softmax(tf.math.log(scores + _LEAST) / self.spec.temperature)


def taught_by(
    source: Run, recipe: Recipe, share: float | None = None, temperature: float | None = None
) -> TeacherSpec:
    """What a training of ``recipe`` learns from ``source``.

    Numbers that are None are those of the recipe's own teacher, or the defaults.

    Raises
    ------
    UsageError
        The labels or the clips are of another kind there, or a number cannot be.
    ConfigError
        ``source`` is not trained, its files changed since, or its weights are not those that the
        recipe names.
    """
    source.require("train")
    theirs = source.recipe
    for what, own, other, advice in (
        ("labels", recipe.labels, theirs.labels, f"give --words {','.join(theirs.data.words)}"),
        (
            "clips", _clips(recipe), _clips(theirs),
            "give the same --sample-rate-hz and --clip-ms",
        ),
    ):  # fmt: skip
        if own != other:
            raise UsageError(
                f"teacher {source.name}: its {what} are {_shown(other)}, here {_shown(own)}; "
                f"{advice}, or choose another teacher"
            )
    digest, named = sha256(_weights(source)), recipe.teacher
    if named and named.run == source.name and named.weights_sha256 != digest:
        raise ConfigError(
            f"{source.path}: not the weights that the recipe's [teacher] names; name the run with "
            "--teacher to learn from it as it is"
        )
    numbers = {"share": share, "temperature": temperature}
    kept = {"share": named.share, "temperature": named.temperature} if named else {}
    try:
        return TeacherSpec(
            run=source.name,
            weights_sha256=digest,
            architecture=theirs.architecture,
            frontend=theirs.frontend,
            **kept | {name: number for name, number in numbers.items() if number is not None},
        )
    except ValueError as exc:
        raise UsageError(f"teacher {source.name}: {exc}") from exc


def keep_teacher(source: Run, folder: Path) -> None:
    """Copy the weights of ``source`` into the folder of a run that learns from them."""
    write_bytes(folder / FILE, _weights(source).read_bytes())


def take_teacher(run: Run) -> Tutor | None:
    """The teacher of ``run``, rebuilt from its folder; None when its recipe names none.

    Raises
    ------
    ConfigError
        The copied weights are missing, have changed, or are not of the network named.
    """
    recipe = run.recipe
    spec = recipe.teacher
    if spec is None:
        return None
    path = run.path / FILE
    if not path.exists() or sha256(path) != spec.weights_sha256:
        raise ConfigError(
            f"{path}: missing, or not the weights that the recipe names; "
            f"train a new run with --teacher {spec.run}"
        )
    shape = replace(recipe, frontend=spec.frontend, teacher=None).input_shape
    architecture = find_architecture(spec.architecture)
    model = architecture.build(shape, len(recipe.labels))
    stored = load_arrays(path)
    try:
        model.set_weights([stored[name] for name in sorted(stored)])
    except ValueError as exc:
        raise ConfigError(f"{path}: not weights of {spec.architecture}: {exc}") from exc
    return Tutor(architecture.deployed(model), find_frontend(spec.frontend), spec)


def _weights(run: Run) -> Path:
    return run.path / "float" / "weights.npz"


def _clips(recipe: Recipe) -> tuple[str, ...]:
    return f"{recipe.audio.clip_ms} ms", f"{recipe.audio.sample_rate_hz} Hz"


def _shown(items: tuple[str, ...]) -> str:
    return ", ".join(items)
