"""The examples of docs/extending.md, put into a copy of edgekws and run there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import tools
from support.sound_folder import make_folder

from edgekws.firmware.build import WARNINGS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "extending.md"
TESTS = ROOT / "tests"
EXAMPLES = Path(__file__).parent / "extending"  # what each example must do, run beside it

_BLOCK = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, str]:
    """Files of the page by their path."""
    return dict(_BLOCK.findall(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of edgekws with every example in it."""
    folder = tmp_path_factory.mktemp("extended")
    for name in ("edgekws", "boards", "firmware_templates"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "LICENSE", folder)
    for path, text in examples().items():
        assert not (folder / path).exists(), f"{path} is no longer new; choose another example"
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def python(
    extended: Path, *arguments: object, folder: Path, change: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy in place of edgekws; its answer comes from the copy."""
    path = os.pathsep.join((str(extended), str(TESTS)))
    cache = str(folder / "cache")
    environment = {**os.environ, "PYTHONPATH": path, "EDGEKWS_CACHE_DIR": cache, **(change or {})}
    return subprocess.run(
        [sys.executable, *(str(argument) for argument in arguments)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def example(extended: Path, name: str, folder: Path) -> None:
    """Run one file of ``extending/``."""
    done = python(extended, EXAMPLES / f"{name}.py", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def edgekws(extended: Path, words: str, folder: Path) -> str:
    done = python(extended, "-m", "edgekws", *words.split(), folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_section_has_an_example() -> None:
    folders = {str(Path(path).parent) for path in examples()}
    assert folders == {
        "edgekws/models/architectures",
        "edgekws/features/frontends",
        "edgekws/graph/ops",
        "edgekws/export/targets",
        "edgekws/codegen/layouts",
        "edgekws/cli/commands",
        "firmware_templates/runtime",
        "boards",
    }


@pytest.mark.parametrize("checker", ["check", "format --check"])
def test_the_examples_are_as_the_rest_is(extended: Path, checker: str) -> None:
    files = [path for path in examples() if path.endswith(".py")]
    config = ROOT / "pyproject.toml"
    command = [sys.executable, "-m", "ruff", *checker.split(), "--config", str(config), *files]
    done = subprocess.run(command, cwd=extended, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang", "arm-none-eabi-gcc"])
def test_the_c_compiles_without_a_warning(extended: Path, tmp_path: Path, compiler: str) -> None:
    tools.require(compiler)
    runtime = extended / "firmware_templates" / "runtime"
    for path in (path for path in examples() if path.endswith(".c")):
        command = [compiler, *WARNINGS, f"-I{runtime}", "-c", str(extended / path)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_architecture_trains_and_is_quantized(extended: Path, tmp_path: Path) -> None:
    make_folder(tmp_path / "clips", {"yes": 30, "no": 30, "bed": 30}, noise_seconds=4)
    train = "train --arch pooled_conv --data clips --words yes,no --steps 2 --learning-rate 0.001"
    edgekws(extended, f"{train} --name short", tmp_path)
    edgekws(extended, "quantize short", tmp_path)
    example(extended, "architecture", tmp_path)


def test_the_frontend_equals_its_twin(extended: Path, tmp_path: Path) -> None:
    tools.require("gcc")
    example(extended, "frontend", tmp_path)


@pytest.mark.parametrize(
    ("name", "file", "right", "wrong"),
    [
        ("frontend", "runtime/kws_peaks.c", "steps > 127 ? 127 : steps", "steps"),
        ("op", "runtime/kws_maximum.c", "a[i] > b[i] ? a[i]", "a[i] > 0 ? a[i]"),
    ],
)
def test_a_planted_fault_is_seen(
    extended: Path, tmp_path: Path, name: str, file: str, right: str, wrong: str
) -> None:
    tools.require("gcc")
    tools.require_package("tflite_micro")
    copy = tmp_path / "copy"
    shutil.copytree(extended, copy)
    source = copy / "firmware_templates" / file
    text = source.read_text(encoding="utf-8")
    assert text.count(right) == 1
    source.write_text(text.replace(right, wrong), encoding="utf-8")
    done = python(copy, EXAMPLES / f"{name}.py", folder=tmp_path)
    assert "AssertionError" in done.stderr


def test_the_op_equals_tflm_and_its_c(extended: Path, tmp_path: Path) -> None:
    tools.require("gcc")
    tools.require_package("tflite_micro")
    example(extended, "op", tmp_path)


def test_the_board_links(extended: Path, tmp_path: Path) -> None:
    tools.require("arm-none-eabi-gcc")
    assert "ItsyBitsy" in edgekws(extended, "boards itsybitsy_nrf52840", tmp_path)
    example(extended, "board", tmp_path)


def test_the_target_writes_its_project(extended: Path, tmp_path: Path) -> None:
    tools.require("gcc")
    example(extended, "target", tmp_path)


def test_the_layout_compiles(extended: Path, tmp_path: Path) -> None:
    tools.require("gcc")
    example(extended, "layout", tmp_path)


def test_the_command_answers(extended: Path, tmp_path: Path) -> None:
    example(extended, "command", tmp_path)
