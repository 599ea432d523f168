"""``zephyr``: a module for Zephyr with sample applications."""

from __future__ import annotations

from edgekws.boards import Board
from edgekws.codegen.layout import Parts, below, parts, with_license
from edgekws.codegen.spotter import Keywords

ZEPHYR_VERSION = "4.1.0"  # of the manifest; the module itself needs 3.4 or newer

_TEMPLATES = {
    "CMakeLists.txt": "CMakeLists.txt",
    "Kconfig": "Kconfig",
    "README.md": "README.md",
    "west.yml": "west.yml",
    "zephyr/module.yml": "module.yml",
}


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the module's files; see `edgekws.codegen.layout.Layout`."""
    made = parts(keywords, board_id, board, command=command, verified=verified)
    files: dict[str, str | bytes] = {**made.library, **made.selftest}
    for path, name in _TEMPLATES.items():
        files[path] = made.render(f"zephyr/{name}.j2", zephyr_version=ZEPHYR_VERSION)
    files.update(below("samples/selftest", _selftest(made)))
    if made.view.listens:
        files.update(below("samples/listen", _listen(made)))
    return with_license(files)


def _selftest(made: Parts) -> dict[str, str]:
    return {
        "CMakeLists.txt": made.render("zephyr/selftest_CMakeLists.txt.j2"),
        "prj.conf": made.render("zephyr/prj.conf.j2", trace=True),
        "sample.yaml": made.render(
            "zephyr/sample.yaml.j2",
            program="selftest",
            title="Self-test of a keyword spotter",
            description="Compares with golden vectors.",
            regex="selftest: .*: PASS",
        ),
        "src/main.c": made.render("shared/selftest_main.c.j2", entry="main"),
    }


def _listen(made: Parts) -> dict[str, str]:
    return {
        "CMakeLists.txt": made.render("zephyr/listen_CMakeLists.txt.j2"),
        "prj.conf": made.render("zephyr/prj.conf.j2", trace=False),
        "sample.yaml": made.render(
            "zephyr/sample.yaml.j2",
            program="listen",
            title="Keyword spotter",
            description="Prints each word that it hears.",
            regex="heard: .*",
        ),
        "src/main.c": made.render("shared/listen.c.j2", entry="main"),
        "src/board_audio.c": made.render("shared/board_audio.c.j2"),
        "src/board_audio.h": made.render("shared/board_audio.h.j2"),
    }
