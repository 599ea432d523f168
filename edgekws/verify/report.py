"""The verdict: every check, and whether the network may be exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edgekws.errors import ConfigError
from edgekws.verify.by_label import LabelLoss
from edgekws.verify.check import FAILED, PASSED, SKIPPED, Check
from edgekws.verify.layer_noise import ACTIVATIONS, LayerNoise, losing
from edgekws.verify.sweep import SweepPoint

VERSION = 2  # of the document; 1 knew neither labels nor layers
SCHEMA = f"edgekws.verify/{VERSION}"


@dataclass(frozen=True)
class Report:
    """What ``verify.json`` holds. Accuracies are shares 0..1, None for a model made elsewhere."""

    model: str
    model_sha256: str
    board: str | None  # None: no core was emulated
    tolerance_points: float
    clips: int  # of the test partition
    checks: tuple[Check, ...]
    float_accuracy: float | None = None
    float_interval: tuple[float, float] | None = None  # Wilson's, 95 %
    int8_accuracy: float | None = None
    int8_interval: tuple[float, float] | None = None
    loss_points: float | None = None  # float to int8, percentage points
    loss_bound_points: float | None = None  # its one-sided 95 % paired bound
    chance: float | None = None  # accuracy of always answering the commonest label
    agreement: float | None = None  # share of clips that float and int8 give the same label
    mcnemar_p: float | None = None  # of float and int8 being right equally often, two-sided
    by_label: tuple[LabelLoss, ...] = ()
    layers: tuple[LayerNoise, ...] = ()
    layer_noise: str = ACTIVATIONS  # what counts as noise: `ACTIVATIONS` or `WEIGHTS_TOO`
    sweep: tuple[SweepPoint, ...] = ()  # () unless asked for

    @property
    def passed(self) -> bool:
        """Whether no check failed; a skipped one says in its detail what was missing."""
        return not self._with(FAILED)

    @property
    def has_skipped(self) -> bool:
        """Whether a missing tool left something unproved."""
        return bool(self._with(SKIPPED))

    @property
    def first_failure(self) -> str:
        """``NAME: DETAIL`` of the first check that failed; "" when none did."""
        return next((f"{check.name}: {check.detail}" for check in self._with(FAILED)), "")

    @property
    def loses_most(self) -> int | None:
        """Number of the layer with the least signal over noise of its own."""
        return next((layer.layer for layer in losing(self.layers)), None)

    @property
    def summary(self) -> str:
        """What was proved and how, in one line without numbers of this machine."""
        parts = [", ".join(f"{check.name} ({check.origin})" for check in self._with(PASSED))]
        for status in (FAILED, SKIPPED):
            names = ", ".join(check.name for check in self._with(status))
            parts += [f"{status.upper()}: {names}"] if names else []
        return "; ".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """Fields of the JSON document."""
        return {"passed": self.passed, **asdict(self), "loses_most": self.loses_most}

    def _with(self, status: str) -> list[Check]:
        return [check for check in self.checks if check.status == status]


def read_report(path: Path) -> Report:
    """Read a ``verify.json`` back.

    Raises
    ------
    ConfigError
        It is missing, of another version of edgekws, or something else.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields["schema"] != SCHEMA:
            raise ValueError(f"it is {fields['schema']}, this version writes {SCHEMA}")
        return _report(fields)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigError(f"{path}: not a report of edgekws: {exc}; run `edgekws verify`") from exc


def _report(fields: Mapping[str, Any]) -> Report:
    known = {name: _tupled(fields[name]) for name in Report.__dataclass_fields__}
    rows = {"checks": Check, "by_label": LabelLoss, "layers": LayerNoise, "sweep": SweepPoint}
    for name, kind in rows.items():
        known[name] = tuple(kind(**{k: _tupled(v) for k, v in row.items()}) for row in known[name])
    return Report(**known)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # JSON has no tuples
