"""Where the instructions of a frontend go: by the functions of its C, also the inlined ones.

    python benchmarks/function_profile.py RUN_FOLDER

The exported program is built with the compiler's notes on lines, which do not change its code, and
counted in QEMU. Each instruction belongs to the innermost of the functions that are asked for.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import wave
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from edgekws.boards import find_board
from edgekws.codegen import project
from edgekws.firmware import toolchain
from edgekws.firmware.build import Sources, build_board, workspace
from edgekws.firmware.count import Piece, count
from edgekws.firmware.instructions import disassemble
from edgekws.run import find
from edgekws.verify.run_subject import open_keywords

BOARD = "mps2_an386"
SECONDS = 2
LOG_MEL = {
    "first_stage_of_4": "window and first stage of the FFT",
    "first_of_groups": "butterflies with nothing to turn",
    "kws_fft_turned_dsp": "butterflies with turns",
    "split": "split into even and odd samples, and power",
    "sum_bins": "sums over the bins of a band",
    "kws_log2_q16": "logarithms",
    "feature": "rounding to int8",
}
REST = "loops and calls around them"


def main() -> None:
    """Print the parts of one frame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="a run whose frontend is log_mel")
    for part, instructions in frame_parts(parser.parse_args().run):
        print(f"{instructions:8,}  {part}")


def frame_parts(run: str) -> list[tuple[str, int]]:
    """What each part of one frame of log_mel takes, the dearest first, and the rest."""
    keywords = open_keywords(find(run), None)
    assert keywords.frontend is not None
    _, board = find_board(BOARD)
    assert board.emulator is not None
    files = project.firmware(keywords, BOARD, board)
    parts = project.units(files)
    units = ("main.c", *parts.common, *parts.board)
    function = keywords.frontend.kernel().function
    with workspace(files) as folder:
        sources = Sources(units, project.include(files))
        program = build_board(folder, sources, BOARD, board, flags=("-g",))
        (folder / "sound.wav").write_bytes(noise())
        counts = count(program, board.emulator, ["sound.wav"], watch=[function])
        (place,) = counts.of(function)
        runs = instruction_runs(program.elf, counts.pieces(place))
        names = innermost(program.elf, runs, tuple(LOG_MEL))
    calls = counts.places[place].calls
    total: Counter[str] = Counter()
    for address, number in runs.items():
        total[LOG_MEL.get(names[address], REST)] += number
    ranked = sorted(total.items(), key=lambda item: (item[0] == REST, -item[1]))
    return [(part, round(number / calls)) for part, number in ranked]


def instruction_runs(elf: Path, pieces: Sequence[Piece]) -> Counter[int]:
    """How often each instruction ran, by its address."""
    last = max(piece.start + piece.bytes for piece in pieces)
    code = disassemble(elf, min(piece.start for piece in pieces), last)
    runs: Counter[int] = Counter()
    for piece in pieces:
        for address in code:
            if piece.start <= address < piece.start + piece.bytes:
                runs[address] += piece.runs
    return runs


def innermost(elf: Path, addresses: Iterable[int], wanted: Sequence[str]) -> dict[int, str]:
    """Return the innermost of the ``wanted`` functions that each address was inlined into."""
    tool = toolchain.find(toolchain.ARM_GCC).removesuffix("gcc") + "addr2line"
    asked = sorted(addresses)
    command = [tool, "-e", str(elf), "-f", "-i", "-a", *(f"{address:#x}" for address in asked)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[int, str] = dict.fromkeys(asked, "")
    address = asked[0]
    for text in answer.splitlines():
        if text.startswith("0x"):
            address = int(text, 16)
        elif text in wanted and not found[address]:
            found[address] = text
    return found


def noise() -> bytes:
    """Return a WAV of noise that changes its loudness."""
    random = np.random.default_rng(1)
    loudness = np.repeat(10 ** random.uniform(1, 4, 25 * SECONDS), 640)
    samples = np.clip(random.normal(0, loudness), -32768, 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return file.getvalue()


if __name__ == "__main__":
    main()
