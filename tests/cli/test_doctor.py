"""``edgekws doctor`` and ``edgekws completion`` as a user meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import tools
from support.command_line import ask, refused


def test_doctor_ends_well_without_programs(no_programs: None) -> None:
    answer = ask("doctor")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    here = next(number for number, line in enumerate(lines) if line.startswith("qemu-system-arm"))
    assert "missing" in lines[here]
    assert lines[here + 1].strip() == "apt-get install --no-install-recommends qemu-system-arm"


def test_doctor_needs_what_is_asked_for(no_programs: None) -> None:
    answer = ask("doctor", "--need", "verify", "--json")
    assert answer.code == 4
    assert answer.error.startswith("missing for core and verify: tflite_micro, C compiler, ")
    assert 'run: pip install "edgekws[verify]" && apt-get install ' in answer.error
    document = answer.document
    assert (document["needs"], document["ready"]) == (["verify"], False)
    parts = {part["name"]: part for part in document["parts"]}
    assert parts["make"]["version"] is None
    assert parts["numpy"]["install"] is None


def test_doctor_finds_what_the_tests_use() -> None:
    tools.require("gcc", "make", *tools.CROSS)
    assert ask("doctor", "--need", "cortex-m", "--json").document["ready"]


def test_doctor_knows_its_needs() -> None:
    assert "'phone' is not one of 'train'" in refused(2, "doctor", "--need", "phone")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    tools.require("bash")
    script = ask("completion", shell).out
    assert f"_EDGEKWS_COMPLETE={shell}_complete" in script
    document = ask("completion", shell, "--json").document
    assert (document["shell"], document["script"]) == (shell, script)
    assert "_edgekws" in document["place"] or "/edgekws" in document["place"]


def test_completion_of_another_shell() -> None:
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in refused(2, "completion", "tcsh")


def completed(here: Path, *words: str) -> list[str]:
    """What bash offers after ``words``, the last of which is being typed."""
    program = here / "bin" / "edgekws"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m edgekws "$@"\n')
    program.chmod(0o755)
    script = f"""
eval "$(edgekws completion bash)"
complete -p edgekws >/dev/null || exit 1
COMP_WORDS=({" ".join(words)})
COMP_CWORD={len(words) - 1}
_edgekws_completion edgekws
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_and_options(here: Path) -> None:
    tools.require("bash")
    assert completed(here, "edgekws", "bo") == ["boards"]
    assert completed(here, "edgekws", "quantize", "--me") == ["--method"]
    assert completed(here, "edgekws", "quantize", "--method", "p") == ["ptq"]
