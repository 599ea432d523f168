"""``arduino``: a library with example sketches.

Of a library's ``src/`` the Arduino builder puts only the top folder on the include path, so all C
is flat in it. A sketch brings its own files beside it.
"""

from __future__ import annotations

from edgekws.boards import Board
from edgekws.codegen.layout import flat, parts, with_license
from edgekws.codegen.spotter import Keywords


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the library's files; see `edgekws.codegen.layout.Layout`."""
    made = parts(keywords, board_id, board, command=command, verified=verified)
    files: dict[str, str | bytes] = {
        **flat("src", made.library),
        **flat("examples/SelfTest", made.selftest),
        "examples/SelfTest/SelfTest.ino": made.render("shared/selftest.ino.j2"),
    }
    if made.view.listens:
        files["examples/Listen/Listen.ino"] = made.render("shared/listen.ino.j2")
    for name in ("library.properties", "keywords.txt", "README.md"):
        files[name] = made.render(f"arduino/{name}.j2")
    return with_license(files)
