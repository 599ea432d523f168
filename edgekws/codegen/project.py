"""A whole Cortex-M project as {path: content}; nothing is written to disk here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from edgekws.boards import Board, emulated
from edgekws.codegen.board import BoardView, board_view, linker_script, startup
from edgekws.codegen.driver import FOLDER, driver_files, driver_path
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.model import ModelView
from edgekws.codegen.selftest import golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, SpotterView, portable_files, spotter_view
from edgekws.resources import license_text

TRACE = "KWS_TRACE_LAYER"  # define it as the name of a function that sees each layer's output

_BOARD_IO = "runtime/kws_io_semihosting.c"
_HOST_IO = "runtime/kws_io_host.c"
_RUNTIME = ("kws_io.h", "kws_io.c", "kws_io_host.c", "kws_io_semihosting.c", "kws_crc32.c")


@dataclass(frozen=True)
class Units:
    """The ``.c`` files of a project, by where they belong."""

    common: tuple[str, ...]
    selftest: tuple[str, ...]
    board: tuple[str, ...]
    host: tuple[str, ...]


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str]:
    """Return the project's files by relative path; the same inputs give the same text.

    Parameters
    ----------
    command
        What a user typed to get this, for the banners.
    verified
        What was proved, for the banners; "no" when nothing was.

    Raises
    ------
    ConfigError
        The frontend does not make what the model was trained on, the recording is too short, or
        the board names a driver that there is not.
    ModelError
        The labels do not fit the model.
    """
    keywords = keywords.on(board)
    banner = Banner(command, keywords.graph.sha256, board_id, verified)
    files = _portable(keywords, board, banner)
    model = _model(keywords, board)
    spotter = spotter_view(keywords, model)
    files.update(selftest_files(golden_view(keywords), model, spotter, banner))
    machine = board_view(*emulated(board_id, board)[0])
    files.update(_board_files(board_view(board_id, board), machine, banner))
    views = _views(keywords, board_view(board_id, board), machine, model, spotter)
    files.update(driver_files(keywords, board_id, board, banner))
    views["units"], views["include"] = units(files), include(files)
    views["driver"] = driver_path(keywords, board)
    main = "main.c" if spotter else "main_features.c"
    files["main.c"] = render(f"cortex_m/{main}.j2", banner, views)
    for name in ("Makefile", "CMakeLists.txt", "README.md"):
        files[name] = render(f"cortex_m/{name}.j2", banner, views)
    files["LICENSE"] = license_text()
    return dict(sorted(files.items()))


def firmware(keywords: Keywords, board_id: str, board: Board) -> dict[str, str]:
    """Return what the program of `generate` is compiled from, without self-test and Makefile."""
    keywords = keywords.on(board)
    banner = Banner("edgekws benchmark", keywords.graph.sha256, board_id, "no")
    files = _portable(keywords, board, banner)
    model = _model(keywords, board)
    spotter = spotter_view(keywords, model)
    view = board_view(board_id, board)
    views = _views(keywords, view, view, model, spotter)
    main = "main.c" if spotter else "main_features.c"
    files["main.c"] = render(f"cortex_m/{main}.j2", banner, views)
    return {**files, **_board_files(view, view, banner)}


def probe(keywords: Keywords, board_id: str, board: Board) -> dict[str, str]:
    """Return the files of the program that shows what every layer, frame and word is.

    It is for verification, not for export: ``probe.c`` takes the place of ``main.c``.
    """
    keywords = keywords.on(board)
    banner = Banner("edgekws verify", keywords.graph.sha256, board_id, "no")
    files = _portable(keywords, board, banner)
    model = _model(keywords, board)
    views = {"model": model, "spotter": spotter_view(keywords, model)}
    files["probe.c"] = render("common/probe.c.j2", banner, views)
    view = board_view(board_id, board)
    return {**files, **_board_files(view, view, banner)}


def units(files: Iterable[str]) -> Units:
    """Sort the ``.c`` files of a project into those of the host, the board, the self-test.

    A driver is in none of them.
    """
    found = sorted(path for path in files if path.endswith(".c") and not path.startswith(FOLDER))
    apart = {"main.c", "probe.c", "startup.c", _BOARD_IO, _HOST_IO}
    selftest = tuple(path for path in found if path.startswith("selftest/"))
    return Units(
        common=tuple(path for path in found if path not in apart and path not in selftest),
        selftest=selftest,
        board=("startup.c", _BOARD_IO),
        host=(_HOST_IO,),
    )


def include(files: Iterable[str]) -> tuple[str, ...]:
    """Sorted folders of a project that hold headers."""
    headers = (path for path in files if path.endswith(".h"))
    return tuple(sorted({path.rpartition("/")[0] or "." for path in headers}))


def _portable(keywords: Keywords, board: Board, banner: Banner) -> dict[str, str]:
    extra = (*_RUNTIME, *(("kws_wav.c",) if keywords.frontend else ()))
    return portable_files(keywords, banner, const_section=board.memory.const_bytes > 0, extra=extra)


def _model(keywords: Keywords, board: Board) -> ModelView:
    return keywords.model_view(const_section=board.memory.const_bytes > 0)


def _board_files(board: BoardView, machine: BoardView, banner: Banner) -> dict[str, str]:
    files = {"linker.ld": linker_script(board, banner), "startup.c": startup(board, banner)}
    if machine.id != board.id:
        files["selftest/linker.ld"] = linker_script(machine, banner)
    return files


def _views(
    keywords: Keywords,
    board: BoardView,
    machine: BoardView,
    model: ModelView,
    spotter: SpotterView | None,
) -> dict[str, object]:
    frontend = keywords.frontend
    return {
        "board": board,
        "machine": machine,
        "model": model,
        "spotter": spotter,
        "edges": model.edges,
        "frontend": frontend and frontend_view(frontend, keywords.frames, keywords.prefix),
    }
