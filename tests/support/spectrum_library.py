"""``kws_spectrum.c`` as a library of its own: its power has more bits than any feature shows."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.features.spectrum import SOURCES, Spectrum


def build(runtime: Path, folder: Path) -> ctypes.CDLL:
    """Compile the sources that lie in ``runtime`` into ``folder``."""
    library = folder / "spectrum.so"
    sources = [str(runtime / name) for name in SOURCES]
    command = ["cc", "-std=c99", "-O1", "-fPIC", "-shared", f"-I{runtime}", *sources]
    subprocess.run([*command, "-o", str(library)], check=True)
    return ctypes.CDLL(str(library))


def power(
    library: ctypes.CDLL, spectrum: Spectrum, windows: npt.NDArray[np.int16]
) -> npt.NDArray[np.uint64]:
    """Like `Spectrum.power`, by the C: uint64 [frames, bands]."""
    tables = [np.ascontiguousarray(table) for _, table in spectrum.tables]
    numbers = [value for _, value in spectrum.numbers[:3]]  # the members of kws_fft_params
    kinds = [*[ctypes.c_void_p] * len(tables), *[ctypes.c_int32] * len(numbers)]
    fields = [(f"member_{i}", kind) for i, kind in enumerate(kinds)]
    layout = type("kws_fft_params", (ctypes.Structure,), {"_fields_": fields})
    params = layout(*(table.ctypes.data for table in tables), *numbers)
    found = np.empty((len(windows), spectrum.transform.points // 2 + 1), np.uint64)
    for window, row in zip(np.ascontiguousarray(windows), found, strict=True):
        library.kws_spectrum_power(
            ctypes.byref(params), *(ctypes.c_void_p(a.ctypes.data) for a in (window, row))
        )
    return found[:, spectrum.bins]
