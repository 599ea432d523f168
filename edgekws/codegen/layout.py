"""What every layout starts from: the same C, and what a tool's metadata may say about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from edgekws import plugins
from edgekws.boards import Board
from edgekws.codegen import layouts, runtime
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.selftest import golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, portable_files, spotter_view
from edgekws.errors import UsageError
from edgekws.resources import license_text

MAKE = "make"  # the layout of `edgekws.codegen.project`: a program for one board
VERSION = "1.0.0"  # of what a layout makes, where a tool wants a number; its user counts on

_SELFTEST_RUNTIME = ("kws_crc32.c", "kws_io.c")  # whoever runs it brings kws_io_print


class Layout(Protocol):
    """``generate`` of one file of `edgekws.codegen.layouts`."""

    def __call__(
        self, keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
    ) -> dict[str, str | bytes]:
        """Return the files by relative path; the same inputs give the same bytes.

        Arguments and errors are those of `edgekws.codegen.project.generate`.
        """


@dataclass(frozen=True)
class LibraryView:
    """What the templates may know about the library. Every value is final."""

    name: str  # kws_keywords, or kws_model where there is no frontend
    macro: str
    header: str  # kws_keywords.h
    version: str
    listens: bool
    sentence: str
    paragraph: str


@dataclass(frozen=True)
class Parts:
    """The C of a layout and what its templates see.

    Parameters
    ----------
    library : Mapping[str, str]
        Files of ``model/``, ``frontend/`` and ``runtime/``.
    selftest : Mapping[str, str]
        Files of ``selftest/``. Whoever links them calls ``<prefix>_selftest`` and brings
        ``kws_io_print``.
    """

    banner: Banner
    view: LibraryView
    views: Mapping[str, object]
    library: Mapping[str, str]
    selftest: Mapping[str, str]

    def render(self, template: str, **more: object) -> str:
        """Text of ``firmware_templates/layouts/TEMPLATE``."""
        return render(f"layouts/{template}", self.banner, {**self.views, **more})


def layout_names() -> tuple[str, ...]:
    """Sorted names of the layouts there are."""
    return tuple(name.replace("_", "-") for name in plugins.module_names(layouts))


def find_layout(name: str) -> Layout:
    """Return the layout called ``name``. Raises `UsageError` listing the known ones."""
    if name not in layout_names():
        raise UsageError(f"layout {name!r} is not known; known: {', '.join(layout_names())}")
    found: Layout = plugins.load(layouts, name.replace("-", "_")).generate
    return found


def parts(keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str) -> Parts:
    """Generate the C that every layout has; see `Layout` for arguments and errors."""
    keywords = keywords.on(board)
    banner = Banner(command, keywords.graph.sha256, f"any; verified on {board_id}", verified)
    model = keywords.model_view()
    spotter, frontend = spotter_view(keywords, model), keywords.frontend
    files = portable_files(keywords, banner)
    library = {path: text for path, text in files.items() if "_model_data." not in path}
    entry = f"{keywords.prefix}_selftest"
    selftest = selftest_files(golden_view(keywords), model, spotter, banner, entry=entry)
    for name in runtime.needed(_SELFTEST_RUNTIME):
        if f"runtime/{name}" not in library:
            selftest[f"selftest/{name}"] = runtime.read(name)
    view = _library_view(keywords, model.arena_bytes)
    views = {
        "lib": view,
        "model": model,
        "spotter": spotter,
        "frontend": frontend and frontend_view(frontend, keywords.frames, keywords.prefix),
        "sources": sources(library),
        "include": include(library),
        "selftest_sources": sources(selftest),
    }
    return Parts(banner, view, views, library, selftest)


def sources(files: Iterable[str]) -> tuple[str, ...]:
    """Sorted ``.c`` files."""
    return tuple(sorted(path for path in files if path.endswith(".c")))


def include(files: Iterable[str]) -> tuple[str, ...]:
    """Sorted folders that hold headers."""
    headers = (path for path in files if path.endswith(".h"))
    return tuple(sorted({path.rpartition("/")[0] or "." for path in headers}))


def below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    """Move ``files`` into a folder."""
    return {f"{folder}/{path}": text for path, text in files.items()}


def flat(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    """Move ``files`` into one folder without folders inside, for a tool that wants it so."""
    moved = {f"{folder}/{path.rpartition('/')[2]}": text for path, text in files.items()}
    assert len(moved) == len(files)  # every name of the library is its own
    return moved


def with_license(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """Add the licence of the hand-written files, and sort."""
    return dict(sorted({**files, "LICENSE": license_text()}.items()))


def _library_view(keywords: Keywords, arena_bytes: int) -> LibraryView:
    listens = keywords.frontend is not None
    name = f"{keywords.prefix}_{'keywords' if listens else 'model'}"
    count = len(keywords.labels)
    job = "Spots words in speech" if listens else "Scores the features of speech"
    return LibraryView(
        name=name,
        macro=name.upper(),
        header=f"{name}.h",
        version=VERSION,
        listens=listens,
        sentence=f"{job} with an int8 network of {count} labels.",
        paragraph=f"Plain C99 that needs no other code and allocates no memory; one inference is "
        f"{keywords.graph.macs:,} multiply-accumulates in {arena_bytes:,} bytes of scratch.",
    )
