"""What TF_CONFIG may say, and waiting for the other machines."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest

from edgekws.errors import ConfigError
from edgekws.train.cluster import Cluster, gather, read_cluster

TWO = ["a:2222", "b:2222"]


def config(cluster: Any, job: Any = "worker", index: Any = 0) -> dict[str, str]:
    found = {"cluster": cluster, "task": {"type": job, "index": index}}
    return {"TF_CONFIG": json.dumps(found)}


def free_port() -> int:
    with socket.create_server(("", 0)) as server:
        return int(server.getsockname()[1])


def test_workers_are_numbered_as_tensorflow_does() -> None:
    cluster = read_cluster(config({"worker": TWO}, index=1))
    assert (cluster.workers, cluster.number) == (("a:2222", "b:2222"), 1)
    cluster = read_cluster(config({"worker": TWO, "chief": ["c:1"]}, index=1))
    assert (cluster.workers, cluster.number) == (("c:1", "a:2222", "b:2222"), 2)
    assert cluster.said(cluster.place("worker", 0)) == "worker 1 (a:2222)"
    assert read_cluster(config({"worker": TWO, "chief": ["c:1"]}, "chief")).number == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "TF_CONFIG is not set; --strategy multi_worker needs it"),
        ({"TF_CONFIG": ""}, "is not set"),
        ({"TF_CONFIG": "{"}, "not JSON"),
        ({"TF_CONFIG": "[" * 100_000}, "not JSON"),
        ({"TF_CONFIG": "[]"}, "the whole must be an object"),
        ({"TF_CONFIG": "{}"}, "cluster must be an object"),
        ({"TF_CONFIG": '{"cluster": {"worker": ["a:1"]}}'}, "task must be an object"),
        (config({}), "cluster names no worker"),
        (config({"ps": TWO}), "job 'ps' is not known"),
        (config({"worker": "a:2222"}), "must be a list of HOST:PORT"),
        (config({"worker": ["a"]}), "'a' must be HOST:PORT"),
        (config({"worker": ["a:0"]}), "must be HOST:PORT"),
        (config({"worker": ["a:65536"]}), "must be HOST:PORT"),
        (config({"worker": [":1"]}), "must be HOST:PORT"),
        (config({"worker": [5]}), "5 must be HOST:PORT"),
        (config({"worker": ["a:1", "a:1"]}), "two workers have the same address"),
        (config({"chief": TWO}, "chief"), "there must be one chief"),
        (config({"worker": TWO}, "chief"), "task.type 'chief' is no job of the cluster"),
        (config({"worker": TWO}, []), "is no job of the cluster"),
        (config({"worker": TWO}, index=2), r"task.index must be a number in 0..1, got 2"),
        (config({"worker": TWO}, index=True), "got True"),
        (config({"worker": TWO}, index="0"), "got '0'"),
    ],
)
def test_a_wrong_tf_config_is_one_line(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read_cluster(environment)
    assert "\n" not in str(caught.value)
    assert "like" in str(caught.value)


def test_all_workers_wait_for_the_last() -> None:
    addresses = tuple(f"localhost:{free_port()}" for _ in range(3))
    jobs = (("worker", addresses),)
    lines: list[str] = []
    threads = [
        threading.Thread(target=gather, args=(Cluster(jobs, number), lines.append, 20.0))
        for number in range(3)
    ]
    for thread in threads[:2]:
        thread.start()
    threads[0].join(0.5)
    assert threads[0].is_alive()
    # Those before it close their ports once they see it, as TensorFlow opens them again.
    with socket.create_server(("", int(addresses[2].rpartition(":")[2]))):
        for thread in threads[:2]:
            thread.join(10)
            assert not thread.is_alive()
    assert len(lines) == 2
    assert all("waits for" in line for line in lines)


def test_a_worker_that_never_comes_is_named() -> None:
    addresses = tuple(f"localhost:{free_port()}" for _ in range(2))
    with pytest.raises(ConfigError, match=rf"worker 1 \({addresses[1]}\) did not begin within 1 s"):
        gather(Cluster((("worker", addresses),), 0), lambda line: None, 1.0)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        cluster = Cluster((("worker", (f"localhost:{port}",)),), 0)
        with pytest.raises(ConfigError, match=f"cannot listen on port {port}: .* stop what uses"):
            gather(cluster, lambda line: None, 1.0)
