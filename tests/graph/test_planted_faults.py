"""The tests of the operators see a rounding that is wrong by one, in C and in numpy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from support import ckernel, op_strategies
from support.body_cases import cases_of, portable_cases, read
from support.op_models import OneOp
from support.op_svdf import svdf
from support.tflm import Tflm

from edgekws import fixedpoint
from edgekws.graph import Session, run_layers
from edgekws.kernel import Body

EXAMPLES = 150  # at most: the first that differs ends a test
common = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TIES = ("kws_requantize.h", "(mask >> 1) + (value < 0 ? 1 : 0)", "(mask >> 1)")
CUT = ("kws_requantize.h", "((value & mask) > threshold ? 1 : 0)", "(threshold & 0)")
PLAIN = ("kws_rescale.h", "        value += value >> 31;\n", "")
DSP = (
    "kws_dsp.h",
    "kws_mul_high_add(rounding + (twice >> 31), twice",
    "kws_mul_high_add(twice >> 31, twice",
)
FAULTS = [
    ("ADD", TIES),
    ("AVERAGE_POOL_2D", ("kws_average_pool_2d.c", ": total - half)", ": total)")),
    ("CONV_2D", PLAIN),
    ("DEPTHWISE_CONV_2D", PLAIN),
    ("FULLY_CONNECTED", PLAIN),
    ("MEAN", TIES),
    ("MUL", CUT),
    ("RESIZE_BILINEAR", ("kws_resize_bilinear.c", "value > 0 ? half : -half", "half")),
    ("SOFTMAX", CUT),
    ("SUB", CUT),
    ("SUM", TIES),
]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return a copy of the runtime, which is compiled instead of it."""
    folder = tmp_path / "runtime"
    shutil.copytree(ckernel.RUNTIME, folder)
    monkeypatch.setattr(ckernel, "RUNTIME", folder)
    monkeypatch.setattr(ckernel, "FLAGS", ("-std=c99", "-O1", f"-I{folder}"))
    ckernel.library.cache_clear()
    yield folder
    ckernel.library.cache_clear()


def plant(folder: Path, fault: tuple[str, str, str]) -> None:
    file, right, wrong = fault
    text = (folder / file).read_text()
    assert text.count(right) == 1
    (folder / file).write_text(text.replace(right, wrong))


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[name for name, _ in FAULTS])
def test_in_a_portable_kernel(planted: Path, name: str, fault: tuple[str, str, str]) -> None:
    plant(planted, fault)

    @common
    @given(op_strategies.STRATEGIES[name])
    def check(case: OneOp) -> None:
        for c in portable_cases(read(case), case.x):
            written = ckernel.run_kernel(c.kernel, c.expected.size, *c.inputs)
            np.testing.assert_array_equal(written, c.expected.ravel())

    with pytest.raises(AssertionError):
        check()


@pytest.mark.parametrize("name", ["ADD", "CONV_2D", "DEPTHWISE_CONV_2D"])
def test_in_a_kernel_for_the_dsp_extension(planted: Path, name: str) -> None:
    plant(planted, DSP)

    @common
    @given(op_strategies.STRATEGIES[name])
    def check(case: OneOp) -> None:
        for c in cases_of(read(case), case.x, Body.DSP):
            written = ckernel.run_kernel(c.kernel, c.expected.size, *c.inputs)
            np.testing.assert_array_equal(written, c.expected.ravel())

    with pytest.raises(AssertionError):
        check()


@pytest.fixture
def cut_instead_of_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the half that rounds."""

    def wrong(value: np.ndarray, exponent: np.ndarray) -> np.ndarray:
        result: np.ndarray = np.asarray(value, np.int64) >> np.asarray(exponent, np.int64)
        return result

    monkeypatch.setattr(fixedpoint, "divide_by_power", wrong)


@pytest.mark.usefixtures("cut_instead_of_rounded")
@pytest.mark.parametrize("name", ["ADD", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "MUL"])
def test_in_numpy(name: str) -> None:
    @common
    @given(op_strategies.STRATEGIES[name])
    def check(case: OneOp) -> None:
        graph, truth = read(case), Tflm(case.model)
        for clip, values in zip(case.x, run_layers(graph, case.x)[-1], strict=True):
            np.testing.assert_array_equal(values.ravel(), truth.run(clip[np.newaxis]).ravel())

    with pytest.raises(AssertionError):
        check()


@pytest.mark.usefixtures("cut_instead_of_rounded")
def test_in_numpy_of_a_layer_that_remembers() -> None:
    @common
    @given(svdf())
    def check(case: OneOp) -> None:
        session, truth = Session(read(case)), Tflm(case.model)
        for frame in case.x:
            scores = truth.run(frame[np.newaxis])
            np.testing.assert_array_equal(session.run_layers(frame[np.newaxis])[-1], scores)

    with pytest.raises(AssertionError):
        check()
