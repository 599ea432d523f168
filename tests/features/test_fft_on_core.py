"""The power spectrum on a core with the DSP extension is that of plain C, to the last bit.

Features are eighths of an octave and would hide a wrong rounding.
"""

from __future__ import annotations

import re

import pytest
from support import bare_program, frontend_program, tools
from support.frontend_specs import SPECS
from support.sounds import extremes

from edgekws.boards import find_board
from edgekws.features import find_frontend
from edgekws.firmware.build import Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import run_emulated, run_host

BOARD = "mps2_an386"
WINDOWS = 30
_SUM = """        for (size_t k = 0; k < sizeof work; k++) {
            sum = (sum ^ (uint8_t)work[k]) * 16777619u;
        }
"""
_PRINT = """    kws_io_print_hex(sum);
    return 0;
"""


def summing(main: str) -> str:
    """Print a checksum of what all windows leave where the spectrum is."""
    main = main.replace("int main(void)\n{", "int main(void)\n{\n    uint32_t sum = 2166136261u;")
    main = re.sub(r"\n *if \(memcmp", lambda found: "\n" + _SUM + found[0][1:], main)
    main = main.replace("    return 0;\n", _PRINT)
    return '#include "kws_io.h"\n' + main


@pytest.mark.qemu
@pytest.mark.parametrize("name", ["default", "20 ms from 0 Hz", "64 ms"])
def test_power_on_the_core_is_that_of_plain_c(name: str) -> None:
    tools.require(*tools.CROSS)
    frontend = find_frontend(SPECS[name])
    points = frontend.transform.points  # type: ignore[attr-defined]
    made = frontend_program.files(
        frontend, extremes(frontend.spec.window_samples, points)[:WINDOWS]
    )
    _, board = find_board(BOARD)
    files = {**made, **bare_program.files(summing(made["main.c"]), BOARD, board)}
    own = frontend.kernel().sources
    with workspace(files) as folder:
        host = build_host(folder, Sources((*bare_program.HOST_SOURCES.units, *own)))
        expected = run_host(host)
        program = build_board(folder, Sources((*bare_program.SOURCES.units, *own)), BOARD, board)
        assert board.emulator is not None
        found = run_emulated(program, board.emulator)
    assert expected.status == found.status == 0
    assert re.search("[0-9a-f]{8}", expected.output)
    assert found.output == expected.output
