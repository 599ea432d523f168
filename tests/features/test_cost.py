"""What a frame costs on a Cortex-M4: instructions counted in QEMU, the dearest of hard windows."""

from __future__ import annotations

import pytest
from support import bare_program, frontend_program, tools
from support.sounds import extremes

from edgekws.boards import find_board
from edgekws.features import find_frontend
from edgekws.firmware.build import Sources, build_board, workspace
from edgekws.firmware.count import count
from edgekws.recipe import FrontendSpec

BOARD = "mps2_an386"
COUNTED = {  # gcc 12 -O2, the figures of docs/features.md
    "log_mel": 22_000,
    "mfcc": 25_500,
    "micro": 35_600,
    "stft": 23_700,
    "log_spectrogram": 9_700,
    "at half the rate": 26_400,
}
SPECS = {name: FrontendSpec(name=name) for name in ("log_mel", "mfcc", "micro")} | {
    "stft": FrontendSpec("stft", window_ms=16, hop_ms=8, bands=129, low_hz=0, high_hz=8000),
    "log_spectrogram": FrontendSpec(
        "log_spectrogram", 8000, window_ms=20, hop_ms=10, bands=81, low_hz=0, high_hz=4000
    ),
    "at half the rate": FrontendSpec(
        "log_spectrogram", window_ms=20, hop_ms=10, bands=81, low_hz=0, high_hz=4000, halved=True
    ),
}


@pytest.mark.qemu
@pytest.mark.parametrize("name", COUNTED)
def test_a_frame_costs_no_more_than_the_docs_say(name: str) -> None:
    tools.require(*tools.CROSS)
    frontend = find_frontend(SPECS[name])
    _, board = find_board(BOARD)
    made = frontend_program.files(frontend, extremes(frontend.spec.window_samples, 512))
    files = {**made, **bare_program.files(made["main.c"], BOARD, board)}
    functions = [frontend.kernel().function]
    functions += ["kws_halve"] if frontend.kernel().halved_bytes else []
    sources = Sources((*bare_program.SOURCES.units, *frontend.kernel().sources))
    with workspace(files) as folder:
        program = build_board(folder, sources, BOARD, board)
        assert board.emulator is not None
        counts = count(program, board.emulator, watch=functions)
    most = sum(counts.places[place].most for each in functions for place in counts.of(each))
    print(f"{name}: at most {most:,} instructions a frame")
    assert counts.outcome.status == 0
    assert most <= COUNTED[name]
