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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.cache import cache_folder
from edgekws.errors import BuildError
from edgekws.files import replacing, sha256
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

_FLAGS = ("-std=c99", "-O3", "-march=native", "-fPIC", "-shared")


class FrontendLibrary:
    """One frontend with its constants, in C."""

    def __init__(self, path: Path, kernel: Kernel, spec: FrontendSpec) -> None:
        self._library = ctypes.CDLL(str(path))
        self._params, self._tables = _params(kernel)
        self._work_bytes = kernel.scratch_bytes
        self._spec = spec
        self._library.kws_batch_params_bytes.restype = ctypes.c_int64
        if self._library.kws_batch_params_bytes() != ctypes.sizeof(self._params):
            raise BuildError(f"{kernel.params_type}: fields of Python and C differ; this is a bug")

    def compute(self, clips: NDArray[np.int16]) -> NDArray[np.int8]:
        """Features of clips: C-contiguous int16 [clips, samples] -> int8 [clips, frames, bands]."""
        count, samples = clips.shape
        frames = self._spec.frames(samples)
        features = np.empty((count, frames, self._spec.bands), dtype=np.int8)
        work = np.empty(self._work_bytes // 8 + 1, dtype=np.int64)
        numbers = (count, samples, self._spec.hop_samples, frames, self._spec.bands)
        status = self._library.kws_batch_run(
            ctypes.byref(self._params),
            _pointer(work),
            _pointer(clips),
            *(ctypes.c_int64(number) for number in numbers),
            _pointer(features),
        )
        if status != 0:
            raise BuildError(f"kws_batch_run answered {status}; this is a bug")
        return features


def load(kernel: Kernel, spec: FrontendSpec) -> FrontendLibrary | None:
    """Return the compiled frontend, or None where there is no C compiler."""
    compiler = find_compiler()
    if compiler is None:
        return None
    path = _library(compiler, kernel.function, kernel.params_type, kernel.header, kernel.sources)
    return FrontendLibrary(path, kernel, spec)


def find_compiler() -> str | None:
    """Path of the host's C compiler, if there is one and it is wanted."""
    if os.environ.get("EDGEKWS_NO_COMPILER") == "1":
        return None
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@functools.cache
def _library(
    compiler: str, function: str, params_type: str, header: str, sources: tuple[str, ...]
) -> Path:
    runtime = templates_folder() / "runtime"
    flags = [
        *_FLAGS,
        f'-DKWS_FRONTEND_HEADER="{header}"',
        f"-DKWS_FRONTEND_PARAMS={params_type}",
        f"-DKWS_FRONTEND_RUN={function}",
        f"-I{runtime}",
    ]
    files = [templates_folder() / "host" / "kws_batch.c", *(runtime / name for name in sources)]
    path = cache_folder() / "libraries" / f"{_fingerprint(compiler, flags[:-1], files)}.so"
    if not path.exists():
        with replacing(path) as temporary:
            _compile([compiler, *flags, *map(str, files), "-o", str(temporary)])
    return path


def _fingerprint(compiler: str, flags: Sequence[str], files: Sequence[Path]) -> str:
    headers = sorted((templates_folder() / "runtime").glob("*.h"))
    version = subprocess.run([compiler, "--version"], capture_output=True, check=False).stdout
    # -march=native means another machine for another processor, which shares the cache over NFS.
    machine = subprocess.run(
        [compiler, "-march=native", "-Q", "--help=target"], capture_output=True, check=False
    ).stdout
    parts = [version, machine, *(flag.encode() for flag in flags)]
    parts += [path.name.encode() + path.read_bytes() for path in (*files, *headers)]
    return sha256(b"\0".join(parts))[:32]


def _compile(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(f"{command[0]} cannot compile the frontend: {result.stderr.strip()}")


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
