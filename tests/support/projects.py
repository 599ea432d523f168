"""Generated projects in a folder: make them, build them, give them sound."""

from __future__ import annotations

import dataclasses
import subprocess
import wave
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board, find_board
from edgekws.codegen.project import generate
from edgekws.codegen.spotter import Keywords
from edgekws.files import write_text
from edgekws.graph.engine import run_graph
from edgekws.stream.spotter import spot

COMMAND = "edgekws export --target cortex-m"


def made(keywords: Keywords, board_id: str = "mps2_an386") -> dict[str, str]:
    return generate(keywords, *find_board(board_id), command=COMMAND, verified="no")


def without_emulator() -> Board:
    """A board of one's own: a Cortex-M4 without floating point, 64 KB of RAM."""
    _, board = find_board("mps2_an386")
    return dataclasses.replace(
        board,
        name="A board of one's own",
        cpu=dataclasses.replace(board.cpu, fpu="none"),
        memory=dataclasses.replace(board.memory, flash_origin=0x0800_0000, ram_bytes=65_536),
        emulator=None,
    )


def build(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        write_text(folder / name, text)
    return folder


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-j2", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def wav(path: Path, pcm: npt.NDArray[np.int16], rate: int = 16_000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.astype("<i2").tobytes())
    return path


def expected_lines(keywords: Keywords, pcm: npt.NDArray[np.int16]) -> list[str]:
    """What the program should print, computed by numpy."""
    assert keywords.frontend is not None
    found = spot(
        partial(run_graph, keywords.graph),
        keywords.frontend,
        keywords.detector,
        keywords.labels,
        pcm,
        frames=keywords.frames,
        hops_per_inference=keywords.hops_per_inference,
    )
    lines = [f"{d.time / 16000:7.3f} s  {d.name}  (score {d.score})" for d in found]
    assert lines
    return [*lines, "heard: " + " ".join(d.name for d in found)]
