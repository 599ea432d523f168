"""What chooses the next trial: Optuna's TPE, with chance that no two trials of a sweep share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

FIRST_AT_RANDOM = 10  # trials before the sampler draws conclusions


class NumberedSampler(BaseSampler):
    """TPE that draws each trial from the seed and the number of the trial.

    A sampler draws one trial after the other from its seed, so a second call of `edgekws sweep`,
    and each further machine, would try once more what the first one tried.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._current: BaseSampler = _tpe(seed)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Begin the chance of this trial."""
        chance = np.random.SeedSequence((self._seed, trial.number))
        self._current = _tpe(int(chance.generate_state(1)[0]))
        self._current.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """As TPE."""
        return self._current.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """As TPE."""
        return self._current.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """As TPE."""
        return self._current.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """As TPE."""
        self._current.after_trial(study, trial, state, values)


def _tpe(seed: int) -> TPESampler:
    with warnings.catch_warnings():  # its budget is called experimental; our version is pinned
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return TPESampler(seed=seed, n_startup_trials=FIRST_AT_RANDOM, constraints_func=_excess)


def _excess(trial: FrozenTrial) -> tuple[float]:
    """Above 0 is beyond the budget."""
    return (trial.user_attrs.get("excess", 0.0),)
