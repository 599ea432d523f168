"""The exported C, compiled once for this machine and called from Python.

The library's file name is the hash of its sources, the compiler and the flags, so a changed source
never meets an old library. ``EDGEKWS_NO_COMPILER=1`` leaves the work to the numpy twins.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.cache import cache_folder
from edgekws.errors import BuildError
from edgekws.files import replacing, sha256
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

# gcc turns 16 frames side by side into vector instructions; one at a time would be three times
# slower. -march=native changes no bit: all arithmetic is on integers.
_FLAGS = ("-std=c99", "-O3", "-march=native", "-fPIC", "-shared")
_LANES = 16
_ALIGNMENT = 64


class _Shape(ctypes.Structure):
    """kws_batch_shape of ``host/kws_batch.h``."""

    _fields_: ClassVar = [
        (name, ctypes.c_int64)
        for name in (
            *("clips", "samples", "window_samples", "hop_samples"),
            *("frames", "bands", "work_bytes", "state_bytes"),
        )
    ]


class FrontendLibrary:
    """One frontend with its constants, in C."""

    def __init__(self, path: Path, kernel: Kernel, spec: FrontendSpec) -> None:
        self._library = ctypes.CDLL(str(path))
        self._params, self._tables = _params(kernel)
        self._work_bytes, self._state_bytes = kernel.scratch_bytes, kernel.state_bytes
        self._spec = spec
        self._library.kws_batch_params_bytes.restype = ctypes.c_int64
        self._library.kws_batch_memory_bytes.restype = ctypes.c_int64
        if self._library.kws_batch_params_bytes() != ctypes.sizeof(self._params):
            raise BuildError(f"{kernel.params_type}: fields of Python and C differ; this is a bug")

    def compute(self, clips: NDArray[np.int16], state: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Features of clips: C-contiguous int16 [clips, samples] -> int8 [clips, frames, bands].

        ``state``, C-contiguous uint8 [clips, state_bytes], goes on in place.
        """
        count, samples = clips.shape
        spec, frames = self._spec, self._spec.frames(samples)
        features = np.empty((count, frames, spec.bands), dtype=np.int8)
        shape = _Shape(
            *(count, samples, spec.window_samples, spec.hop_samples),
            *(frames, spec.bands, self._work_bytes, self._state_bytes),
        )
        memory = _aligned(self._library.kws_batch_memory_bytes(ctypes.byref(shape)))
        status = self._library.kws_batch_run(
            ctypes.byref(self._params),
            ctypes.byref(shape),
            *(_pointer(array) for array in (memory, clips, features, state)),
        )
        if status != 0:
            raise BuildError(f"kws_batch_run answered {status}; this is a bug")
        return features


def load(kernel: Kernel, spec: FrontendSpec) -> FrontendLibrary | None:
    """Return the compiled frontend, or None where there is no C compiler.

    Raises
    ------
    BuildError
        There is one, and it failed.
    """
    compiler = find_compiler()
    if compiler is None:
        return None
    path = _library(compiler, cache_folder() / "libraries", _defines(kernel), kernel.sources)
    return FrontendLibrary(path, kernel, spec)


def find_compiler() -> str | None:
    """Path of the host's C compiler, if there is one and it is wanted."""
    if os.environ.get("EDGEKWS_NO_COMPILER") == "1":
        return None
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def _defines(kernel: Kernel) -> tuple[str, ...]:
    # Lanes are neighbouring frames; where each needs the one before, there is only one.
    keeps = ("-DKWS_LANES=1", "-DKWS_FRONTEND_KEEPS_STATE")
    halves = (f"-DKWS_FRONTEND_HALVED_BYTES={kernel.halved_bytes}",)
    return (
        *(keeps if kernel.state_bytes else (f"-DKWS_LANES={_LANES}",)),
        *(halves if kernel.halved_bytes else ()),
        f'-DKWS_FRONTEND_HEADER="{kernel.header}"',
        f"-DKWS_FRONTEND_PARAMS={kernel.params_type}",
        f"-DKWS_FRONTEND_RUN={kernel.function}",
    )


@functools.cache
def _library(
    compiler: str, folder: Path, defines: tuple[str, ...], sources: tuple[str, ...]
) -> Path:
    templates = templates_folder()
    flags = [*_FLAGS, *defines]
    files = [templates / "host" / "kws_batch.c"]
    files += [templates / "runtime" / name for name in sources]
    path = folder / f"{_fingerprint(compiler, flags, files)}.so"
    if not path.exists():
        with replacing(path) as temporary:
            include = [f"-I{templates / 'runtime'}", f"-I{templates / 'host'}"]
            _compile([compiler, *flags, *include, *map(str, files), "-o", str(temporary)])
    return path


def _fingerprint(compiler: str, flags: Sequence[str], files: Sequence[Path]) -> str:
    headers = sorted(templates_folder().glob("runtime/*.h"))
    headers += sorted(templates_folder().glob("host/*.h"))
    version = subprocess.run([compiler, "--version"], capture_output=True, check=False).stdout
    # -march=native is another machine on another processor that shares this folder.
    machine = subprocess.run(
        [compiler, "-march=native", "-Q", "--help=target"], capture_output=True, check=False
    ).stdout
    parts = [version, machine, *(flag.encode() for flag in flags)]
    parts += [path.name.encode() + path.read_bytes() for path in (*files, *headers)]
    return sha256(b"\0".join(parts))[:32]


def _compile(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = (result.stderr.strip().splitlines() or ["no message"])[0]
        raise BuildError(
            f"{command[0]}: cannot compile the frontend: {said}; mend the compiler, or set "
            "EDGEKWS_NO_COMPILER=1 to compute features in numpy, many times slower"
        )


def _params(kernel: Kernel) -> tuple[ctypes.Structure, list[NDArray[Any]]]:
    """The params struct, and the arrays it points to, which must live as long."""
    tables = [np.ascontiguousarray(v) for _, v in kernel.fields if isinstance(v, np.ndarray)]
    kinds = [
        (name, ctypes.c_void_p if isinstance(value, np.ndarray) else ctypes.c_int32)
        for name, value in kernel.fields
    ]
    layout = type(kernel.params_type, (ctypes.Structure,), {"_fields_": kinds})
    waiting = iter(tables)
    values = [_pointer(next(waiting)) if isinstance(v, np.ndarray) else v for _, v in kernel.fields]
    return layout(*values), tables


def _pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _aligned(size: int) -> NDArray[np.uint8]:
    """Uninitialised bytes that begin at a multiple of 64."""
    memory = np.empty(size + _ALIGNMENT, dtype=np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size]
