"""Two networks in one program: one runtime, and each with the bits that it has alone."""

from __future__ import annotations

import re

import pytest
from support import tools
from support.projects import expected_lines, made
from support.small_network import recording, sound_keywords

from edgekws.boards import find_board
from edgekws.codegen.project import include, units
from edgekws.firmware.build import SANITIZERS, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import run_emulated, run_host

BOARD = "mps2_an386"
NAMES = ("front", "back")
FRONT, BACK = sound_keywords(prefix="front"), sound_keywords(12, 20, prefix="back", seed=2)
SAMPLES = 48_000

# Both get the same sound in pieces by turns, and use the same scratch.
MAIN = """
#include "back_keywords.h"
#include "front_keywords.h"
#include "kws_io.h"
#include "pcm.h"

#define LARGER(a, b) ((a) > (b) ? (a) : (b))

static front_keywords_memory front;
static back_keywords_memory back;
static union {
    int64_t aligned;
    int8_t bytes[LARGER(FRONT_KEYWORDS_SCRATCH_BYTES, BACK_KEYWORDS_SCRATCH_BYTES) + 16];
} memory;

static void on_word(void *context, const kws_detection *detection)
{
    const int32_t ms = (int32_t)(detection->time * 1000 / 16000);

    kws_io_print(context == &front ? "front" : "back");
    kws_io_print_number(ms / 1000, 3, ' ');
    kws_io_print(".");
    kws_io_print_number(ms % 1000, 3, '0');
    kws_io_print(" s  ");
    kws_io_print(context == &front ? front_model_labels[detection->label]
                                   : back_model_labels[detection->label]);
    kws_io_print("  (score ");
    kws_io_print_number(detection->score, 1, ' ');
    kws_io_print(")\\n");
}

int main(void)
{
    int8_t *const scratch = memory.bytes + (16u - ((uintptr_t)memory.bytes & 15u));
    int32_t step = 1;

    if (front_keywords_init(&front, scratch, on_word, &front) != KWS_OK ||
        back_keywords_init(&back, scratch, on_word, &back) != KWS_OK) {
        return 1;
    }
    for (int32_t at = 0; at < PCM_SAMPLES; at += step) {
        step = at % 1009 + 1 < PCM_SAMPLES - at ? at % 1009 + 1 : PCM_SAMPLES - at;
        if (kws_feed(&front.spotter, pcm + at, step) != KWS_OK ||
            kws_feed(&back.spotter, pcm + at, step) != KWS_OK) {
            return 1;
        }
    }
    return 0;
}
"""


def both() -> dict[str, str]:
    """The two projects copied over each other, and a `main` for both."""
    one, two = made(FRONT, BOARD), made(BACK, BOARD)
    shared = one.keys() & two.keys()
    own = {path for path in shared if one[path] != two[path]}
    assert not {path for path in own if path.startswith(("runtime/", "frontend/"))}
    assert not {path for path in own if path.startswith("model/")}
    values = ", ".join(str(value) for value in recording(SAMPLES).tolist())
    pcm = f"#define PCM_SAMPLES {SAMPLES}\nstatic const int16_t pcm[PCM_SAMPLES] = {{{values}}};\n"
    return {**one, **two, "main.c": MAIN, "pcm.h": f"#include <stdint.h>\n{pcm}"}


def check(output: str) -> None:
    for name, keywords in zip(NAMES, (FRONT, BACK), strict=True):
        said = [line.removeprefix(name) for line in output.splitlines() if line.startswith(name)]
        assert said == expected_lines(keywords, recording(SAMPLES))[:-1]


def test_on_the_host() -> None:
    tools.require("gcc")
    files = both()
    parts = units(files)
    with workspace(files) as folder:
        sources = Sources(("main.c", *parts.common, *parts.host), include(files))
        outcome = run_host(build_host(folder, sources, flags=SANITIZERS))
    assert outcome.status == 0
    check(outcome.output)


@pytest.mark.qemu
def test_in_qemu() -> None:
    tools.require(*tools.CROSS)
    board_id, board = find_board(BOARD)
    files = both()
    parts = units(files)
    with workspace(files) as folder:
        sources = Sources(("main.c", *parts.common, *parts.board), include(files))
        program = build_board(folder, sources, board_id, board)
        assert board.emulator is not None
        outcome = run_emulated(program, board.emulator)
    assert outcome.status == 0
    check(outcome.output)


def test_no_name_without_a_prefix() -> None:
    """What is not in the runtime and begins with ``kws_`` would be there twice."""
    files = made(FRONT, BOARD)
    for path, text in files.items():
        if path.startswith("model/") and path.endswith(".c"):
            outside = re.findall(r"^(?!static)\w[\w ]*?\*?\b(kws_\w+)\(", text, re.M)
            assert not outside, path
