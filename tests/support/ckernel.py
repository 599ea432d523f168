"""Call the kernels of ``firmware_templates/runtime`` from Python, and write C that checks them."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from edgekws.kernel import Array, Kernel
from edgekws.resources import templates_folder

RUNTIME = templates_folder() / "runtime"
FLAGS = ("-std=c99", "-O2", f"-I{RUNTIME}")
SANITIZE = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def host_compiler() -> str:
    """gcc or clang; skips the test without one, fails it where tools are required."""
    path = shutil.which("gcc") or shutil.which("clang")
    if path is None and os.environ.get("EDGEKWS_REQUIRE_TOOLS") == "1":
        pytest.fail("no C compiler and EDGEKWS_REQUIRE_TOOLS=1")
    if path is None:
        pytest.skip("no C compiler")
    return path


@functools.cache
def library(sources: tuple[str, ...]) -> ctypes.CDLL:
    """Files of ``runtime/`` compiled into one shared library, once per test process."""
    folder = Path(tempfile.mkdtemp(prefix="ckernel-"))
    target = folder / "kernels.so"
    files = [str(RUNTIME / name) for name in sources]
    command = [host_compiler(), *FLAGS, "-shared", "-fPIC", *files, "-o", str(target)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    loaded = ctypes.CDLL(str(target))
    shutil.rmtree(folder)
    return loaded


def run_kernel(
    kernel: Kernel,
    output_size: int,
    *inputs: Array,
    in_place: bool = False,
    state: npt.NDArray[np.int32] | None = None,
    dtype: npt.DTypeLike = np.int8,
) -> npt.NDArray[np.int8]:
    """Output int8 [output_size] of one call of the compiled kernel; it must answer KWS_OK.

    With ``in_place`` it is written over a copy of the first input, in the larger room of the two.
    A kernel that writes another type needs its ``dtype``. One with a state changes ``state``, or
    begins with a fresh one.
    """
    members, values = [], []
    for name, value in kernel.fields:
        if isinstance(value, int):
            members.append((name, ctypes.c_int32))
            values.append(value)
        else:
            members.append((name, ctypes.c_void_p))
            values.append(np.ascontiguousarray(value))
    structure = type("Params", (ctypes.Structure,), {"_fields_": members})
    params = structure(*(v.ctypes.data if isinstance(v, np.ndarray) else v for v in values))
    output: npt.NDArray[np.int8] = np.full(output_size, 0x55, dtype)
    contiguous = [np.ascontiguousarray(x) for x in inputs]
    if in_place:
        shared = np.zeros(max(contiguous[0].size, output_size), np.int8)
        shared[: contiguous[0].size] = contiguous[0].ravel()
        contiguous[0], output = shared, shared[:output_size]
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (*contiguous, output)]
    if kernel.scratch_bytes:
        scratch = np.full(kernel.scratch_bytes, 0x55, np.uint8)
        pointers.append(ctypes.c_void_p(scratch.ctypes.data))
    if kernel.state_bytes:
        state = fresh_state(kernel) if state is None else state
        pointers.append(ctypes.c_void_p(state.ctypes.data))
    function = getattr(library(kernel.sources), kernel.function)
    assert function(ctypes.byref(params), *pointers) == 0
    return output


def fresh_state(kernel: Kernel) -> npt.NDArray[np.int32]:
    """State of a kernel before its first run."""
    return np.zeros(-(-kernel.state_bytes // 4), np.int32)


@dataclass(frozen=True, eq=False)
class Case:
    """One call and what it must write.

    A case with a state goes on with that of the case before it, if that has the same kernel.
    """

    kernel: Kernel
    inputs: tuple[Array, ...]
    expected: Array


def run_sanitized(cases: Iterable[Case], folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile the cases into one program with address and undefined-behaviour checks, and run it.

    Each table has its own array of exactly its size, so reading beyond one is seen.
    """
    cases = list(cases)
    source = folder / "main.c"
    source.write_text(program(cases))
    files = sorted({str(RUNTIME / name) for case in cases for name in case.kernel.sources})
    target = folder / "main"
    command = [host_compiler(), *FLAGS, *SANITIZE, str(source), *files, "-o", str(target)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return subprocess.run([str(target)], check=False, capture_output=True, text=True)


def program(cases: list[Case]) -> str:
    """C text that ends with 0 when every case gives the expected bytes."""
    headers = sorted({case.kernel.header for case in cases})
    lines = ["#include <stdio.h>", "#include <string.h>"]
    lines += [f'#include "{header}"' for header in headers]
    calls, state = [], ""
    for number, case in enumerate(cases):
        goes_on = number > 0 and cases[number - 1].kernel is case.kernel
        state = state if goes_on else f"c{number}_state"
        if case.kernel.state_bytes and not goes_on:
            lines.append(f"static int32_t {state}[{fresh_state(case.kernel).size}];")
        lines += _declarations(case, f"c{number}")
        calls += _call(case, f"c{number}", state)
    return "\n".join([*lines, "int main(void)", "{", *calls, "    return 0;", "}"]) + "\n"


def _declarations(case: Case, prefix: str) -> list[str]:
    lines, members = [], []
    for name, value in case.kernel.fields:
        if isinstance(value, int):
            members.append(f".{name} = {value}")
        else:
            lines.append(_table(f"{prefix}_{name}", value))
            members.append(f".{name} = {prefix}_{name}")
    lines.append(f"static const {case.kernel.params_type} {prefix} = {{{', '.join(members)}}};")
    lines += [_table(f"{prefix}_in{i}", x) for i, x in enumerate(case.inputs)]
    lines.append(_table(f"{prefix}_expected", case.expected))
    lines.append(f"static {case.expected.dtype}_t {prefix}_out[{case.expected.size}];")
    if case.kernel.scratch_bytes:
        lines.append(f"static int64_t {prefix}_scratch[{-(-case.kernel.scratch_bytes // 8)}];")
    return lines


def _call(case: Case, prefix: str, state: str) -> list[str]:
    arguments = [f"&{prefix}", *(f"{prefix}_in{i}" for i in range(len(case.inputs)))]
    arguments.append(f"{prefix}_out")
    if case.kernel.scratch_bytes:
        arguments.append(f"{prefix}_scratch")
    if case.kernel.state_bytes:
        arguments.append(state)
    call = f"{case.kernel.function}({', '.join(arguments)}) != KWS_OK"
    differs = f"memcmp({prefix}_out, {prefix}_expected, sizeof {prefix}_out) != 0"
    report = f'puts("{case.kernel.function} {prefix}")'
    return [f"    if ({call} || {differs})", f"        return {report}, 1;"]


def _table(name: str, values: Array) -> str:
    # INT32_MIN has no literal of its own type in C
    texts = ("(-2147483647 - 1)" if v == -(2**31) else str(v) for v in values.ravel().tolist())
    return f"static const {values.dtype}_t {name}[{values.size}] = {{{', '.join(texts)}}};"
