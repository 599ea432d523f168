"""A Cortex-M project whose network TensorFlow Lite Micro runs, as {path: content}.

Frontend, spotter, detector and ``main`` are those of every project; TFLM's own sources are not part
of it: its Makefile is told where they are.
"""

from __future__ import annotations

import dataclasses

from edgekws.boards import Board, emulated
from edgekws.codegen.board import board_view, linker_script, startup
from edgekws.codegen.data import data_files
from edgekws.codegen.driver import driver_files, driver_path
from edgekws.codegen.edges import edges_view
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.project import include, units
from edgekws.codegen.selftest import golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, around_model, spotter_view
from edgekws.codegen.tflm_model import TflmModelView, tflm_model_files, tflm_model_view
from edgekws.resources import license_text

_RUNTIME = ("kws_io.h", "kws_io.c", "kws_io_host.c", "kws_io_semihosting.c", "kws_crc32.c")


def generate_tflm(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str]:
    """Return the project's files by relative path; the same inputs give the same text.

    Arguments and errors are those of `edgekws.codegen.project.generate`.
    """
    keywords = keywords.on(board)
    banner = Banner(command, keywords.graph.sha256, board_id, verified)
    model = tflm_model_view(keywords, const_section=board.memory.const_bytes > 0)
    spotter = spotter_view(keywords, model)
    files = _portable(keywords, model, banner)
    files.update(selftest_files(golden_view(keywords), model, spotter, banner))
    view = dataclasses.replace(board_view(board_id, board), constructors=True)
    machine = dataclasses.replace(board_view(*emulated(board_id, board)[0]), constructors=True)
    files["linker.ld"], files["startup.c"] = linker_script(view, banner), startup(view, banner)
    if machine.id != view.id:
        files["selftest/linker.ld"] = linker_script(machine, banner)
    files.update(driver_files(keywords, board_id, board, banner))
    frontend = keywords.frontend
    views = {
        "board": view,
        "machine": machine,
        "model": model,
        "spotter": spotter,
        "edges": edges_view(keywords.graph, keywords.prefix),
        "frontend": frontend and frontend_view(frontend, keywords.frames, keywords.prefix),
        "driver": driver_path(keywords, board),
        "units": units(files),
        "include": include(files),
    }
    main = "main.c" if spotter else "main_features.c"
    files["main.c"] = render(f"cortex_m/{main}.j2", banner, views)
    for name in ("Makefile", "CMakeLists.txt", "README.md"):
        files[name] = render(f"tflm/{name}.j2", banner, views)
    files["LICENSE"] = license_text()
    return dict(sorted(files.items()))


def _portable(keywords: Keywords, model: TflmModelView, banner: Banner) -> dict[str, str]:
    wanted = ["kws_status.h", *_RUNTIME]
    if keywords.frontend is not None:
        wanted.append("kws_wav.c")
    if model.softmax is not None:
        wanted += ["kws_softmax.c", "kws_softmax.h"]
    return {
        **tflm_model_files(model, banner),
        **data_files(model, keywords.model, banner),
        **around_model(keywords, model, banner, wanted),
    }
