"""``esp-idf``: a project for ESP-IDF with the spotter as a component."""

from __future__ import annotations

from edgekws.boards import Board
from edgekws.codegen.layout import Parts, below, parts, with_license
from edgekws.codegen.spotter import Keywords
from edgekws.resources import license_text

ENTRY = "app_main"  # what ESP-IDF calls when a chip has started


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the project's files; see `edgekws.codegen.layout.Layout`."""
    made = parts(keywords, board_id, board, command=command, verified=verified)
    templates = {
        "CMakeLists.txt": "CMakeLists.txt",
        "README.md": "README.md",
        "sdkconfig.defaults": "sdkconfig.defaults",
        "sdkconfig.selftest": "sdkconfig.selftest",
        "main/CMakeLists.txt": "main_CMakeLists.txt",
        "main/Kconfig.projbuild": "Kconfig.projbuild",
    }
    files: dict[str, str | bytes] = {
        path: made.render(f"esp_idf/{name}.j2") for path, name in templates.items()
    }
    files.update(below(f"components/{made.view.name}", _component(made)))
    files.update(below("main", _programs(made)))
    return with_license(files)


def _component(made: Parts) -> dict[str, str]:
    templates = {
        "CMakeLists.txt": "component_CMakeLists.txt",
        "Kconfig": "Kconfig",
        "README.md": "component_README.md",
        "idf_component.yml": "idf_component.yml",
    }
    metadata = {path: made.render(f"esp_idf/{name}.j2") for path, name in templates.items()}
    return {**made.library, **metadata, "LICENSE": license_text()}


def _programs(made: Parts) -> dict[str, str]:
    names = ["selftest_main.c"]
    if made.view.listens:
        names += ["listen.c", "board_audio.c", "board_audio.h"]
    programs = {name: made.render(f"shared/{name}.j2", entry=ENTRY) for name in names}
    return {**made.selftest, **programs}
