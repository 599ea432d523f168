"""Count instructions and bytes in QEMU, compare with the wheel; write ``docs/performance.md``.

    EDGEKWS_FOREIGN_MODELS=/data/models python benchmarks/performance.py

Takes the int8 networks of that folder, and the runs that `make results` left in
``build/results/runs``. Counts are exact and repeat, so no row needs a second run; the ratios of
times on this machine do not. Needs the cross compilers and emulators of the files beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import exported
import host_speed
import phone_instructions

from edgekws.files import write_text
from edgekws.firmware import cycles, published
from edgekws.kernel import Body

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
"""
HOST = """
## On the machine that wrote this page

One inference on one core by the `tflite-micro` wheel and by the exported C (`-O3`, no option for
the processor), in turns in one run: only the ratio counts. `python benchmarks/host_speed.py` shows
the times.

"""
PHONES = """
## On phones

Instructions of one inference over a whole window in QEMU's user mode, `-O2`: of the kernels for
NEON, which are what the Android project has, and of plain C. On arm64 the same weights serve both
kinds of core; the kernel is chosen when the program starts.

"""
PREDICTED = """
## Predicted time

`edgekws benchmark` also predicts cycles, with a range. The model has a few costs per kind of
instruction (`edgekws/firmware/cycles.py`), times a factor that is fitted to published MLPerf Tiny
results (`edgekws/firmware/published.py`). Nothing was run on a real board here.

The error is what comes out when the results of one program are left out, and predicted from those
of the others: of the Cortex-M4 its cycles, of the others what they take in proportion to the
Cortex-M4. A core without results has a guessed factor, and `edgekws benchmark` says so.

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


def host_table() -> str:
    """How many times faster the exported C is than the wheel."""
    text = line(("network", "ratio")) + line(("---", "---"))
    for name, model in models():
        print(name, "on this machine", file=sys.stderr)
        slow, fast = host_speed.seconds(model)
        text += line((f"`{name}`", f"{slow / fast:.1f}"))
    return text


def phone_table() -> str:
    """Instructions on each kind of phone, plain and with NEON."""
    text = line(("network", "core", "plain C", "NEON", "ratio")) + line(["---"] * 5)
    for name, model in models():
        for core, phone in phone_instructions.PHONES.items():
            print(name, core, file=sys.stderr)
            plain, neon = (
                phone_instructions.count(model, body, phone) for body in (Body.PORTABLE, Body.NEON)
            )
            text += line((f"`{name}`", core, f"{plain:,}", f"{neon:,}", f"{plain / neon:.1f}"))
    return text


def models() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every network there is to count."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    foreign = [str(path) for path in sorted(Path(folder).glob("*.tflite"))] if folder else []
    for name, model in exported.networks([*foreign, str(RUNS)]):
        yield name.removesuffix("-1"), model


def error_table() -> str:
    """The factor of each core that has results, and its errors."""
    text = line(("core", "factor", "range", "left out", "error")) + line(["---"] * 5)
    for core, timing in cycles.TIMINGS.items():
        if not timing.is_fitted or "+" in core:
            continue
        factor = timing.factor
        for software, error in published.left_out_errors(core).items():
            ends = f"{factor.low:.2f} to {factor.high:.2f}"
            text += line((core, f"{factor.likely:.2f}", ends, software, f"{100 * error:+.0f} %"))
    return text


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
    parts = [HEAD.format(compiler=compiler), table, BASELINE, HOST, host_table()]
    parts += [PHONES, phone_table(), PREDICTED, error_table()]
    write_text(PAGE, "".join(parts))


if __name__ == "__main__":
    main()
