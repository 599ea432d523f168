"""The run folder: where each stage leaves its files and says what it made them from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekws import __version__, strict
from edgekws.errors import ConfigError, UsageError
from edgekws.files import sha256, write_json, write_text
from edgekws.recipe import DetectorSpec, Recipe

RUNS = Path("runs")

# The name of an input: the recipe without its detector, which no network depends on.
NETWORK_RECIPE = "recipe.toml without [detector]"
_DETECTOR = re.compile(r"^\[detector\].*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Run:
    """One folder under ``runs/``."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def recipe(self) -> Recipe:
        """All that was asked for. Raises `ConfigError` when the file is missing or wrong."""
        return strict.load_toml(Recipe, self.path / "recipe.toml")

    @property
    def model(self) -> Path:
        """The int8 clip model."""
        return self.path / "int8" / "model.tflite"

    @property
    def model_stream(self) -> Path:
        """The int8 model of one frame by the fused SVDF operator, of networks made of it."""
        return self.path / "int8" / "model_stream.tflite"

    @property
    def float_weights(self) -> Path:
        """What the weights of the int8 clip model were rounded from."""
        return self.path / "int8" / "float_weights.npz"

    @property
    def int8_scores(self) -> Path:
        """What the int8 clip model answers to the test clips, once it is verified."""
        return self.path / "int8" / "test_scores.npz"

    @property
    def manifest(self) -> dict[str, Any]:
        """Stage name to its record; empty when nothing has run."""
        path = self.path / "manifest.json"
        if not path.exists():
            return {}
        try:
            stages = dict(json.loads(path.read_text(encoding="utf-8"))["stages"])
            for record in stages.values():
                for role in ("inputs", "outputs", "facts"):
                    dict(record[role])
        except (ValueError, KeyError, TypeError, OSError, RecursionError) as exc:
            raise ConfigError(
                f"{path}: not a manifest of edgekws: {exc}; delete it and run "
                f"{self.command('train')} again"
            ) from exc
        return stages

    def record(
        self,
        stage: str,
        *,
        inputs: Mapping[str, Path],
        outputs: Mapping[str, Path],
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """Write what ``stage`` read and wrote, by SHA-256, into ``manifest.json``.

        Parameters
        ----------
        inputs, outputs
            Name to file inside the run folder.
        facts
            Whatever else a later stage or a reader needs; must be JSON.
        """
        stages = self.manifest
        stages[stage] = {
            "edgekws": __version__,
            "inputs": {str(p.relative_to(self.path)): sha256(p) for p in inputs.values()},
            "outputs": {str(p.relative_to(self.path)): sha256(p) for p in outputs.values()},
            "facts": dict(facts or {}),
        }
        write_json(self.path / "manifest.json", {"schema": 1, "stages": stages})

    def require(self, stage: str) -> dict[str, Any]:
        """Return the record of a stage that has run and is fresh.

        Raises
        ------
        ConfigError
            It has not run, or a file it read or wrote has changed since; says what to run.
            The recipe is wrong.
        """
        _ = self.recipe  # what is wrong in it is told before that it changed
        record = self.manifest.get(stage)
        if record is None:
            raise ConfigError(f"{self.path}: no {stage} yet; run {self.command(stage)}")
        for role in ("inputs", "outputs"):
            for name, digest in record[role].items():
                if self._digest(name) != digest:
                    raise ConfigError(
                        f"{self.path}: {name} changed since `{stage}` ran; "
                        f"run {self.command(stage)} again"
                    )
        return dict(record)

    def retune(self, detector: DetectorSpec) -> None:
        """Write another detector into the recipe.

        The network stays fresh, since it does not depend on the detector; what was verified,
        which holds the detector's code, does not. All else in the recipe stays as it was written.
        """
        path = self.path / "recipe.toml"
        stages = self.manifest
        for stage in ("train", "quantize"):
            inputs = stages.get(stage, {"inputs": {}})["inputs"]
            if inputs.get("recipe.toml") == sha256(path):
                del inputs["recipe.toml"]
                inputs[NETWORK_RECIPE] = self._digest(NETWORK_RECIPE)
        # The manifest first: it holds for the old recipe too, should the next step never come.
        write_json(self.path / "manifest.json", {"schema": 1, "stages": stages})
        table = strict.to_toml(Recipe(detector=detector)).partition("[detector]\n")[2]
        text = f"[detector]\n{table.partition('[')[0].strip()}\n"
        old = path.read_text(encoding="utf-8")
        new = _DETECTOR.sub(lambda found: text + ("\n" if old[found.end() :] else ""), old)
        write_text(path, new if _DETECTOR.search(old) else f"{old.rstrip()}\n\n{text}")

    def _digest(self, name: str) -> str | None:
        """SHA-256 of an input or output; None when it is not there."""
        if name == NETWORK_RECIPE:
            text = (self.path / "recipe.toml").read_text(encoding="utf-8")
            return sha256(_DETECTOR.sub("", text).strip().encode())
        path = self.path / name
        return sha256(path) if path.is_file() else None

    def command(self, stage: str) -> str:
        """What to type to run ``stage`` on this run, in backquotes."""
        return f"`edgekws {stage} {'--resume ' if stage == 'train' else ''}{self.name}`"


def create(recipe: Recipe, name: str | None = None, root: Path = RUNS) -> Run:
    """Make ``root/name`` with its ``recipe.toml``; without a name, the next free one.

    Raises
    ------
    UsageError
        The name has other characters than letters, digits, ``.``, ``_``, ``-``, or is taken.
    """
    path = new_path(recipe.architecture, name, root)
    write_text(path / "recipe.toml", strict.to_toml(recipe))
    return Run(path)


def new_path(architecture: str, name: str | None = None, root: Path = RUNS) -> Path:
    """Where `create` would make a run. Raises `UsageError` as it does."""
    name = name or _free_name(architecture, root)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise UsageError(f"run name {name!r}: use letters, digits, '.', '_' and '-'")
    path = root / name
    if (path / "recipe.toml").exists():
        raise UsageError(f"{path} exists already; choose another --name")
    return path


def find(name: str | Path | None, root: Path = RUNS) -> Run:
    """Return the run called ``name`` (or at that path), or the newest one.

    Raises
    ------
    UsageError
        There is no run of this name; lists the runs there are.
    ConfigError
        None is named, and there is none yet.
    """
    runs = _runs(root)
    if name is None:
        if not runs:
            raise ConfigError(f"no run under {root}/ here; start with `edgekws train`")
        return Run(max(runs, key=lambda path: ((path / "recipe.toml").stat().st_mtime_ns, path)))
    for candidate in (root / name, Path(name)):
        if (candidate / "recipe.toml").exists():
            return Run(candidate)
    known = ", ".join(path.name for path in runs) or "none"
    raise UsageError(f"{name}: no such run; known under {root}/: {known}")


def _runs(root: Path) -> list[Path]:
    return sorted(path.parent for path in root.glob("*/recipe.toml"))


def _free_name(stem: str, root: Path) -> str:
    number = 1
    while (root / f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"
