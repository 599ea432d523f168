"""Detector rules that others published, as `DetectorSpec`; see ``docs/detector.md``."""

from __future__ import annotations

from edgekws.recipe import DetectorSpec

PRESETS = {
    # TensorFlow's speech_commands example, recognize_commands.cc: its class defaults.
    # A published score of 1.0 is 256 here, so 0.2 is 51.2.
    "recognize_commands": DetectorSpec(
        window_ms=1000,
        threshold=51.2,
        suppression_ms=500,
        minimum_count=3,
        silence="report",
        unknown="report",
        repeats="after_other_label",
    ),
    # The same rule as test_streaming_accuracy.py calls it: 0.7 is 179.2.
    "streaming_accuracy": DetectorSpec(
        window_ms=500,
        threshold=179.2,
        suppression_ms=500,
        minimum_count=4,
        silence="report",
        unknown="report",
        repeats="after_other_label",
    ),
    # TensorFlow Lite Micro's micro_speech example. It rounds the mean down and wants more than
    # 200; a mean of whole scores does that when it is above 200.999 (up to 1000 of them).
    "micro_speech": DetectorSpec(
        window_ms=1000,
        threshold=200.999,
        suppression_ms=1500,
        minimum_count=3,
        silence="ignore",
        unknown="report",
        repeats="other_at_once",
    ),
}
