"""``platformio``: a project with the spotter as a library in its ``lib/``."""

from __future__ import annotations

import json

from edgekws.boards import Board
from edgekws.codegen.layout import LibraryView, Parts, flat, parts, with_license
from edgekws.codegen.spotter import Keywords


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the project's files; see `edgekws.codegen.layout.Layout`."""
    made = parts(keywords, board_id, board, command=command, verified=verified)
    library = f"lib/{made.view.name}"
    files: dict[str, str | bytes] = {
        **flat(f"{library}/src", made.library),
        f"{library}/library.json": library_json(made.view),
        **flat("src/selftest", made.selftest),
        "src/selftest/main.c": made.render("shared/selftest_main.c.j2", entry="main"),
        "src/arduino_selftest/selftest.cpp": made.render("shared/selftest.ino.j2"),
    }
    if made.view.listens:
        files.update(_listening(made))
    for name in ("platformio.ini", "README.md"):
        files[name] = made.render(f"platformio/{name}.j2")
    return with_license(files)


def library_json(view: LibraryView) -> str:
    """The library's manifest."""
    document = {
        "name": view.name,
        "version": view.version,
        "description": f"{view.sentence} {view.paragraph}",
        "keywords": ["keyword-spotting", "speech", "machine-learning"],
        "authors": [{"name": "edgekws"}],
        "license": "Apache-2.0",
        "headers": [view.header],
        "frameworks": "*",
        "platforms": "*",
    }
    return json.dumps(document, indent=2) + "\n"


def _listening(made: Parts) -> dict[str, str]:
    return {
        "src/listen/main.c": made.render("shared/listen.c.j2", entry="main"),
        "src/listen/board_audio.c": made.render("shared/board_audio.c.j2"),
        "src/listen/board_audio.h": made.render("shared/board_audio.h.j2"),
        "src/arduino_listen/listen.cpp": made.render("shared/listen.ino.j2"),
    }
