"""Compile C for this machine or for a board, and read the sizes of what came out."""

from __future__ import annotations

import contextlib
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekws.boards import Board
from edgekws.errors import BoardTooSmall, BuildError
from edgekws.files import write_bytes
from edgekws.firmware import toolchain

WARNINGS = (
    *("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow"),
    *("-Wconversion", "-Wdouble-promotion", "-Werror"),
)
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_OPTIMISE = ("-O2", "-ffunction-sections", "-fdata-sections")
# Changes nothing in the program; what `edgekws.firmware.stack` reads.
_FOR_ANALYSIS = ("-fstack-usage", "-Wl,--emit-relocs")
_UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_TIMEOUT_S = 600


@dataclass(frozen=True)
class Sources:
    """What one program is compiled from; paths are relative to the project's folder."""

    units: tuple[str, ...]  # .c files
    include: tuple[str, ...] = (".",)  # folders
    defines: tuple[str, ...] = ()  # NAME or NAME=value


@dataclass(frozen=True)
class Program:
    """A linked program. Sizes are bytes.

    ``flash_bytes`` is code, constants and the start values of variables; ``ram_bytes`` is
    variables and, on a board, the reserved stack.
    """

    elf: Path
    flash_bytes: int
    ram_bytes: int


@contextlib.contextmanager
def workspace(files: Mapping[str, str | bytes]) -> Iterator[Path]:
    """Yield a temporary folder that holds ``files``; it is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="edgekws-") as name:
        folder = Path(name)
        write_files(folder, files)
        yield folder


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write ``{relative path: content}`` below ``folder``."""
    for path, content in files.items():
        write_bytes(folder / path, content.encode("utf-8") if isinstance(content, str) else content)


def build_host(
    folder: Path, sources: Sources, *, compiler: str | None = None, flags: Sequence[str] = ()
) -> Program:
    """Compile and link for this machine.

    Parameters
    ----------
    folder
        Where the sources are; the program is written there.
    compiler
        Name or path; the machine's own C compiler without one.
    flags
        More flags, such as `SANITIZERS`.

    Raises
    ------
    BuildError
        The compiler refused; holds its first error.
    """
    cc = toolchain.find(compiler) if compiler else toolchain.host_compiler()
    elf = folder / "host.elf"
    done = _run([cc, *_compile_flags(sources), *flags, *sources.units, "-o", str(elf)], folder)
    if done.returncode != 0:
        raise BuildError(f"{Path(cc).name}: {_first_error(done.stderr)}")
    sizes = _section_sizes(elf)
    flash = sum(sizes.get(name, 0) for name in (".text", ".rodata", ".data"))
    return Program(elf, flash, sum(sizes.get(name, 0) for name in (".data", ".bss")))


def build_board(
    folder: Path,
    sources: Sources,
    board_id: str,
    board: Board,
    *,
    linker_script: str = "linker.ld",
    flags: Sequence[str] = (),
) -> Program:
    """Compile and link for ``board`` with the script that places things in its memory.

    Raises
    ------
    BoardTooSmall
        Code and constants, or variables, arena and stack, do not fit; has all the numbers.
    BuildError
        The compiler refused; holds its first error.
    """
    cc = toolchain.find(toolchain.ARM_GCC)
    elf = folder / "board.elf"
    command = [cc, *board.cpu.gcc_flags, *_compile_flags(sources), *flags, *sources.units]
    command += ["-nostartfiles", "--specs=nosys.specs", "-Wl,--gc-sections", "-T", linker_script]
    command += ["-Wl,--fatal-warnings", "-Wl,--print-memory-usage", *_FOR_ANALYSIS]
    command += ["-o", str(elf)]
    done = _run(command, folder)
    used = memory_usage(done.stdout)
    if done.returncode != 0:
        if "overflowed by" in done.stderr:
            raise BoardTooSmall(_too_small(board_id, used))
        raise BuildError(f"{Path(cc).name}: {_first_error(done.stderr)}")
    ram = used["RAM"][0]
    return Program(elf, sum(size for size, _ in used.values()) - ram, ram)


def memory_usage(text: str) -> dict[str, tuple[int, int]]:
    """Bytes used and there are, by region, from the linker's ``--print-memory-usage``."""
    rows = re.findall(r"^ *(\w+): +(\d+) ([KMG]?B) +(\d+) ([KMG]?B) ", text, re.M)
    return {
        name: (int(used) * _UNITS[unit], int(there) * _UNITS[there_unit])
        for name, used, unit, there, there_unit in rows
    }


def _too_small(board_id: str, used: Mapping[str, tuple[int, int]]) -> str:
    parts = [
        f"{name} {need:,} bytes needed, {there:,} there{'' if need <= there else ' (too small)'}"
        for name, (need, there) in used.items()
    ]
    return (
        f"{board_id}: the program does not fit: {'; '.join(parts)}; "
        "choose a smaller model or a larger board"
    )


def _compile_flags(sources: Sources) -> list[str]:
    include = [f"-I{path}" for path in sources.include]
    return [*WARNINGS, *_OPTIMISE, *include, *(f"-D{name}" for name in sources.defines)]


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise BuildError(f"{command[0]}: did not end within {_TIMEOUT_S} s") from exc


def _first_error(text: str) -> str:
    lines = text.strip().splitlines() or ["no message"]
    return next((line for line in lines if "error:" in line or "undefined" in line), lines[-1])


def _section_sizes(elf: Path) -> dict[str, int]:
    done = _run([toolchain.find("size"), "-A", "-d", str(elf)], elf.parent)
    return {name: int(size) for name, size in re.findall(r"^(\.\S+) +(\d+)", done.stdout, re.M)}
