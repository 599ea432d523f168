"""``--target android --runtime litert``: the file leaves with golden scores that LiteRT gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.litert import litert_scores
from support.small_run import BANDS, FRAMES, LABELS

from edgekws.codegen.litert import TOLERANCE
from edgekws.errors import UsageError
from edgekws.export import export, exporting
from edgekws.run import Run

RESOURCES = "kws/src/main/resources/org/edgekws/spotter"
HOPS = 2


def no_verification(*arguments: object, **options: object) -> None:
    raise AssertionError("verified again")


@pytest.mark.qemu
@pytest.mark.slow
def test_the_exported_file_gives_the_golden_scores_in_litert(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"--stepwise is not for .* litert, which takes the netw"):
        export(run, target="android", runtime="litert", stepwise=True)
    assert not Path("export").exists()
    result = export(run, target="android", runtime="litert", hops_per_inference=HOPS)
    assert result.folder == Path("export/small-android-litert")
    assert (result.runtime, result.arena_bytes, result.flash_bytes) == ("litert", None, None)
    there = json.loads((result.folder / "manifest.json").read_text())
    assert (there["runtime"], there["command"]) == (
        "litert", "edgekws export --target android --runtime litert",
    )  # fmt: skip
    assert there["cost"]["streams"] is False
    model = (result.folder / RESOURCES / "kws.tflite").read_bytes()
    assert model == run.model.read_bytes()
    frames, scores = golden_vectors(result.folder / RESOURCES / "kws_golden.bin")
    starts = range(0, len(frames) - FRAMES + 1, HOPS)
    windows = np.stack([frames[start : start + FRAMES] for start in starts])
    found = litert_scores(model, windows)
    assert np.abs(found.astype(int) - scores).max() <= TOLERANCE
    monkeypatch.setattr(exporting, "verify", no_verification)
    export(run, target="android", runtime="litert", hops_per_inference=HOPS)


def golden_vectors(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Frames, int8 [frames, bands], and scores, int8 [inferences, labels], of the file."""
    values = np.frombuffer(path.read_bytes(), np.int8)
    for frames in range(FRAMES, len(values) // BANDS):
        inferences = (frames - FRAMES) // HOPS + 1
        if frames * BANDS + inferences * LABELS == len(values):
            ends = values[frames * BANDS :].reshape(inferences, LABELS)
            return values[: frames * BANDS].reshape(frames, BANDS), ends
    raise AssertionError(f"{path}: {len(values)} bytes are of no number of frames")
