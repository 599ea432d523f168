"""Learning as one of several: the step on all devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edgekws.models.backend import tf
from edgekws.recipe import ScheduleSpec
from edgekws.train.learner import Features, Labels, Learner
from edgekws.train.team import Team


class SharedLearner(Learner):
    """A `Learner` whose weights are on all devices of a team, the same on each.

    Each device learns from its part of a batch. Losses, gradients and the statistics of batch
    normalization are summed over all devices in every step, so that the batch counts as one.
    Reading and judging ask no other device: the chief may do it alone. It is made, as its model
    is, in the scope of the team's strategy.
    """

    def __init__(
        self, team: Team, model: Any, *, scale: float, zero_point: int, schedule: ScheduleSpec
    ) -> None:
        self._team = team
        self._whole = schedule.batch_size
        super().__init__(model, scale=scale, zero_point=zero_point, schedule=schedule)

    def step(
        self, number: int, features: Features, labels: Labels, learning_rate: float, *more: Any
    ) -> tuple[float, float]:
        """Learn from one batch, of which the arrays are this worker's part; see `Learner.step`.

        Loss and accuracy are those of the whole batch.
        """
        parts = self._divided(features), self._divided(labels)
        return super().step(number, *parts, learning_rate, *map(self._divided, more))

    def _divided(self, array: Any) -> Any:
        if array is None:
            return None
        parts = self._team.parts(self._whole)
        first = parts[0].start
        here = [array[part.start - first : part.stop - first] for part in parts]
        each = iter(here)  # called for the devices here, in their order
        return self._team.strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(next(each))
        )

    def _everywhere(self, learn: Callable[..., Any], *arguments: Any) -> Any:
        strategy = self._team.strategy
        results = strategy.run(learn, args=arguments)
        return tuple(strategy.reduce("SUM", each, axis=None) for each in results)

    def _portion(self, mean: Any, labels: Any) -> Any:
        return mean * (tf.cast(tf.shape(labels)[0], tf.float32) / self._whole)

    def _scores(self, features: Any) -> Any:
        strategy = self._team.strategy
        answers = strategy.run(lambda part: Learner._scores(self, part), args=(features,))
        return strategy.experimental_local_results(answers)[0]

    def _read(self, variable: Any) -> Any:
        return self._team.strategy.experimental_local_results(variable)[0].numpy()

    def _assign(self, variable: Any, array: Any) -> None:
        for copy in self._team.strategy.experimental_local_results(variable):
            copy.assign(array)
