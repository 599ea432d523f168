"""What streams is proved window by window, and a fault only streaming has is named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support import tools
from support.time_network import ORDINARY, time_keywords

from edgekws.boards import find_board
from edgekws.codegen import project
from edgekws.graph import run_graph
from edgekws.verify.check_code import Extent, check_core, check_host
from edgekws.verify.subject import Inputs, Sound, Subject

EXTENT = Extent(1, 1, 1)


@pytest.fixture(scope="module")
def subject() -> Subject:
    keywords = time_keywords(ORDINARY, 2)
    frontend, clip = keywords.frontend, keywords.golden_pcm
    assert frontend is not None
    shape = keywords.graph.input_tensor.shape[1:]
    features = frontend.compute(clip[np.newaxis])[:, : keywords.frames].reshape(1, *shape)
    inputs = Inputs(features, ("noise",))
    sound = Sound(clip[np.newaxis], ("noise",), clip, clip)
    return Subject(keywords, inputs, run_graph(keywords.graph, features), sound)


def test_every_window_is_proved(subject: Subject) -> None:
    tools.require("gcc")
    found = check_host(subject, *find_board("mps2_an386"), EXTENT)
    assert (found.status, found.detail.rpartition(", ")[2]) == (
        "passed", "9 windows of it hop by hop"
    )  # fmt: skip


@pytest.mark.qemu
def test_on_the_core_too(subject: Subject) -> None:
    tools.require(*tools.CROSS)
    found = check_core(subject, *find_board("mps2_an386"), EXTENT)
    assert found.detail.endswith("9 windows of it hop by hop")


def test_a_history_that_moves_too_far_is_named(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layers over the whole window are right; words may be too."""
    tools.require("gcc")
    honest: Callable[..., dict[str, str]] = project.probe
    right = "memory + (begin - params->kept_bytes)"

    def lying(*arguments: object) -> dict[str, str]:
        files = honest(*arguments)
        text = files["runtime/kws_history.c"]
        assert right in text
        return {**files, "runtime/kws_history.c": text.replace(right, f"{right[:-1]} + 1)")}

    monkeypatch.setattr(project, "probe", lying)
    monkeypatch.setattr("edgekws.verify.check_code.compare_words", lambda *_: None)
    found = check_host(subject, *find_board("mps2_an386"), EXTENT)
    assert found.status == "failed"
    assert "hop by hop: element" in found.detail
