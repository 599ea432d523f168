"""Count instructions and bytes in QEMU; write ``docs/performance.md``.

    EDGEKWS_FOREIGN_MODELS=/data/models python benchmarks/performance.py

Takes the int8 networks of that folder, and the runs that `make results` left in
``build/results/runs``. Counts are exact and repeat, so no row needs a second run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edgekws.files import write_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
RUNS = ROOT / "build" / "results" / "runs"
EDGEKWS = Path(sys.executable).with_name("edgekws")
FOREIGN_BOARDS = ("mps2_an385", "mps2_an386", "mps3_an547")
RUN_BOARDS = ("mps2_an386",)

HEAD = """# Performance

`make bench` wrote this page. Instructions are counted in QEMU, which executes the board's own
code: they are exact, repeat, and are not cycles. Bytes are those of the linked program. Compiler:
{compiler}, `-O2`. Kernels are those for the board's core: for the DSP extension on the
Cortex-M4, for MVE on the Cortex-M55, else plain C; the bits are the same. A network that keeps its
past computes one hop; over a whole window it has a row of its own.

"""
BASELINE = """
## What TensorFlow Lite Micro takes

Counted with the same compiler and emulator before this project began, and not counted again by
`make bench`: TensorFlow Lite Micro at commit 90b983c2 with its own release flags, one `Invoke()` of
MLPerf Tiny's keyword-spotting network on the Cortex-M4. With its reference kernels 43,042,474
instructions, with CMSIS-NN 7,699,895; arena 22,784 and 22,832 bytes; the whole image 94,812 and
106,884 bytes of flash. One frame of its microfrontend takes 85,873 instructions.

With CMSIS-NN on the Cortex-M4, the networks of `low_latency_conv` and `low_latency_svdf` for 12
labels took 10,855,707 and 31,039,182 instructions (`low_latency_svdf` over the whole window, in
standard layers), and MLPerf Tiny's on the Cortex-M55 1,815,811.

## Predicted time

`edgekws benchmark` also predicts cycles, with a range. The model has a few costs per kind of
instruction (`edgekws/firmware/cycles.py`) and is fitted to published MLPerf Tiny results
(`edgekws/firmware/published.py`); where no result of a core was published, it says so and the range
is wide. Nothing was run on a real board here.
"""
COLUMNS = (
    "network",
    "board",
    "core",
    "instructions per inference",
    "per MAC",
    "per frame of features",
    "start",
    "flash",
    "arena",
    "RAM",
    "stack",
)


def subjects() -> Iterator[tuple[str, list[str], Sequence[str]]]:
    """Name, arguments of ``edgekws benchmark``, and boards of everything there is to count."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    for path in sorted(Path(folder).glob("*.tflite")) if folder else []:
        yield path.stem, ["--model", str(path)], FOREIGN_BOARDS
    for path in sorted(RUNS.glob("*/int8/model.tflite")):
        run = path.parents[1]
        name = run.name.removesuffix("-1")
        yield name, [str(run)], RUN_BOARDS
        if name == "low_latency_svdf":
            yield f"{name}, whole window", ["--model", str(path)], RUN_BOARDS


def count(arguments: Sequence[str], board: str) -> dict[str, Any]:
    """Return the document of one benchmark."""
    command = [str(EDGEKWS), "benchmark", *arguments, "--board", board, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def row(name: str, found: dict[str, Any]) -> str:
    """Return one line of the table."""
    frame = found["frontend_instructions_per_frame"]
    numbers = [found[f"{key}_bytes"] for key in ("flash", "arena", "ram", "stack")]
    cells = [
        f"`{name.partition(',')[0]}`{''.join(name.partition(',')[1:])}",
        found["board"],
        found["core"],
        f"{found['instructions_per_inference']:,}",
        f"{found['instructions_per_inference'] / found['macs']:.2f}",
        "" if frame is None else f"{frame:,}",
        f"{found['init_instructions']:,}" if found["init_instructions"] else "",
        *(f"{number:,}" for number in numbers),
    ]
    return line(cells)


def line(cells: Sequence[str]) -> str:
    """Return cells as a line of Markdown."""
    return "| " + " | ".join(cells) + " |\n"


def main() -> None:
    """Count everything and write the page."""
    version = subprocess.run(
        ["arm-none-eabi-gcc", "-dumpfullversion"], capture_output=True, text=True, check=True
    )
    table = line(COLUMNS) + line(["---"] * len(COLUMNS))
    for name, arguments, boards in subjects():
        for board in boards:
            print(name, board, file=sys.stderr)
            table += row(name, count(arguments, board))
    compiler = f"arm-none-eabi-gcc {version.stdout.strip()}"
    write_text(PAGE, HEAD.format(compiler=compiler) + table + BASELINE)


if __name__ == "__main__":
    main()
