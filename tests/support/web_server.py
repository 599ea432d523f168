"""A web server on this machine that misbehaves as it is told."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Manners:
    """What the server has, and how it answers. Each list is used up, one answer at a time."""

    content: bytes
    ranges: bool = True
    length: bool = True  # tell Content-Length
    cut_after: list[int] = field(default_factory=list)  # bytes of an answer, then hang up
    codes: list[int] = field(default_factory=list)  # answer with these first
    content_range: list[str] = field(default_factory=list)  # send this part instead
    stall_s: list[float] = field(default_factory=list)  # wait so long in the middle
    slow: float = 0.0  # seconds before each 4 KiB
    asked: list[str] = field(default_factory=list)  # the Range of each request, "" without


class _Handler(http.server.BaseHTTPRequestHandler):
    manners: Manners

    def do_GET(self) -> None:
        manners = self.manners
        wanted = self.headers.get("Range", "")
        manners.asked.append(wanted)
        if manners.codes:
            self.send_error(manners.codes.pop(0))
            return
        found = re.fullmatch(r"bytes=(\d+)-", wanted) if manners.ranges else None
        start, size = int(found[1]) if found else 0, len(manners.content)
        if start >= size > 0:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{size}")
            self.end_headers()
            return
        self.send_response(206 if found else 200)
        if found:
            said = f"bytes {start}-{size - 1}/{size}"
            if manners.content_range:
                said = manners.content_range.pop(0)
                start = int((re.findall(r"bytes (\d+)-", said) or [start])[0])
            self.send_header("Content-Range", said)
        if manners.length:
            self.send_header("Content-Length", str(size - start))
        self.end_headers()
        self._send(manners.content[start:])

    def _send(self, body: bytes) -> None:
        manners = self.manners
        if manners.cut_after:
            self.wfile.write(body[: manners.cut_after.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if manners.stall_s:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            time.sleep(manners.stall_s.pop(0))
            return
        for at in range(0, len(body), 4096):
            time.sleep(manners.slow)
            self.wfile.write(body[at : at + 4096])

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


@contextlib.contextmanager
def serve(manners: Manners) -> Iterator[str]:
    """Address of the server while the block runs."""
    handler = type("Handler", (_Handler,), {"manners": manners})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/set.tar.gz"
        finally:
            server.shutdown()
            thread.join()
