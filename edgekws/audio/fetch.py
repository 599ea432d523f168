"""A large file over HTTP: cut connections are taken up where they broke off, in any later call."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from edgekws.errors import EdgekwsError, UsageError
from edgekws.files import sha256

Progress = Callable[[int, int], None]  # bytes so far, bytes of all

ATTEMPTS = 5  # in a row that bring nothing
PAUSE_S = 1.0
TIMEOUT_S = 30.0

_MOST_BYTES = 2**33
_BLOCK_BYTES = 2**18
_GONE = (416,)  # the server has nothing after what we have: it is not the beginning of its file
_LATER = (408, 425, 429, 500, 502, 503, 504)


class _CutError(Exception):
    """The connection brought less than all; another attempt may bring the rest."""


def fetch(url: str, part: Path, digest: str, progress: Progress) -> None:
    """Bring the file behind ``url`` to ``part`` and hold it against its checksum.

    Parameters
    ----------
    url
        ``http`` or ``https``.
    part
        Where the bytes go. What an earlier call left there is gone on with; it is removed when the
        checksum is wrong.
    digest
        SHA-256 of the whole, hexadecimal.
    progress
        Called after each block.

    Raises
    ------
    UsageError
        The URL cannot be one.
    EdgekwsError
        The server cannot be reached, refuses, or sends something else; the disk is full.
    """
    _refuse_url(url)
    try:
        if not (part.exists() and sha256(part) == digest):
            _insist(url, part, progress)
            found = sha256(part)
            if found != digest:
                part.unlink()
                raise EdgekwsError(
                    f"{url}: damaged or another file: SHA-256 {found}, {digest} wanted; "
                    "what came was removed, run the command again"
                )
    except OSError as exc:
        raise EdgekwsError(f"{part}: cannot write: {exc.strerror or exc}") from exc


def _insist(url: str, part: Path, progress: Progress) -> None:
    """Continue until all is there or nothing more comes."""
    vain = 0
    while True:
        before = _size(part)
        try:
            _continue(url, part, progress)
            return
        except _CutError as exc:
            vain = 0 if _size(part) > before else vain + 1
            if vain == ATTEMPTS:
                kept = f"; {_size(part)} bytes are kept, the same command goes on from there"
                raise EdgekwsError(f"{url}: {exc}{kept if _size(part) else ''}") from exc
        time.sleep(PAUSE_S)


def _continue(url: str, part: Path, progress: Progress) -> None:
    """Ask for what is missing and append it to ``part``."""
    have = _size(part)
    headers = {"User-Agent": "edgekws", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    response = _answer(urllib.request.Request(url, headers=headers), part)
    with response:
        have, total = _place(response, have)
        if total > _MOST_BYTES:
            raise EdgekwsError(f"{url}: {total} bytes are too many; is it the right address?")
        with part.open("r+b" if have else "wb") as stream:
            stream.seek(have)
            stream.truncate()
            for block in _blocks(response):
                stream.write(block)
                have += len(block)
                progress(have, max(have, total))
                if have > _MOST_BYTES:
                    raise EdgekwsError(f"{url}: endless; is it the right address?")
    if have < total:
        raise _CutError(f"the connection was cut after {have} of {total} bytes")


def _answer(request: urllib.request.Request, part: Path) -> http.client.HTTPResponse:
    url = request.full_url
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as exc:
        exc.close()
        said = f"HTTP {exc.code} {_reason(exc.reason)}"
        if exc.code in _GONE:
            part.unlink(missing_ok=True)
        if exc.code in (*_GONE, *_LATER):
            raise _CutError(said) from exc
        raise EdgekwsError(f"{url}: {said}; is it the right address?") from exc
    except urllib.error.URLError as exc:
        raise _CutError(f"cannot reach the server: {_reason(exc.reason)}") from exc
    except (OSError, http.client.HTTPException) as exc:
        raise _CutError(f"cannot talk to the server: {_reason(exc)}") from exc
    assert isinstance(response, http.client.HTTPResponse)
    return response


def _place(response: http.client.HTTPResponse, have: int) -> tuple[int, int]:
    """Where in the file the answer begins, and how long the file is; 0 when it does not say."""
    if response.status == 206:
        found = re.fullmatch(
            r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", response.getheader("Content-Range", "")
        )
        if found is None or int(found[1]) != have:
            raise _CutError("the server sent another part than it was asked for")
        return have, int(found[2])
    length = response.getheader("Content-Length", "")
    return 0, int(length) if re.fullmatch(r"\d{1,15}", length) else 0


def _blocks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the body, so that what the network does is told from what the disk does."""
    while True:
        try:
            block = response.read1(_BLOCK_BYTES)
        except (OSError, http.client.HTTPException) as exc:
            raise _CutError(f"the connection broke: {_reason(exc)}") from exc
        if not block:
            return
        yield block


def _reason(exc: object) -> str:
    text = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
    return " ".join(str(text).split())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _refuse_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(f"{url!r} is not an address; it must begin with http:// or https://")
