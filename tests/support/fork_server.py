"""Commands in processes that have TensorFlow loaded already, each killed at a chosen moment.

The server imports once and forks for every command. The child is a whole process: its SIGKILL is
the system's, nothing of Python runs any more, and what it had in its buffers is gone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SERVER = """
import json, os, pathlib, select, signal, sys, time, traceback

from edgekws.cli import main
import edgekws.export, edgekws.quantize.quantizing, edgekws.train, edgekws.verify
if {tensorflow}:
    import edgekws.models.backend, edgekws.train.learner
    import edgekws.quantize.check, edgekws.quantize.judge


def counted(function, left):
    def count(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return count


def child(order):
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    left = [order["at_write"] or 0]
    for name in ("replace", "rename", "unlink", "mkdir", "write_bytes"):
        setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name), left))
    os.fsync = counted(os.fsync, left)
    os.chdir(order["folder"])
    try:
        code = main(order["arguments"])
    except BaseException:
        traceback.print_exc()
        code = 99
    pathlib.Path(order["counted"]).open("w").write(str(-left[0]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


for line in sys.stdin:
    order = json.loads(line)
    begin = time.perf_counter()
    process = os.fork()
    if process == 0:
        child(order)
    watched = os.pidfd_open(process)
    ended = select.select([watched], [], [], order["after_s"])[0]
    if not ended:
        os.kill(process, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.close(watched)
    print(json.dumps([code, time.perf_counter() - begin]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended; a negative code is the number of the signal that stopped it."""

    code: int
    seconds: float
    writes: int  # operations on files that it made; 0 when it was killed
    out: str
    err: str


class ForkServer:
    """Use it as a context: ``with ForkServer(scratch) as server: server.ask("boards")``."""

    def __init__(
        self, scratch: Path, *, tensorflow: bool, environment: Mapping[str, str] | None = None
    ) -> None:
        self._scratch = scratch
        self._server = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(tensorflow=tensorflow)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(scratch), **(environment or {})},
        )

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *reason: object) -> None:
        self._server.kill()
        self._server.communicate()

    def ask(
        self, *arguments: str, folder: Path, after_s: float = 120.0, at_write: int | None = None
    ) -> Ended:
        """Run a command in ``folder``; SIGKILL after so long, or before such an operation."""
        out, err, counted = (self._scratch / name for name in ("out", "err", "counted"))
        counted.unlink(missing_ok=True)
        order = {
            "arguments": arguments, "folder": str(folder), "after_s": after_s,
            "at_write": at_write, "out": str(out), "err": str(err), "counted": str(counted),
        }  # fmt: skip
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        code, seconds = json.loads(self._server.stdout.readline())
        writes = int(counted.read_text()) if counted.exists() else 0
        return Ended(code, seconds, writes, out.read_text(), err.read_text())
