"""A training that the system kills, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edgekws.files import sha256

SCRIPT = """
import os, signal, sys
from pathlib import Path

import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material

from edgekws.run import Run
from edgekws.train import train

root, name, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
use_made_up_material(pytest.MonkeyPatch())
run = Run(root / name) if (root / name).exists() else new_run(root, made_up_recipe(), name)


def progress(moment):
    if moment.step == last:
        os.kill(os.getpid(), signal.SIGKILL)


train(run, progress=progress)
"""


def trained(root: Path, name: str, last: int) -> int:
    """Exit code of a process that trains ``name`` and kills itself after step ``last``."""
    tests = Path(__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(tests)!r})\n{SCRIPT}"
    command = [sys.executable, "-c", code, str(root), name, str(last)]
    return subprocess.run(command, check=False).returncode


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_process_killed_twice_ends_with_the_same_bytes(tmp_path: Path) -> None:
    assert trained(tmp_path, "whole", 0) == 0
    assert trained(tmp_path, "killed", 6) == -signal.SIGKILL
    assert not (tmp_path / "killed" / "float" / "weights.npz").exists()
    assert trained(tmp_path, "killed", 11) == -signal.SIGKILL
    assert trained(tmp_path, "killed", 0) == 0
    for name in ("weights.npz", "history.json", "test_scores.npz"):
        whole, killed = (sha256(tmp_path / run / "float" / name) for run in ("whole", "killed"))
        assert whole == killed, name
    left = sorted(path.name for path in (tmp_path / "killed" / "float").iterdir())
    assert left == sorted(path.name for path in (tmp_path / "whole" / "float").iterdir())
