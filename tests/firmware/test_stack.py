"""No run takes more stack than the analysis says, and not much less."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from support import tools
from support.small_network import sound_keywords

from edgekws.boards import Board, find_board
from edgekws.codegen import project
from edgekws.errors import BuildError
from edgekws.firmware import stack
from edgekws.firmware.build import Program, Sources, build_board, workspace
from edgekws.firmware.measure import measure
from edgekws.firmware.stack import stack_bound

pytestmark = pytest.mark.qemu
INTERRUPT_BYTES = 108


@pytest.fixture(autouse=True)
def _tools() -> None:
    tools.require(*tools.CROSS)


@contextlib.contextmanager
def built(main: str = "", board_id: str = "mps2_an385") -> Iterator[tuple[Program, Board]]:
    """The program of a small network; ``main`` is code that its `main` begins with."""
    _, board = find_board(board_id)
    files = project.firmware(sound_keywords().on(board), board_id, board)
    before, _, first = main.partition("@")
    text = re.sub(
        r"int main\(int argc, .*\n{\n", lambda m: f"{before}\n{m[0]}{first}", files["main.c"]
    )
    parts = project.units(files)
    sources = Sources(("main.c", *parts.common, *parts.board), project.include(files))
    with workspace({**files, "main.c": text}) as folder:
        yield build_board(folder, sources, board_id, board), board


@pytest.mark.slow
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an385", "mps2_an386", "mps3_an547"])
def test_no_run_goes_deeper(board_id: str) -> None:
    found = measure(sound_keywords(), *find_board(board_id))
    assert found.stack <= found.sizes.stack_bound <= found.stack + INTERRUPT_BYTES + 300


@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386"])
def test_instructions_take_what_the_compiler_says(
    board_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with built(board_id=board_id) as (program, board):
        said = stack_bound(program, board)
        monkeypatch.setattr(stack, "_said_by_compiler", lambda folder: ())
        measured = stack_bound(program, board)
    # More where a function has two ways in, each with a push of its own.
    assert said.bytes <= measured.bytes <= said.bytes + 16
    assert said.path[:2] == ("kws_reset", "main")


def test_what_assembly_pushes_counts() -> None:
    code = """
static void __attribute__((noinline)) room(void)
{
    __asm__ volatile("%s");
}
@    room();
"""
    bounds = []
    for assembly in ("", "push {r0, r1, r2, r3, r4, r5, r6, r7}\\n add sp, #32"):
        with built(code % (assembly + "\\n sub sp, #2000\\n add sp, #2000")) as (program, board):
            bounds.append(stack_bound(program, board).bytes)
    assert bounds[1] == bounds[0] + 32


def test_a_pointer_may_lead_anywhere_it_can() -> None:
    deep = """
static int32_t deep(int32_t x)
{
    volatile int32_t room[200];
    room[x] = x;
    return room[x];
}
static int32_t (*volatile chosen)(int32_t) = deep;
@    (void)chosen(3);
"""
    with built() as (program, board):
        small = stack_bound(program, board)
    with built(deep) as (program, board):
        large = stack_bound(program, board)
    assert large.path[-1] == "deep"
    assert small.bytes < 600


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "__attribute__((noinline)) static int32_t down(volatile int32_t *x)\n"
            "{\n    return *x <= 0 ? 1 : down(x + 1) - down(x + 2) * *x;\n}\n"
            "@    volatile int32_t x[2] = {0, 0};\n    (void)down(x);\n",
            r"down\S* -> down",
        ),
        (
            "__attribute__((noinline)) static void wide(volatile int32_t *n)\n"
            "{\n    volatile uint8_t room[*n];\n    room[0] = 1;\n    *n = room[0];\n}\n"
            "@    volatile int32_t n = 2;\n    wide(&n);\n",
            "wide takes what its input decides",
        ),
    ],
)
def test_what_has_no_bound_is_refused(code: str, reason: str) -> None:
    with built(code) as (program, board), pytest.raises(BuildError, match=reason):
        stack_bound(program, board)
