"""What a training that is killed needs to go on exactly, in one file."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edgekws.errors import ConfigError
from edgekws.files import replacing

Arrays = list[npt.NDArray[Any]]


@dataclass
class Checkpoint:
    """A training after ``step`` steps.

    ``key`` says what is trained on what; a checkpoint of another key is refused.
    """

    key: str
    step: int = 0
    state: Arrays = field(default_factory=list)  # of the learner: weights and optimizer
    best_weights: Arrays = field(default_factory=list)  # by validation, so far
    best_step: int = 0  # after which they were reached
    best_loss: float = float("inf")  # mean cross-entropy on the validation clips
    best_accuracy: float = -1.0
    history: list[dict[str, float]] = field(default_factory=list)


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint whole or not at all."""
    arrays = {f"state_{i:04d}": array for i, array in enumerate(checkpoint.state)}
    arrays |= {f"best_{i:04d}": array for i, array in enumerate(checkpoint.best_weights)}
    plain = {name: value for name, value in vars(checkpoint).items() if not _is_arrays(name)}
    save_arrays(path, arrays | {"checkpoint": np.array(json.dumps(plain))})


def load(path: Path, key: str) -> Checkpoint | None:
    """Return the checkpoint at ``path``, or None when there is none.

    Raises
    ------
    ConfigError
        The file is damaged, or is of another recipe or data.
    """
    if not path.exists():
        return None
    arrays = load_arrays(path)
    try:
        plain = json.loads(str(arrays.pop("checkpoint")))
        found = Checkpoint(
            state=[arrays[name] for name in sorted(arrays) if name.startswith("state_")],
            best_weights=[arrays[name] for name in sorted(arrays) if name.startswith("best_")],
            **plain,
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigError(f"{path}: not a checkpoint of edgekws: {exc}; delete it") from exc
    if found.key != key:
        raise ConfigError(
            f"{path}: is of another recipe, data or TensorFlow; "
            "delete it to begin anew, or train under another name"
        )
    return found


def save_arrays(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write an ``.npz`` whole or not at all; the same arrays give the same bytes."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]


def load_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read an ``.npz`` without running anything in it.

    Raises
    ------
    ConfigError
        The file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as content:
            return {name: content[name] for name in content.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as exc:
        raise ConfigError(f"{path}: cannot read: {exc}") from exc


def _is_arrays(name: str) -> bool:
    return name in ("state", "best_weights")
