"""Count what phones execute, NEON against plain C; write that part of ``docs/performance.md``.

    EDGEKWS_FOREIGN_MODELS=/data/models python benchmarks/phones.py [NETWORK...]

Takes every architecture, and the networks of that folder. Each count is kept in
``build/performance/phones`` as soon as it is there, with the digest of the program that was
counted, so a stopped run goes on and only what changed is counted again; naming networks looks at
those only. Needs
aarch64-linux-gnu-gcc, arm-linux-gnueabihf-gcc, qemu-aarch64 and qemu-arm.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import untrained

from edgekws import models
from edgekws.codegen.environment import Banner
from edgekws.codegen.spotter import Keywords, portable_files
from edgekws.files import sha256, write_json, write_text
from edgekws.firmware.build import write_files
from edgekws.firmware.count import plugin_library
from edgekws.firmware.toolchain import find, host_compiler
from edgekws.graph import read_model
from edgekws.kernel import Body
from edgekws.verify import foreign_keywords

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
KEPT = ROOT / "build" / "performance" / "phones"
SECTION = re.compile(r"\n<!-- phones -->\n.*<!-- end of phones -->\n", re.DOTALL)
BODIES = (Body.PORTABLE, Body.NEON)
HOPS = 32  # at least, of a network that streams: not every one moves its histories

HEAD = """
<!-- phones -->
## On phones

Instructions in QEMU's user mode, `-O2`: of the kernels for NEON, which are what the Android project
has, and of plain C. On arm64 the same weights serve both kinds of core; the kernel is chosen when
the program starts. `python benchmarks/phones.py` counted them.

An inference is one of a whole window. A hop is everything from one frame to the next in the
exported program, as `kws_feed` runs it: the frame of features, the network where it is its turn,
and the detector; a network that keeps its past computes one hop. The frontend is plain C in both
columns.

These networks have their first random weights and {labels} labels and were quantized after
training: counts follow from shapes, hardly from what a network learned.

"""
TAIL = "<!-- end of phones -->\n"
COLUMNS = (
    "network",
    "core",
    "inference: plain C",
    "NEON",
    "ratio",
    "hop: plain C",
    "NEON",
    "ratio",
)

INFERENCE = """#include "kws_model.h"
_Alignas(16) static uint8_t arena[KWS_MODEL_ARENA_BYTES + 1];
static int8_t input[KWS_MODEL_INPUT_BYTES];
static int8_t output[KWS_MODEL_LABEL_COUNT];
static kws_status one_inference(void)
{
    return kws_model_run(arena, input, output);
}
"""
SILENCE = """static kws_status hear(void) { return KWS_OK; }
static kws_status many_hops(void) { return KWS_OK; }
"""
SOUND = """#include "kws_keywords.h"
_Alignas(16) static uint8_t scratch[KWS_KEYWORDS_SCRATCH_BYTES + 1];
static kws_keywords_memory memory;
static int16_t sound[SAMPLES];
static kws_status hear(void)
{
    uint32_t noise = 1;
    kws_status status = kws_keywords_init(&memory, scratch, 0, 0);
    for (int i = 0; i < SAMPLES; i++) {
        noise = noise * 1664525u + 1013904223u;
        sound[i] = (int16_t)(noise >> 17);
    }
    return status == KWS_OK ? kws_feed(&memory.spotter, sound, SAMPLES - COUNTED) : status;
}
static kws_status many_hops(void)
{
    return kws_feed(&memory.spotter, sound + SAMPLES - COUNTED, COUNTED);
}
"""
MAIN = """int main(int count, char **words)
{
    const int steps = count == 2 ? words[1][0] - '0' : 0;
    kws_status status = hear();
    if (status == KWS_OK && steps > 0) {
        status = one_inference();
    }
    if (status == KWS_OK && steps > 1) {
        status = many_hops();
    }
    return (int)status;
}
"""


@dataclass(frozen=True)
class Phone:
    """A compiler, its flags, QEMU, and the cores that it can be, by the name in the table."""

    prefix: str
    flags: tuple[str, ...]
    qemu: str
    cores: dict[str, str]


ARM64 = {"arm64 with dot products": "max", "arm64": "cortex-a53"}
PHONES = (
    Phone("aarch64-linux-gnu-", (), "qemu-aarch64", ARM64),
    Phone("arm-linux-gnueabihf-", ("-mfpu=neon",), "qemu-arm", {"armv7": "cortex-a9"}),
)


@dataclass(frozen=True)
class Program:
    """Files to compile, and hops of sound that are counted; 0 where it hears none."""

    files: dict[str, str]
    hops: int

    @property
    def digest(self) -> str:
        """Of everything that is compiled."""
        return sha256(json.dumps(self.files, sort_keys=True).encode())


def program(keywords: Keywords, body: Body) -> Program:
    """The exported C for one body, around it a program that runs it."""
    keywords = replace(keywords, body=body)
    banner = Banner("a benchmark", keywords.graph.sha256, "phone", "no")
    files = {Path(path).name: text for path, text in portable_files(keywords, banner).items()}
    if keywords.frontend is None:
        return Program({**files, "main.c": INFERENCE + SILENCE + MAIN}, 0)
    spec = keywords.frontend.spec
    pace = keywords.hops_per_inference
    hops = -(-HOPS // pace) * pace if keywords.hop else pace
    counted = hops * spec.hop_samples
    before = spec.window_samples + (keywords.frames + pace) * spec.hop_samples
    sizes = f"enum {{ COUNTED = {counted}, SAMPLES = {before + counted} }};\n"
    main = sizes + INFERENCE + SOUND + MAIN
    return Program({**files, "main.c": main}, hops)


def count(made: Program, phone: Phone) -> dict[str, list[int]]:
    """Instructions of one inference, and of one hop where it hears sound, by core."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, made.files)
        units = sorted(path for path in made.files if path.endswith(".c"))
        flags = ["-std=c11", "-O2", *phone.flags, "-static"]
        command = [find(f"{phone.prefix}gcc"), *flags, *units, "-o", "main"]
        subprocess.run(command, check=True, cwd=folder)
        return {core: on_core(made, folder, phone, cpu) for core, cpu in phone.cores.items()}


def on_core(made: Program, folder: Path, phone: Phone, cpu: str) -> list[int]:
    """The same on one core: what a program executes that goes one step further."""
    totals = [total(folder, phone, cpu, steps) for steps in range(3 if made.hops else 2)]
    before, inference, *after = totals
    return [inference - before, *((hops - inference) // made.hops for hops in after)]


def total(folder: Path, phone: Phone, cpu: str, steps: int) -> int:
    """Instructions of a whole program that goes so many steps."""
    plugin = f"{plugin_library(host_compiler())},out={folder / 'counts'}"
    command = [find(phone.qemu), "-cpu", cpu, "-plugin", plugin, "./main", str(steps)]
    subprocess.run(command, check=True, cwd=folder)
    found = re.search(r"^place 0 -1 0 0 1 (\d+)", (folder / "counts").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


def subjects() -> Iterator[tuple[str, Callable[[], Keywords]]]:
    """Name of everything there is to count, and how to get it."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    for path in sorted(Path(folder).glob("*.tflite")) if folder else []:
        yield (
            path.stem,
            lambda path=path: foreign_keywords(read_model(path), path.read_bytes(), None),
        )
    for name in models.architecture_names():
        yield name, lambda name=name: untrained.keywords(name)


def counts(name: str, keywords: Keywords) -> None:
    """Count what was not counted, or not of this program, and keep it."""
    path = KEPT / f"{name}.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    for body in BODIES:
        made = program(keywords, body)
        for phone in PHONES:
            key = f"{phone.prefix}{body.value}"
            if kept.get(key, {}).get("program") != made.digest:
                print(name, key, file=sys.stderr, flush=True)
                kept[key] = {"program": made.digest, "instructions": count(made, phone)}
                write_json(path, kept)


def rows(name: str) -> str:
    """Lines of one network, for the kinds of phone that were counted with both bodies."""
    path = KEPT / f"{name}.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    text = ""
    for phone in PHONES:
        keys = [f"{phone.prefix}{body.value}" for body in BODIES]
        if all(key in kept for key in keys):
            for core in phone.cores:
                text += line(name, core, [kept[key]["instructions"][core] for key in keys])
    return text


def line(name: str, core: str, both: list[list[int]]) -> str:
    """One row of the table."""
    cells = [f"`{name}`", core]
    for plain, neon in zip(*both, strict=True):
        cells += [f"{plain:,}", f"{neon:,}", f"{plain / neon:.1f}"]
    return _cells(*cells, *[""] * (len(COLUMNS) - len(cells)))


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |\n"


def write_page(names: list[str]) -> None:
    """Replace that part of the page."""
    text = HEAD.format(labels=len(untrained.LABELS)) + _cells(*COLUMNS)
    text += _cells(*["---"] * len(COLUMNS)) + "".join(map(rows, names)) + TAIL
    write_text(PAGE, SECTION.sub("", PAGE.read_text(encoding="utf-8")) + text)


def main() -> None:
    """Count what is missing; the page has all networks that were counted."""
    everything = dict(subjects())
    for name in sys.argv[1:] or everything:
        counts(name, everything[name]())
    write_page(list(everything))


if __name__ == "__main__":
    main()
