"""TensorFlow starts quietly, or its absence is said in one line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from edgekws.models.quiet import quiet


def test_what_a_block_says_on_stderr_is_swallowed(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet():
        os.write(2, b"chatter\n")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_what_a_failing_block_said_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="broken"), quiet():
        os.write(2, b"the reason\n")
        raise OSError("broken")
    assert "the reason" in capfd.readouterr().err


@pytest.mark.tensorflow
def test_tensorflow_starts_without_a_word() -> None:
    code = "from edgekws.models.backend import tf; tf.constant(1)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (result.stdout, result.stderr) == (b"", b"")


def test_missing_tensorflow_is_a_missing_tool() -> None:
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "from edgekws.errors import ToolMissing\n"
        "try:\n    import edgekws.models.backend\n"
        "except ToolMissing as exc:\n    print(exc)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "pip install 'edgekws[train]'" in result.stdout
    assert result.stdout.count("\n") == 1
