"""Count instructions and bytes in QEMU, compare with the wheel; write ``docs/performance.md``.

    EDGEKWS_FOREIGN_MODELS=/data/models python benchmarks/performance.py

Takes the int8 networks of that folder, the runs that `make results` left in
``build/results/runs``, and some architectures untrained. Counts are exact and repeat, so no row
needs a second run, and one that is there is kept (`board_counts`); the ratios of times on this
machine do not. The part on phones stays as ``benchmarks/phones.py`` wrote it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import board_counts
import exported
import function_profile
import host_speed
from board_counts import Count

from edgekws.files import write_text
from edgekws.firmware import cycles, published

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PROFILED = board_counts.RUNS / "tiny_conv-1"
PHONES = re.compile(r"## On phones\n.*?(?=\n## |<!-- end|\Z)", re.DOTALL)

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
UNTRAINED = """
Networks with their first random weights, quantized after training for 10 labels: counts follow from
shapes, hardly from what a network learned.

"""
PROFILE = """
## Where the instructions go

Of the figures that this project set itself in instructions, none is missed on boards. What follows
is where they go, what was tried, and what was left alone. Layers are those of the table above.
"""
FRAME = """
### A frame of features

One frame of `log_mel` (30 ms, 40 bands, 512 points) on the Cortex-M4, by the functions of its C as
the compiler's notes on lines tell them apart: `python benchmarks/function_profile.py RUN`.

"""
FRAME_TRIED = """
The frame took 29,623 instructions when the compiler arranged all of it. A butterfly with turns took
64, because turns were loaded more than once and four pointers advanced on their own; written out
for the DSP extension it takes 49, of which 28 are products and sums. The first stage took 94 for
four legs, with two tests whether a leg is under the window; it has 49 and none. Sums over bins took
13 a bin, and take 8. Inlining them into the loop over bands was slower: their sums went to memory.
Packed products of 16 bits (SMUAD, SMLAD) were not used: samples under the window have 26 bits here,
and the features would be other ones. Tables and code take more than the 6,000 bytes that were
hoped for: half of the window and of the turns could be computed from the other half, for more
instructions.
"""
LAYERS = {
    ("mlperf_tiny_kws_ref", "mps2_an386"): (
        """
### MLPerf Tiny's network on the Cortex-M4

""",
        """
A word of weights holds two channels and two values: two SMLAD and a share of an unpacking are four
products. The rest of a convolution is loading, unpacking the input and rescaling. A value of a
depthwise layer is 26 instructions: nine products, and the rescaling that a value of a convolution
has for 64.
""",
    ),
    ("mlperf_tiny_kws_ref", "mps2_an385"): (
        """
### The same on the Cortex-M3

""",
        """
Without the extension a product is a load of a weight, a load of a value and a multiplication, each
shared between places and channels as far as registers go.
""",
    ),
    ("mlperf_tiny_kws_ref", "mps3_an547"): (
        """
### The same on the Cortex-M55

""",
        "",
    ),
    ("low_latency_svdf", "mps2_an386"): (
        """
### low_latency_svdf, one hop

""",
        "",
    ),
}
DEAR = """
### bc_resnet_1 by operator

The dearest product of the networks above, on the Cortex-M4:

"""
DEAR_TRIED = """
Its depthwise filters have three taps, so a value is rescaled after three products, and many of its
layers do no products at all. Swishes are a table each; the columns that a stride leaves out are
skipped before the convolution instead of computed. Nothing else was tried here.
"""
HOST = """
## On the machine that wrote this page

One inference on one core by the `tflite-micro` wheel and by the exported C (`-O3`, no option for
the processor), in turns in one run: only the ratio counts. Times are those that the core worked.
`python benchmarks/host_speed.py` shows them.

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


def row(name: str, found: Count) -> str:
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


def models() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every network there is to count."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    foreign = [str(path) for path in sorted(Path(folder).glob("*.tflite"))] if folder else []
    for name, model in exported.networks([*foreign, str(board_counts.RUNS)]):
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


def layer_table(found: Count) -> str:
    """Layers of a network that take the most, and what the others take."""
    text = line(("layer", "MACs", "instructions", "per MAC", "share")) + line(["---"] * 5)
    whole = found["instructions_per_inference"]
    for number, layer in enumerate(found["layers"]):
        instructions, macs = layer["instructions"], layer["macs"]
        if instructions == 0:
            continue
        per_mac = f"{instructions / macs:.2f}" if macs else ""
        share = f"{100 * instructions / whole:.1f} %"
        name = f"{number} {layer['op']}"
        text += line((name, f"{macs:,}", f"{instructions:,}", per_mac, share))
    return text


def operator_table(found: Count) -> str:
    """Instructions of a network by the kind of its layers."""
    text = line(("operator", "layers", "MACs", "instructions", "share")) + line(["---"] * 5)
    kinds = sorted({layer["op"] for layer in found["layers"]})
    sums = {
        kind: [
            (layer["macs"], layer["instructions"])
            for layer in found["layers"]
            if layer["op"] == kind
        ]
        for kind in kinds
    }
    for kind, layers in sorted(sums.items(), key=lambda item: -sum(n for _, n in item[1])):
        macs, instructions = (sum(column) for column in zip(*layers, strict=True))
        share = f"{100 * instructions / found['instructions_per_inference']:.1f} %"
        text += line((kind, f"{len(layers)}", f"{macs:,}", f"{instructions:,}", share))
    return text


def frame_table() -> str:
    """Parts of a frame of log_mel."""
    parts = function_profile.frame_parts(str(PROFILED))
    text = line(("part of a frame", "instructions")) + line(["---"] * 2)
    for part, instructions in parts:
        text += line((part, f"{instructions:,}"))
    return text + line(("in all", f"{sum(number for _, number in parts):,}"))


def kept_phones() -> str:
    """Return what the page says about phones."""
    found = PHONES.search(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else None
    return f"\n<!-- phones -->\n{found[0]}<!-- end of phones -->\n" if found else ""


def compiler() -> str:
    """Name and version of the compiler."""
    command = ["arm-none-eabi-gcc", "-dumpfullversion"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return f"arm-none-eabi-gcc {done.stdout.strip()}"


def main() -> None:
    """Count everything and write the page."""
    counts = {
        (subject[0], subject[2]): board_counts.count(subject) for subject in board_counts.trained()
    }
    header = line(COLUMNS) + line(["---"] * len(COLUMNS))
    parts = [HEAD.format(compiler=compiler()), header]
    parts += [row(name, found) for (name, _), found in counts.items()]
    parts += [UNTRAINED, header]
    new = {each[0]: board_counts.count(each) for each in board_counts.new()}
    parts += [row(name, found) for name, found in new.items()]
    parts += [BASELINE, PROFILE]
    if PROFILED.exists():
        parts += [FRAME, frame_table(), FRAME_TRIED]
    for key, (text, tried) in LAYERS.items():
        if key in counts:
            parts += [text, layer_table(counts[key]), tried]
    parts += [DEAR, operator_table(new["bc_resnet_1"]), DEAR_TRIED]
    parts += [HOST, host_table(), PREDICTED, error_table(), kept_phones()]
    write_text(PAGE, "".join(parts))


if __name__ == "__main__":
    main()
