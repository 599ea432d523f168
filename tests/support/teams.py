"""Trainings in several processes of this machine, on made-up material."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, signal, sys, pathlib, json
sys.path.insert(0, {tests!r})

import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material

from edgekws.cli import _failed
from edgekws.errors import EdgekwsError
from edgekws.models.backend import tf
from edgekws.run import Run
from edgekws.train.team import Team, open_team
from edgekws.train.training import assist, train

order = json.loads(sys.argv[1])
use_made_up_material(pytest.MonkeyPatch())
recipe = made_up_recipe(order["architecture"], **order["schedule"])


def progress(moment):
    if moment.step == order["die_at"]:
        os.kill(os.getpid(), signal.SIGKILL)


def learn():
    strategy = order["strategy"]
    if strategy == "two_processors":
        cpu = tf.config.list_physical_devices("CPU")[0]
        halves = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, halves)
        team = Team(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]))
    else:
        team = open_team(strategy, print)
    if not order["dropout"]:
        from edgekws.models.kit import Kit

        Kit.dropout = lambda self, x, rate, **options: x
    root = pathlib.Path(order["root"])
    path = root / "run"
    run = Run(path) if path.exists() else new_run(root, recipe, "run")
    if team and not team.chief:
        assist(run, team, progress=progress)
    else:
        train(run, progress=progress, team=team)


try:
    learn()
except EdgekwsError as exc:
    sys.exit(_failed(str(exc), exc.exit_code))
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    servers = [socket.create_server(("", 0)) for _ in range(count)]
    ports = [int(server.getsockname()[1]) for server in servers]
    for server in servers:
        server.close()
    return ports


def start_training(
    root: Path,
    strategy: str = "none",
    *,
    architecture: str = "ds_cnn",
    schedule: dict[str, object] | None = None,
    dropout: bool = False,
    die_at: int = 0,
    task: tuple[list[int], int] | None = None,
) -> subprocess.Popen[str]:
    """Start a process that trains ``root/run`` or goes on with it, or helps to.

    Parameters
    ----------
    die_at
        After this step it kills itself.
    task
        Ports of all workers, and which of them this is.
    """
    order = {
        "root": str(root), "strategy": strategy, "architecture": architecture,
        "schedule": schedule or {}, "dropout": dropout, "die_at": die_at,
    }  # fmt: skip
    environment = dict(os.environ)
    if task:
        ports, index = task
        cluster = {"worker": [f"localhost:{port}" for port in ports]}
        said = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        environment["TF_CONFIG"] = json.dumps(said)
    script = SCRIPT.format(tests=str(Path(__file__).parents[1]))
    return subprocess.Popen(
        [sys.executable, "-c", script, json.dumps(order)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
