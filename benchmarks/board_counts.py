"""What networks take on boards, counted once and kept.

Each count is in ``build/performance/boards`` as soon as it is there, with the digest of the program
that was counted: a stopped run goes on, and only what changed is counted again.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import untrained

from edgekws.boards import find_board
from edgekws.codegen import project
from edgekws.codegen.spotter import Keywords
from edgekws.files import sha256, write_json
from edgekws.firmware.benchmark import benchmark
from edgekws.graph import read_model
from edgekws.run import find
from edgekws.verify import foreign_keywords
from edgekws.verify.run_subject import open_keywords

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "build" / "results" / "runs"
KEPT = ROOT / "build" / "performance" / "boards"
FOREIGN_BOARDS = ("mps2_an385", "mps2_an386", "mps3_an547")
BOARD = "mps2_an386"
UNTRAINED = ("bc_resnet_1", "ds_cnn_m", "ds_cnn_l", "matchboxnet", "tc_resnet8", "tc_resnet14")

Count = dict[str, Any]
Subject = tuple[str, Callable[[], Keywords], str]


def trained() -> Iterator[Subject]:
    """Name, network and board of the public networks and of the runs."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    for path in sorted(Path(folder).glob("*.tflite")) if folder else []:
        for board in FOREIGN_BOARDS:
            yield path.stem, lambda path=path: alone(path), board
    for path in sorted(RUNS.glob("*/int8/model.tflite")):
        run = path.parents[1]
        name = run.name.removesuffix("-1")
        yield name, lambda run=run: open_keywords(find(run)), BOARD
        if name == "low_latency_svdf":
            yield f"{name}, whole window", lambda path=path: alone(path), BOARD


def new() -> Iterator[Subject]:
    """The same of architectures without a run."""
    for name in UNTRAINED:
        yield name, lambda name=name: untrained.keywords(name), BOARD


def alone(path: Path) -> Keywords:
    """Return a network without a frontend."""
    return foreign_keywords(read_model(path), path.read_bytes(), None)


def count(subject: Subject) -> Count:
    """Return the document of one benchmark."""
    name, make, board_id = subject
    keywords = make()
    board = find_board(board_id)
    files = project.firmware(keywords, *board)
    data = [text.encode() if isinstance(text, str) else text for text in files.values()]
    digest = sha256(b"\0".join(data))
    path = KEPT / f"{name.replace(', ', '-').replace(' ', '_')}-{board_id}.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("program") != digest:
        print(name, board_id, file=sys.stderr, flush=True)
        found = dataclasses.asdict(benchmark(keywords, *board))
        write_json(path, {"program": digest, "count": found})
    return dict(json.loads(path.read_text())["count"])
