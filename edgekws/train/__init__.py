"""Learn: recipe and data to a float network, its history and its scores of the test clips."""

from __future__ import annotations

from edgekws.train.training import TrainResult, train

__all__ = ["TrainResult", "train"]
