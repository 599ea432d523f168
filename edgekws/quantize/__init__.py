"""Shrink: the float network of a run to an int8 ``.tflite``, the hand-over to all that follows."""

from __future__ import annotations

from edgekws.quantize.quantizing import METHODS, QuantizeResult, quantize

__all__ = ["METHODS", "QuantizeResult", "quantize"]
