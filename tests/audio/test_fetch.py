from __future__ import annotations

import hashlib
import random
import socket
import threading
from pathlib import Path

import pytest
from support.web_server import Manners, serve

from edgekws.audio import fetch as fetching
from edgekws.audio.fetch import fetch
from edgekws.errors import EdgekwsError, UsageError

CONTENT = random.Random(1).randbytes(300_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE_S", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "set.part"


def brought(manners: Manners, part: Path, digest: str = DIGEST) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    with serve(manners) as url:
        fetch(url, part, digest, lambda done, total: steps.append((done, total)))
    assert part.read_bytes() == CONTENT
    return steps


def failed(manners: Manners, part: Path) -> str:
    with serve(manners) as url, pytest.raises(EdgekwsError) as caught:
        fetch(url, part, DIGEST, lambda done, total: None)
    message = str(caught.value)
    assert message.startswith(f"{url}: ") and "\n" not in message
    return message.removeprefix(f"{url}: ")


def test_in_one_go(part: Path) -> None:
    manners = Manners(CONTENT)
    steps = brought(manners, part)
    assert steps[-1] == (len(CONTENT), len(CONTENT)) and steps == sorted(steps)
    assert manners.asked == [""]


def test_cut_again_and_again(part: Path) -> None:
    manners = Manners(CONTENT, cut_after=[100_000, 1, 0, 50_000, 0, 0, 7])
    brought(manners, part)
    assert manners.asked[:4] == ["", "bytes=100000-", "bytes=100001-", "bytes=100001-"]
    assert manners.asked[-1] == "bytes=150008-"


def test_a_later_call_goes_on(part: Path) -> None:
    part.write_bytes(CONTENT[:123_456])
    manners = Manners(CONTENT)
    brought(manners, part)
    assert manners.asked == ["bytes=123456-"]


def test_a_server_without_ranges_begins_anew(part: Path) -> None:
    part.write_bytes(b"x" * 123_456)
    manners = Manners(CONTENT, ranges=False, cut_after=[1000])
    brought(manners, part)
    assert manners.asked == ["bytes=123456-", "bytes=1000-"]


def test_what_is_whole_is_not_asked_for(part: Path) -> None:
    part.write_bytes(CONTENT)
    fetch("http://127.0.0.1:9/", part, DIGEST, lambda done, total: None)


@pytest.mark.parametrize("left", [b"y" * len(CONTENT), CONTENT + b"more"])
def test_what_is_longer_than_the_file_begins_anew(part: Path, left: bytes) -> None:
    part.write_bytes(left)
    manners = Manners(CONTENT)
    brought(manners, part)
    assert manners.asked == [f"bytes={len(left)}-", ""]


def test_without_a_length(part: Path) -> None:
    brought(Manners(CONTENT, length=False), part)


def test_a_damaged_file_is_removed(part: Path) -> None:
    damaged = bytearray(CONTENT)
    damaged[200_000] ^= 1
    found = hashlib.sha256(damaged).hexdigest()
    message = failed(Manners(bytes(damaged), cut_after=[150_000]), part)
    assert message.startswith(f"damaged or another file: SHA-256 {found}, {DIGEST} wanted")
    assert not part.exists()
    brought(Manners(CONTENT), part)


def test_damage_in_what_was_kept_is_seen(part: Path) -> None:
    part.write_bytes(b"\0" * 1000)
    assert "damaged or another file" in failed(Manners(CONTENT), part)
    assert not part.exists()


def test_a_busy_server_is_asked_again(part: Path) -> None:
    manners = Manners(CONTENT, codes=[503, 429, 500])
    brought(manners, part)
    assert len(manners.asked) == 4


def test_a_stalled_server_is_asked_again(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT_S", 2.0)
    manners = Manners(CONTENT, stall_s=[4.0])
    brought(manners, part)
    assert manners.asked == ["", "bytes=150000-"]


def test_another_part_than_asked_for_is_not_taken(part: Path) -> None:
    part.write_bytes(CONTENT[:1000])
    wrong = ["bytes 0-299999/300000", "", "bytes 999-299999/300000", "bytes 1000-299999/*"]
    brought(Manners(CONTENT, content_range=wrong), part)


@pytest.mark.parametrize(
    ("manners", "words"),
    [
        ({"codes": [404]}, "HTTP 404 Not Found; is it the right address?"),
        ({"codes": [403]}, "HTTP 403 Forbidden; is it the right address?"),
        ({"codes": [503] * 9}, "HTTP 503 Service Unavailable"),
        ({"cut_after": [0] * 9}, "the connection was cut after 0 of 300000 bytes"),
        (
            {"cut_after": [1000, *[0] * 9]},
            "the connection was cut after 1000 of 300000 bytes; 1000 bytes are kept, the same "
            "command goes on from there",
        ),
        ({"stall_s": [0.7] * 9, "content": b""}, "damaged or another file"),
    ],
)
def test_what_ends_it(part: Path, manners: dict[str, object], words: str) -> None:
    assert failed(Manners(**{"content": CONTENT, **manners}), part).startswith(words)  # type: ignore[arg-type]


def test_a_server_that_ends_nothing(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MOST_BYTES", 200_000)
    assert failed(Manners(CONTENT), part).startswith("300000 bytes are too many")
    assert failed(Manners(CONTENT, length=False), part).startswith("endless; is it")


def test_nobody_there(part: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(EdgekwsError, match=r"cannot reach the server: Connection refused$"):
            fetch(url, part, DIGEST, lambda done, total: None)
    assert not part.exists()


def test_not_http(part: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(fetching.ATTEMPTS):
                with server.accept()[0] as client:
                    client.recv(1000)
                    client.sendall(b"220 hello, this is mail\r\n" * 3)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(EdgekwsError, match="cannot talk to the server: "):
            fetch(url, part, DIGEST, lambda done, total: None)
        thread.join()


def test_a_full_disk(part: Path) -> None:
    part.mkdir()  # no file can be there
    with (
        serve(Manners(CONTENT)) as url,
        pytest.raises(EdgekwsError, match=r"set\.part: cannot write: Is a directory"),
    ):
        fetch(url, part, DIGEST, lambda done, total: None)


@pytest.mark.parametrize(
    "url",
    ["", "nothing", "ftp://a/b", "file:///etc/passwd", "http://", "http://a:b/", "http://a b/",
     "http://a/\r\nHost: b", "http://[::1", "http://\u00e9/", "http://a:99999/"],
)  # fmt: skip
def test_what_is_no_address(part: Path, url: str) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        fetch(url, part, DIGEST, lambda done, total: None)
