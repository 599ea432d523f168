"""kill -9 at any moment: the next command finds a whole folder and says or does what is right."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from support.command_line import Answer, ask, contents, ended, program, refused

from edgekws import run as runs
from edgekws.recipe import DataSpec, FrontendSpec, Recipe, ScheduleSpec
from edgekws.run import Run

KILLED = -signal.SIGKILL

# The moment is counted in what a whole write consists of: the temporary file is synced, renamed,
# and the folder is synced. Odd moments are before a rename of a file, even ones after it.
KILL_AT = """
import os, pathlib, signal
left = {moment}
def count(function):
    def counted(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return counted
pathlib.Path.replace = count(pathlib.Path.replace)
pathlib.Path.rename = count(pathlib.Path.rename)
os.fsync = count(os.fsync)
"""


def killed(moment: int, *arguments: str) -> None:
    answer = ended(program(*arguments, before=KILL_AT.format(moment=moment)))
    assert (answer.code, answer.out) == (KILLED, ""), answer


def leftovers(folder: Path) -> list[str]:
    return [name for name in contents(folder) if ".tmp" in name or ".old" in name]


@pytest.mark.qemu
@pytest.mark.slow
def test_export(verified: Run, here: Path) -> None:
    """A project is there whole or not at all, also when it replaces another one."""
    assert ask("export").code == 0
    project = here / "export" / "small-mps2_an386"
    whole = contents(project)
    before = contents(verified.path)
    for moment in (1, 40, 3 * len(whole) + 1):  # the first file, one inside, the last rename
        killed(moment, "export")
        assert contents(project) == whole
        assert contents(verified.path) == before
    assert len(os.listdir(here / "export")) > 1  # what the kills left
    assert ask("export").code == 0
    assert os.listdir(here / "export") == [project.name]
    assert contents(project) == whole


def test_verify(run: Run, no_programs: None, here: Path) -> None:
    """A verdict counts only when the manifest has it; what a kill leaves does not."""
    for moment in (1, 4, 7, 9):
        killed(moment, "verify")
        assert "verify" not in run.manifest or run.require("verify")
    assert ask("verify").code == 0
    assert run.require("verify")["facts"]["passed"] is True


RECIPE = Recipe(
    data=DataSpec(words=("yes", "no"), validation_percentage=20.0, testing_percentage=20.0),
    frontend=FrontendSpec(bands=10),
    schedule=ScheduleSpec(
        steps=(6, 2), learning_rates=(0.001, 0.0001), batch_size=8, evaluate_every=2, qat_steps=2
    ),
)


def new_run(name: str, clips: Path) -> Run:
    run = runs.create(RECIPE, name)
    recipe = run.path / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('source = ""', f'source = "{clips}"'))
    return run


@pytest.mark.tensorflow
@pytest.mark.slow
def test_train_and_quantize(clips: Path) -> None:
    """A training that is killed three times ends with the weights of one that is not."""
    undisturbed = new_run("undisturbed", clips)
    first = ask("train", "--resume", "undisturbed", "--json").document
    assert (first["steps"], first["resumed_from"]) == (8, 0)

    run = new_run("killed", clips)
    resume = ("train", "--resume", "killed", "--json")
    killed(1, *resume)  # in the first checkpoint, after step 2
    assert not (run.path / "float" / "checkpoint.npz").exists()
    assert refused(1, "quantize", "killed").endswith("run `edgekws train --resume killed`")
    killed(4, *resume)  # in the second checkpoint, after step 4
    checkpoint = run.path / "float" / "checkpoint.npz"
    kept = checkpoint.read_bytes()
    for name in leftovers(run.path):
        os.utime(run.path / name, (1, 1))  # as if time had passed
    interrupted = stopped_by_ctrl_c(*resume)
    assert (interrupted.code, interrupted.out) == (130, "")
    assert interrupted.error == "stopped; to go on: edgekws train --resume killed"
    last = ask(*resume).document
    assert last["resumed_from"] >= 2
    assert kept != checkpoint.read_bytes()
    assert leftovers(run.path) == []
    for name in ("weights.npz", "test_scores.npz", "history.json"):
        assert (run.path / "float" / name).read_bytes() == (
            undisturbed.path / "float" / name
        ).read_bytes()

    killed(1, "quantize", "killed", "--method", "ptq")  # before the model is there
    assert not run.model.exists()
    assert refused(1, "export", "killed").endswith("run `edgekws quantize killed`")
    killed(4, "quantize", "killed", "--method", "ptq")  # before the manifest knows it
    assert run.model.exists()
    assert refused(1, "export", "killed").endswith("run `edgekws quantize killed`")
    assert ask("quantize", "killed", "--method", "ptq", "--json").document["bytes"] > 1000
    assert run.require("quantize")


def stopped_by_ctrl_c(*arguments: str) -> Answer:
    """Ctrl-C in the middle of learning: when the next checkpoint is written."""
    press = KILL_AT.format(moment=1).replace("SIGKILL", "SIGINT")
    return ended(program(*arguments, before=press))


def test_the_manifest_is_not_half_written(run: Run) -> None:
    before = json.loads((run.path / "manifest.json").read_text())
    code = (
        "from pathlib import Path; from edgekws.run import Run; "
        "Run(Path('runs/small')).record('verify', inputs={}, outputs={})"
    )
    for moment in (1, 2):
        process = program(before=f"{KILL_AT.format(moment=moment)}\n{code}")
        assert ended(process).code == KILLED
        assert json.loads((run.path / "manifest.json").read_text()) == before
