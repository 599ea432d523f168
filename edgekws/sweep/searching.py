"""Try recipes: each trial is trained, quantized and counted; Optuna chooses the next."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgekws import run as runs
from edgekws.audio.dataset import open_dataset
from edgekws.boards import Board, find_board
from edgekws.errors import BoardTooSmall, ConfigError, UsageError
from edgekws.quantize import quantize
from edgekws.recipe import Recipe
from edgekws.run import Run
from edgekws.sweep.budget import Budget, Cost, cost_of
from edgekws.sweep.space import ARCHITECTURE, Space, Value, applied
from edgekws.sweep.storage import guarded, open_study
from edgekws.train import train
from edgekws.train.plan import Wishes, plan
from edgekws.verify.run_subject import open_keywords

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

Tell = Callable[[str], None]
Progress = Callable[..., Any]


@dataclass(frozen=True)
class Plan:
    """What a sweep is about. All machines of one sweep must ask the same."""

    name: str
    architectures: tuple[str, ...]
    space: Space
    wishes: Wishes  # data and schedule, the same for all trials
    board: str
    budget: Budget
    method: str  # of quantization: ptq | qat
    storage: str | None  # a database's URL; None: SQLite under sweeps/ here
    seed: int


@dataclass(frozen=True)
class Tried:
    """One trial. Accuracy is a share 0..1 of the validation clips, of the int8 network."""

    number: int
    run: str
    choices: Mapping[str, Value]
    accuracy: float | None = None  # None: it could not be finished
    cost: Cost | None = None
    excess: Mapping[str, float] = dataclasses.field(default_factory=dict)
    failed: str = ""  # why there is no accuracy
    is_best: bool = False  # no other within the budget is better in one thing and worse in none

    @property
    def fits(self) -> bool:
        """Whether it is within the budget and keeps up on the board."""
        return self.cost is not None and not self.excess


def sweep(wanted: Plan, trials: int, tell: Tell, progress: Progress) -> list[Tried]:
    """Run ``trials`` more trials and return all that the storage has, by number.

    The networks stay in ``runs/NAME-NUMBER``. A trial that was killed is left behind and another
    takes its place; the same command goes on with a sweep.

    Raises
    ------
    UsageError
        The name cannot be one; the board is not known, or the data.
    AudioError
        The data cannot be used; no trial was begun.
    ConfigError
        The storage is of another sweep.
    EdgekwsError
        The storage cannot be used, or went away.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}", wanted.name):
        raise UsageError(f"sweep name {wanted.name!r}: use letters, digits, '.', '_' and '-'")
    board = find_board(wanted.board)
    base = {name: plan(name, wanted.wishes, tell) for name in wanted.architectures}
    if trials:
        for recipe in base.values():
            open_dataset(recipe, tell)
    with guarded(wanted.storage):
        study = open_study(wanted.name, wanted.storage, wanted.seed, _identity(wanted, base))
        for _ in range(trials):
            _Sweeper(study, wanted, base, board, tell, progress).try_one()
        return _all(study, wanted.budget)


def pick(tried: Sequence[Tried]) -> Tried | None:
    """The most accurate within the budget, of equals the cheapest hop; None when none fits."""
    fitting = [each for each in tried if each.fits]
    return max(fitting, key=_merit, default=None)


def closest(tried: Sequence[Tried]) -> Tried | None:
    """Of those above the budget the one that is least above it."""
    over = [each for each in tried if each.cost is not None and each.excess]
    return min(over, key=lambda each: max(each.excess.values()), default=None)


def _merit(each: Tried) -> tuple[float, int]:
    assert each.cost is not None
    return each.accuracy or 0.0, -each.cost.instructions_per_hop


@dataclass(frozen=True)
class _Sweeper:
    """What all trials of one call share."""

    study: Study
    wanted: Plan
    base: Mapping[str, Recipe]
    board: tuple[str, Board]
    tell: Tell
    progress: Progress

    def try_one(self) -> None:
        from optuna.trial import TrialState

        trial = self.study.ask()
        architecture = str(trial.suggest_categorical(ARCHITECTURE, list(self.base)))
        choices = self.wanted.space.chosen(trial)
        name = f"{self.wanted.name}-{trial.number:03d}"
        trial.set_user_attr("run", name)
        self.tell(f"trial {trial.number}: {architecture}, {in_words(choices)}")
        try:
            recipe = applied(self.base[architecture], choices, f"trial {trial.number}")
            accuracy, cost = self._measured(runs.create(recipe, name))
        except (ConfigError, BoardTooSmall, UsageError) as exc:  # of these choices
            self.tell(f"trial {trial.number}: {exc}")
            trial.set_user_attr("failed", str(exc))
            self.study.tell(trial, state=TrialState.FAIL)
            return
        trial.set_user_attr("cost", dataclasses.asdict(cost))
        trial.set_user_attr("excess", sum(self.wanted.budget.excess(cost).values()))
        costs = (cost.flash_bytes, cost.ram_bytes, cost.instructions_per_hop)
        self.study.tell(trial, (accuracy, *costs))

    def _measured(self, run: Run) -> tuple[float, Cost]:
        with self.progress(f"training {run.name}") as bar:
            train(run, progress=bar)
        with self.progress(f"quantizing {run.name}") as bar:
            accuracy = quantize(run, method=self.wanted.method, progress=bar).int8_accuracy
        return accuracy, cost_of(open_keywords(run), *self.board)


def in_words(choices: Mapping[str, Value]) -> str:
    """Chosen keys without their tables, like ``bands 10, hop_ms 20``."""
    return ", ".join(
        f"{key.rpartition('.')[2]} {value:.3g}"
        if isinstance(value, float)
        else f"{key.rpartition('.')[2]} {value}"
        for key, value in choices.items()
    )


def _identity(wanted: Plan, base: Mapping[str, Recipe]) -> dict[str, Any]:
    """What must not change from one call to the next: else trials could not be compared."""
    asked = {
        "data": next(dataclasses.asdict(recipe.data) for recipe in base.values()),
        "board": wanted.board,
        "method": wanted.method,
    }
    return dict(json.loads(json.dumps(asked)))  # as the storage will give it back


def _all(study: Study, budget: Budget) -> list[Tried]:
    from optuna.trial import TrialState

    ended = (TrialState.COMPLETE, TrialState.FAIL)
    tried = [_tried(trial, budget) for trial in study.get_trials(deepcopy=False, states=ended)]
    best = {id(each) for each in _front([each for each in tried if each.fits])}
    return [dataclasses.replace(each, is_best=id(each) in best) for each in tried]


def _tried(trial: FrozenTrial, budget: Budget) -> Tried:
    attributes = trial.user_attrs
    cost = Cost(**attributes["cost"]) if "cost" in attributes else None
    return Tried(
        number=trial.number,
        run=attributes.get("run", ""),
        choices=dict(trial.params),
        accuracy=trial.values[0] if trial.values else None,
        cost=cost,
        excess=budget.excess(cost) if cost else {},
        failed=attributes.get("failed", "" if cost else "stopped before its end"),
    )


def _front(tried: Sequence[Tried]) -> list[Tried]:
    """Those that no other one beats: at least as good in everything and better in something."""

    def figures(each: Tried) -> tuple[float, ...]:
        assert each.cost is not None
        cost = each.cost
        return (
            -(each.accuracy or 0.0),
            cost.flash_bytes,
            cost.ram_bytes,
            cost.instructions_per_hop,
        )

    rows = [(each, figures(each)) for each in tried]
    return [
        each
        for each, own in rows
        if not any(
            other != own and all(a <= b for a, b in zip(other, own, strict=True))
            for _, other in rows
        )
    ]
