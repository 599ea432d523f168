"""kill -9 at fifty random moments of train, quantize and export, each on what the last one left."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from support.command_line import contents
from support.fork_server import Ended, ForkServer

from edgekws import run as runs
from edgekws.errors import ConfigError
from edgekws.graph import read_model
from edgekws.recipe import DataSpec, FrontendSpec, Recipe, ScheduleSpec
from edgekws.run import Run

MOMENTS = 50
KILLED = -signal.SIGKILL
RECIPE = Recipe(
    data=DataSpec(words=("yes", "no"), validation_percentage=20.0, testing_percentage=20.0),
    frontend=FrontendSpec(bands=10),
    schedule=ScheduleSpec(
        steps=(6,), learning_rates=(0.001,), batch_size=8, evaluate_every=1, qat_steps=2
    ),
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs pidfd"),
]

Check = Callable[[Ended], None]


def kill_often(
    server: ForkServer, arguments: tuple[str, ...], folder: Path, *, seed: int,
    undisturbed: Ended, begin_anew: Callable[[], None], check: Check, moments: int = MOMENTS,
) -> None:  # fmt: skip
    """Kill the command so many times, and most of these in time.

    Odd ones at any moment of its duration, even ones at any of its operations on files. What is
    left is checked and is what the next one finds, until one was whole.
    """
    assert undisturbed.code == 0, undisturbed
    rng = random.Random(seed)
    in_time = 0
    begin_anew()
    for number in range(moments):
        if number % 2:
            moment = {"after_s": rng.uniform(0, undisturbed.seconds)}
        else:
            moment = {"at_write": rng.randint(1, undisturbed.writes)}
        ended = server.ask(*arguments, folder=folder, **moment)  # type: ignore[arg-type]
        assert ended.code in (0, KILLED), (number, moment, ended)
        assert "Traceback" not in ended.err
        check(ended)
        in_time += ended.code == KILLED
        if ended.code == 0:
            begin_anew()
    assert in_time >= moments // 2


@pytest.fixture(scope="module")
def learning(
    made_root: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ForkServer]:
    pytest.importorskip("tensorflow")
    scratch = tmp_path_factory.mktemp("scratch")
    environment = {"EDGEKWS_CACHE_DIR": str(cache), "TF_NUM_INTRAOP_THREADS": "1"}
    with ForkServer(scratch, tensorflow=True, environment=environment) as server:
        yield server


def new_run(name: str, clips: Path) -> Run:
    run = runs.create(RECIPE, name)
    recipe = run.path / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('source = ""', f'source = "{clips}"'))
    return run


@pytest.fixture(scope="module")
def trained(
    learning: ForkServer, made_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ended]:
    """A folder with a run that was trained undisturbed, and how that ended."""
    root = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        new_run("one", made_root / "data")
    return root, learning.ask("train", "--resume", "one", folder=root)


def whole_arrays(path: Path) -> bool:
    """Whether a file of arrays is there; when it is, all of it can be read."""
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            assert all(stored[name] is not None for name in stored.files)
    return path.exists()


def age(folder: Path) -> None:
    """As if time had passed since the kill, so that what it left may be swept away."""
    for path in folder.rglob(".*.tmp*"):
        os.utime(path, (1, 1))


def hidden(folder: Path) -> list[str]:
    return [name for name in contents(folder) if ".tmp" in name or ".old" in name]


@pytest.mark.tensorflow
def test_train(learning: ForkServer, trained: tuple[Path, Ended], clips: Path, here: Path) -> None:
    whole, undisturbed = trained
    expected = contents(whole / "runs" / "one")
    run = new_run("one", clips)
    steps = [0]

    def begin_anew() -> None:
        shutil.rmtree(run.path / "float", ignore_errors=True)
        (run.path / "manifest.json").unlink(missing_ok=True)
        steps[0] = 0

    def check(ended: Ended) -> None:
        for name in ("checkpoint", "weights", "test_scores", "validation_scores"):
            whole_arrays(run.path / "float" / f"{name}.npz")
        reached = reached_step(run)
        assert reached >= steps[0], "a checkpoint went back"
        steps[0] = reached
        age(run.path)
        found = contents(run.path)
        assert set(found) - set(hidden(run.path)) - set(curves(found)) <= set(expected)
        if ended.code == 0:
            same(run.path, expected)

    kill_often(
        learning, ("train", "--resume", "one"), here, seed=1,
        undisturbed=undisturbed, begin_anew=begin_anew, check=check,
    )  # fmt: skip
    last = learning.ask("train", "--resume", "one", folder=here)
    assert last.code == 0, last
    check(last)


def reached_step(run: Run) -> int:
    path = run.path / "float" / "checkpoint.npz"
    if not path.exists():
        return 0
    with np.load(path, allow_pickle=False) as stored:
        return int(json.loads(str(stored["checkpoint"]))["step"])


def curves(names: Iterable[str]) -> list[str]:
    """Files of TensorBoard, which have the time in name and content."""
    return [name for name in names if "tfevents" in name]


def same(folder: Path, expected: dict[str, bytes]) -> None:
    """Nothing but what an undisturbed run has; how fast it was differs, and two files tell it."""
    found = contents(folder)
    assert hidden(folder) == []
    for name in set(expected) - {"manifest.json", "report.html"} - set(curves(expected)):
        assert found[name] == expected[name], name


@pytest.mark.tensorflow
@pytest.mark.parametrize(("method", "moments"), [("ptq", MOMENTS - 8), ("qat", 8)])
def test_quantize(
    method: str, moments: int, learning: ForkServer, trained: tuple[Path, Ended], here: Path
) -> None:
    shutil.copytree(trained[0] / "runs", here / "runs")
    run = runs.find("one")
    only_trained = contents(run.path)
    arguments = ("quantize", "one", "--method", method)
    undisturbed = learning.ask(*arguments, folder=here)
    expected = contents(run.path)

    def begin_anew() -> None:
        shutil.rmtree(run.path / "int8", ignore_errors=True)
        (run.path / "manifest.json").write_bytes(only_trained["manifest.json"])

    def check(ended: Ended) -> None:
        if run.model.exists():
            assert run.model.read_bytes() == expected["int8/model.tflite"]
            read_model(run.model)
        run.require("train")
        try:
            run.require("quantize")
            done = True
        except ConfigError as exc:  # what the next command says
            assert str(exc) == "runs/one: no quantize yet; run `edgekws quantize one`"
            done = False
        age(run.path)
        assert set(contents(run.path)) - set(hidden(run.path)) <= set(expected)
        if ended.code == 0:
            assert done
            assert contents(run.path) == expected

    begin_anew()
    kill_often(
        learning, arguments, here, seed=2, moments=moments,
        undisturbed=undisturbed, begin_anew=begin_anew, check=check,
    )  # fmt: skip
    last = learning.ask(*arguments, folder=here)
    assert last.code == 0, last
    check(last)


@pytest.mark.qemu
def test_export(verified: Run, cache: Path, here: Path) -> None:
    """A project is there whole or not at all, also where it replaces another one."""
    scratch = here / "scratch"
    scratch.mkdir()
    before = contents(verified.path)
    project = here / "export" / "small-mps2_an386"
    with ForkServer(scratch, tensorflow=False) as server:
        undisturbed = server.ask("export", folder=here)
        expected = contents(project)

        def begin_anew() -> None:
            shutil.rmtree(here / "export")

        def check(ended: Ended) -> None:
            assert contents(verified.path) == before
            assert not project.exists() or contents(project) == expected
            if ended.code == 0:
                assert contents(project) == expected
                assert os.listdir(here / "export") == [project.name]

        kill_often(
            server, ("export",), here, seed=3,
            undisturbed=undisturbed, begin_anew=begin_anew, check=check,
        )  # fmt: skip
        for _ in range(2):  # anew, and over the one that is there
            last = server.ask("export", folder=here)
            assert last.code == 0, last
            check(last)
