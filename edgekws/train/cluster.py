"""The machines that learn together: what TF_CONFIG says of them, and waiting for all of them."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edgekws.errors import ConfigError

VARIABLE = "TF_CONFIG"
EXAMPLE = '{"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 0}}'
JOBS = ("chief", "worker")  # in the order in which TensorFlow numbers them
PATIENCE_S = 600.0  # until the last worker has begun; a first run decodes its clips before
_PAUSE_S = 0.2


@dataclass(frozen=True)
class Cluster:
    """All workers, and which of them this process is. The first is the chief."""

    jobs: tuple[tuple[str, tuple[str, ...]], ...]  # job to HOST:PORT of its tasks
    number: int

    @property
    def workers(self) -> tuple[str, ...]:
        """HOST:PORT of each."""
        return tuple(address for _, tasks in self.jobs for address in tasks)

    def said(self, number: int) -> str:
        """A worker in words, like ``worker 1 (host-b:2222)``."""
        return f"worker {number} ({self.workers[number]})"

    def place(self, job: str, task: int) -> int:
        """Number of a task as TensorFlow calls it."""
        before = 0
        for name, tasks in self.jobs:
            if name == job:
                return before + task
            before += len(tasks)
        raise ValueError(f"no job {job}")


def read_cluster(environment: Mapping[str, str]) -> Cluster:
    """Read TF_CONFIG strictly.

    Raises
    ------
    ConfigError
        It is not set, or does not say who the workers are and which of them this is.
    """
    text = environment.get(VARIABLE, "")
    if not text:
        raise ConfigError(
            f"{VARIABLE} is not set; --strategy multi_worker needs it on every machine, like "
            f"{VARIABLE}='{EXAMPLE}'"
        )
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ConfigError(f"{VARIABLE}: not JSON: {exc}; write it like {EXAMPLE}") from exc
    try:
        jobs = _jobs(_table(found, "the whole").get("cluster"))
        task = _table(found.get("task"), "task")
        return Cluster(jobs, _number(jobs, task.get("type"), task.get("index")))
    except ValueError as exc:
        raise ConfigError(f"{VARIABLE}: {exc}; write it like {EXAMPLE}") from exc


def gather(cluster: Cluster, say: Callable[[str], None], patience_s: float = PATIENCE_S) -> None:
    """Wait until every worker has begun; TensorFlow itself would wait unheard and for ever.

    Until all are there, this worker's port is open for the others to see.

    Raises
    ------
    ConfigError
        Some worker did not come; this worker's port is in use.
    """
    port = _parts(cluster.workers[cluster.number])[1]
    missing = [number for number in range(len(cluster.workers)) if number != cluster.number]
    end = time.monotonic() + patience_s
    told = False
    with _listening(cluster, port):
        while True:
            missing = [number for number in missing if not _answers(cluster.workers[number])]
            if not missing:
                return
            names = ", ".join(map(cluster.said, missing))
            if time.monotonic() > end:
                raise ConfigError(
                    f"{names} did not begin within {patience_s:.0f} s; start all workers, and see "
                    f"that they reach each other at the addresses of {VARIABLE}"
                )
            if not told:
                say(f"{cluster.said(cluster.number)} waits for {names}")
                told = True
            time.sleep(_PAUSE_S)


def _table(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object in braces")
    return value


def _jobs(cluster: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = _table(cluster, "cluster")
    for job in table:
        if job not in JOBS:
            raise ValueError(f"job {job!r} is not known; known: {', '.join(JOBS)}")
    jobs = []
    for job in JOBS:
        tasks = table.get(job, [])
        if not isinstance(tasks, list):
            raise ValueError(f"cluster.{job} must be a list of HOST:PORT")
        for address in tasks:
            _parts(address)
        jobs.append((job, tuple(tasks)))
    if len(jobs[0][1]) > 1:
        raise ValueError("there must be one chief")
    addresses = [address for _, tasks in jobs for address in tasks]
    if not addresses:
        raise ValueError("cluster names no worker")
    if len(set(addresses)) != len(addresses):
        raise ValueError("two workers have the same address")
    return tuple(job for job in jobs if job[1])


def _number(jobs: tuple[tuple[str, tuple[str, ...]], ...], job: Any, task: Any) -> int:
    count = len(dict(jobs).get(job, ())) if isinstance(job, str) else 0
    if not count:
        raise ValueError(f"task.type {job!r} is no job of the cluster")
    if isinstance(task, bool) or not isinstance(task, int) or not 0 <= task < count:
        raise ValueError(f"task.index must be a number in 0..{count - 1}, got {task!r}")
    return Cluster(jobs, 0).place(job, task)


def _parts(address: Any) -> tuple[str, int]:
    host, _, port = address.rpartition(":") if isinstance(address, str) else ("", "", "")
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536:
        raise ValueError(f"{address!r} must be HOST:PORT")
    return host.strip("[]"), int(port)


@contextlib.contextmanager
def _listening(cluster: Cluster, port: int) -> Iterator[None]:
    """Have the port open; the system answers for us."""
    backlog = 2 * len(cluster.workers)
    try:
        family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
        server = socket.create_server(
            ("", port), family=family, backlog=backlog, dualstack_ipv6=family == socket.AF_INET6
        )
    except OSError as exc:
        own = cluster.said(cluster.number)
        raise ConfigError(
            f"{own}: cannot listen on port {port}: {exc.strerror or exc}; stop what uses it, "
            f"or choose another port in {VARIABLE}"
        ) from exc
    with server:
        yield


def _answers(address: str) -> bool:
    try:
        socket.create_connection(_parts(address), timeout=2.0).close()
    except OSError:  # not there yet, or its name not known yet
        return False
    return True
