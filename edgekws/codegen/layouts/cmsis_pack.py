"""``cmsis-pack``: a software pack for Keil, CMSIS-Toolbox and the IDEs that take packs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.layout import Parts, parts, with_license
from edgekws.codegen.spotter import Keywords

VENDOR = "edgekws"

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP file can say


@dataclass(frozen=True)
class PackView:
    """What the templates may know about the pack. Every value is final."""

    file: str  # VENDOR.NAME.VERSION.pack
    pdsc: str  # VENDOR.NAME.pdsc
    headers: tuple[str, ...]
    selftest_headers: tuple[str, ...]
    listen: tuple[tuple[str, str], ...]  # category and path of a user code template's files
    vendor: str = VENDOR
    cclass: str = "Machine Learning"  # one of those that CMSIS names
    spotter: str = "Keyword Spotter"  # Cgroup of the two components
    selftest: str = "Keyword Spotter Self-test"


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the pack and the files in it; see `edgekws.codegen.layout.Layout`."""
    made = parts(keywords, board_id, board, command=command, verified=verified)
    view = _view(made, keywords.prefix)
    inside = with_license(
        {
            **made.library,
            **made.selftest,
            **_user_templates(made),
            view.pdsc: made.render("cmsis_pack/pdsc.j2", pack=view),
            "README.md": made.render("cmsis_pack/README.md.j2", pack=view),
        }
    )
    return dict(sorted({**inside, view.file: zip_bytes(inside)}.items()))


def zip_bytes(files: Mapping[str, str | bytes]) -> bytes:
    """Pack ``files`` in their order: nothing is compressed, so no library's version shows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, date_time=_EARLIEST)
            entry.create_system = 3  # Unix, whatever runs this
            entry.external_attr = 0o100644 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


def _view(made: Parts, prefix: str) -> PackView:
    base = f"{VENDOR}.{made.view.name}"
    listen = [path for path in _user_templates(made) if path.startswith("template/listen/")]
    if listen:  # the recording that it plays
        listen += [f"selftest/{prefix}_selftest_data.{kind}" for kind in ("c", "h")]
    return PackView(
        file=f"{base}.{made.view.version}.pack",
        pdsc=f"{base}.pdsc",
        headers=_headers(made.library),
        selftest_headers=_headers(made.selftest),
        listen=tuple(("sourceC" if path.endswith(".c") else "header", path) for path in listen),
    )


def _headers(files: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in files if path.endswith(".h")))


def _user_templates(made: Parts) -> dict[str, str]:
    paths = ["selftest/selftest_main.c"]
    if made.view.listens:
        paths += ["listen/listen.c", "listen/board_audio.c", "listen/board_audio.h"]
    return {
        f"template/{path}": made.render(f"shared/{path.rpartition('/')[2]}.j2", entry="main")
        for path in paths
    }
