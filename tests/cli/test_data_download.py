"""``edgekws data download`` from a server on this machine; killed, it goes on."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from pathlib import Path

import pytest
from support.archives import clips, tar_gz
from support.command_line import ask, contents, ended, program, refused
from support.web_server import Manners, serve

from edgekws.audio.download import SOURCES
from edgekws.cli.commands.data.download import SETS

FILES = clips({"yes": 3, "no": 2})
CONTENT = tar_gz(FILES)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edgekws.audio.fetch.PAUSE_S", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_the_sets_are_those_of_the_room() -> None:
    assert tuple(SOURCES) == SETS


def test_document(here: Path) -> None:
    with serve(Manners(CONTENT)) as url:
        answer = ask(
            "data", "download", "mini", "--out", "set", "--url", url, "--sha256", DIGEST, "--json"
        )
    document = answer.document
    assert (document["words"], document["clips"], document["url"]) == (2, 5, url)
    assert contents(here / "set") == FILES


def test_the_next_step_is_told(here: Path) -> None:
    with serve(Manners(CONTENT)) as url:
        said = ask("data", "download", "mini", "--out", "set", "--url", url, "--sha256", DIGEST)
    assert said.out == "set: 5 clips of 2 words\nnext: edgekws data check set\n"


def test_errors_are_one_line(here: Path) -> None:
    with serve(Manners(CONTENT, codes=[404])) as url:
        words = refused(1, "data", "download", "mini", "--out", "set", "--url", url)
    assert words == f"{url}: HTTP 404 Not Found; is it the right address?"
    with serve(Manners(CONTENT)) as url:
        words = refused(1, "data", "download", "mini", "--out", "set", "--url", url)
    assert words.startswith(f"{url}: damaged or another file: SHA-256 {DIGEST}, ")
    assert os.listdir(here) == []


WRONG = {
    "no set": ("data download", "Missing argument 'SET'"),
    "unknown set": ("data download maxi --out a", "'maxi' is not one of 'mini', "),
    "nowhere": ("data download mini", "Missing option '--out'"),
    "bad checksum": ("data download mini --out a --sha256 12", "64 hexadecimal digits"),
    "no address": ("data download mini --out a --url a.tar.gz", "is not an address"),
    "here": ("data download mini --out .", ". exists already"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_usage(here: Path, wrong: str) -> None:
    line, words = WRONG[wrong]
    assert words in refused(2, *line.split())
    assert os.listdir(here) == []


@pytest.mark.slow
def test_killed_at_random_moments(here: Path) -> None:
    content = tar_gz({**FILES, "_background_noise_/big.wav": random.Random(2).randbytes(2_000_000)})
    digest = hashlib.sha256(content).hexdigest()
    manners = Manners(content, slow=0.002)  # a second in all
    line = ("data", "download", "mini", "--out", here / "set", "--sha256", digest)
    rng = random.Random(1)
    with serve(manners) as url:
        for _ in range(12):
            process = program(*line, "--url", url)
            time.sleep(rng.uniform(0.2, 1.2))
            process.send_signal(signal.SIGKILL)
            ended(process)
            assert set(os.listdir(here)) <= {"set.part", "set"} | {
                name for name in os.listdir(here) if name.startswith(".set.unpacking-")
            }
            if (here / "set").exists():
                break
        manners.slow = 0.0
        if not (here / "set").exists():
            assert ended(program(*line, "--url", url)).code == 0
    assert {k: v for k, v in contents(here / "set").items() if "big" not in k} == FILES
    assert any(asked for asked in manners.asked)  # some of it was gone on with
