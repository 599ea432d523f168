"""A program that computes the frames of some windows with a frontend's C and compares them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.codegen import runtime
from edgekws.codegen.environment import c_integer
from edgekws.codegen.params import constants
from edgekws.features import Frontend
from edgekws.kernel import Array

_MAIN = """
int main(void)
{
    static int8_t work[WORK_BYTES] KWS_ALIGN_16;
    static int8_t frame[BANDS];
#ifdef STATE_BYTES
    static int32_t state[STATE_BYTES / 4];
#endif
    for (int i = 0; i < WINDOWS; i++) {
        const int16_t *window = windows + i * SAMPLES;
        memset(work, 0x55, sizeof work);
#if HALVED_BYTES > 0
        kws_halve(window, SAMPLES, (int16_t *)(void *)work);
        window = (const int16_t *)(const void *)work;
#endif
        if (RUN(&params, work + HALVED_BYTES, window, frame STATE) != KWS_OK) {
            return 101;
        }
        if (memcmp(frame, expected + i * BANDS, sizeof frame) != 0) {
            return i < 99 ? i + 1 : 100;
        }
    }
    return 0;
}
"""


def files(frontend: Frontend, windows: npt.NDArray[np.int16]) -> dict[str, str]:
    """``main.c``, which ends with 0 when every frame equals the numpy twin's, and the runtime.

    The windows follow each other as those of one sound, for a frontend that keeps state.
    Otherwise it ends with the number of the first window that differs, from 1 to 100.
    """
    kernel = frontend.kernel()
    names = runtime.needed([*kernel.sources, kernel.header])
    return {
        "main.c": _main(frontend, windows),
        **{name: runtime.read(name) for name in names},
    }


def _main(frontend: Frontend, windows: npt.NDArray[np.int16]) -> str:
    kernel = frontend.kernel()
    tables, params = constants(kernel, "params")
    members = ", ".join(f".{name} = {value}" for name, value in params.members)
    lines = ["#include <string.h>", f'#include "{kernel.header}"']
    lines += [f"#define RUN {kernel.function}", f"#define WORK_BYTES {kernel.scratch_bytes}"]
    lines += [f"#define HALVED_BYTES {kernel.halved_bytes}"]
    lines += ['#include "kws_halve.h"'] if kernel.halved_bytes else []
    lines += [f"#define BANDS {frontend.spec.bands}", f"#define WINDOWS {len(windows)}"]
    lines += [f"#define SAMPLES {frontend.spec.window_samples}"]
    lines += [_table(table.name, table.c_type, table.values) for table in tables]
    lines += [f"static const {params.c_type} params = {{{members}}};"]
    lines += [_table("windows", "int16_t", windows)]
    if kernel.state_bytes:
        lines += [f"#define STATE_BYTES {kernel.state_bytes}", "#define STATE , state"]
    else:
        lines += ["#define STATE"]
    expected = frontend.sequences(windows[np.newaxis], frontend.new_state())[0]
    lines += [_table("expected", "int8_t", expected), _MAIN]
    return "\n".join(lines)


def _table(name: str, c_type: str, values: Array) -> str:
    texts = ", ".join(c_integer(int(value)) for value in values.ravel())
    return f"static const {c_type} {name}[{values.size}] = {{{texts}}};"
