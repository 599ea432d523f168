"""Projects for TFLite Micro, and a folder that stands in for its sources."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
from support.projects import COMMAND, build, make
from support.small_network import recording
from support.small_run import BANDS, FRAMES, small_model
from support.stepwise_network import stepwise_model

from edgekws.boards import find_board
from edgekws.codegen.environment import c_array
from edgekws.codegen.spotter import Keywords
from edgekws.codegen.tflm import generate_tflm
from edgekws.features import find_frontend
from edgekws.graph import read_model
from edgekws.graph.outline import outline
from edgekws.recipe import DetectorSpec, FrontendSpec

LABELS = ("_silence_", "_unknown_", "yes", "no")
STAND_IN = Path(__file__).parent / "tflm_host"
# The cross compiler of Debian comes without a C++ library; the stand-in needs none.
ALONE = "CXX_LIBS=-lm"


def listening(model: bytes | None = None, *, hops: int = 1, prefix: str = "kws") -> Keywords:
    """A network of 49 frames with its frontend and a recording of 54."""
    frontend = find_frontend(FrontendSpec(bands=BANDS))
    spec = frontend.spec
    content = small_model() if model is None else model
    samples = spec.window_samples + (FRAMES + 4) * spec.hop_samples
    return Keywords(
        read_model(content),
        content,
        LABELS,
        frontend,
        DetectorSpec(window_ms=100, threshold=40.0, suppression_ms=60, minimum_count=2),
        recording(samples),
        prefix,
        hops,
    )


def remembering(hops: int = 1, context: int = 20) -> Keywords:
    """A network of one frame at a time that must have seen ``context``, and what it hears."""
    model = stepwise_model()
    plain = listening(model, hops=hops)
    assert plain.frontend is not None
    spec = plain.frontend.spec
    pcm = recording(spec.window_samples + (context + 13) * spec.hop_samples)
    return dataclasses.replace(plain, context_frames=context, golden_pcm=pcm)


def made_tflm(keywords: Keywords, board_id: str = "mps2_an386") -> dict[str, str]:
    command = f"{COMMAND} --runtime tflm"
    return generate_tflm(keywords, *find_board(board_id), command=command, verified="no")


def stand_in(
    folder: Path,
    keywords: Keywords,
    operators: tuple[str, ...],
    inputs: npt.NDArray[np.int8],
    outputs: npt.NDArray[np.int8],
    *,
    in_order: bool = False,
) -> Path:
    """Sources whose interpreter takes these operators, and knows these answers.

    inputs, outputs : int8 [entries, ...], of the file's own input and output
    """
    shutil.copytree(STAND_IN, folder)
    file = outline(keywords.model)
    sizes = (file.tensors[file.inputs[0]].size, file.tensors[file.outputs[0]].size)
    entries = len(inputs)
    assert inputs.size == entries * sizes[0] and outputs.size == entries * sizes[1]
    text = "\n".join(
        [
            "#include <stdint.h>",
            f"#define CANNED_INPUT_BYTES {sizes[0]}",
            f"#define CANNED_OUTPUT_BYTES {sizes[1]}",
            f"#define CANNED_ENTRIES {entries}",
            f"#define CANNED_IN_ORDER {'true' if in_order else 'false'}",
            f"#define CANNED_OPERATORS {len(operators)}",
            "static const char *const canned_operators[] = {",
            *(f'    "{name}",' for name in operators),
            "};",
            _table("canned_inputs", inputs, sizes[0]),
            _table("canned_outputs", outputs, sizes[1]),
            "",
        ]
    )
    (folder / "tensorflow/lite/micro/canned.h").write_text(text, encoding="utf-8")
    return folder


def built(folder: Path, keywords: Keywords, board_id: str = "mps2_an386") -> Path:
    return build(folder, made_tflm(keywords, board_id))


def make_with(folder: Path, sources: Path, *targets: str) -> tuple[int, str]:
    """Status and all that was printed."""
    done = make(folder, *targets, f"TFLM_DIR={sources}", ALONE)
    return done.returncode, done.stdout + done.stderr


def selftest(folder: Path, sources: Path, *more: str) -> tuple[int, str]:
    """Build the self-test for this machine; what it answers, and all that it prints."""
    done = make(folder, f"TFLM_DIR={sources}", *more, "build/host/selftest", "host")
    assert done.returncode == 0, done.stderr
    return run(folder / "build/host/selftest")


def run(program: Path) -> tuple[int, str]:
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _table(name: str, values: npt.NDArray[np.int8], width: int) -> str:
    rows = ",\n".join(f"{{\n{c_array(row)}\n}}" for row in values.reshape(len(values), width))
    return f"static const int8_t {name}[][{width}] = {{\n{rows}\n}};"
