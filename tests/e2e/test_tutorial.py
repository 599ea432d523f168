"""The tutorial's commands, run as they stand, end in a program that hears its words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import tools

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.tensorflow
def test_the_program_hears_the_words(tmp_path: Path) -> None:
    tools.require("make", "gcc", *tools.CROSS)
    for package in ("tensorflow", "tflite_micro", "espeakng_loader", "matplotlib"):
        tools.require_package(package)
    page = PAGE.read_text(encoding="utf-8")
    (board,) = re.findall(r"^```toml\n(.*?)^```", page, re.M | re.S)
    (tmp_path / "my_board.toml").write_text(board)
    script = "set -e\n" + "".join(re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "heard: lumos nox lumos" in done.stdout, done.stdout[-2000:]
    assert (tmp_path / "sounds.png").stat().st_size > 1000
