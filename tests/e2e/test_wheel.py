"""The wheel carries boards and templates, and its core works without TensorFlow, anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.small_model import small_model

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("edgekws-*.whl"))


@pytest.mark.slow
def test_carries_all_boards_and_templates(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("boards", "firmware_templates"):
        here = {p for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert {f"edgekws/_data/{p.relative_to(ROOT)}" for p in here} <= packed


@pytest.mark.slow
@pytest.mark.qemu
def test_core_exports_a_foreign_model(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    constraints = ROOT / "requirements" / "constraints.txt"
    pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--constraint", str(constraints)]
    subprocess.run([*pip, str(wheel)], check=True)
    (tmp_path / "theirs.tflite").write_bytes(small_model())
    command = [str(venv / "bin" / "edgekws"), "export", "--model", "theirs.tflite", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (tmp_path / document["folder"] / "model" / "kws_model.c").is_file()
