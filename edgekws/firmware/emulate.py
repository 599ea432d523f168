"""Run a built program, on this machine or in QEMU with semihosting, and catch what it does."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edgekws.boards import Emulator
from edgekws.errors import BuildError
from edgekws.firmware import toolchain
from edgekws.firmware.build import Program

FAULT_STATUS = 125  # startup.c ends with it after a fault; what it printed says which


@dataclass(frozen=True)
class Outcome:
    """How a program ended and what it printed."""

    status: int  # exit status, 0..255
    output: str
    complaints: str = field(default="", compare=False)  # stderr: of a sanitizer, of QEMU itself


def run_host(
    program: Program, arguments: Sequence[str] = (), *, timeout_s: float = 60.0
) -> Outcome:
    """Run a program made by `build_host`; its working folder is the one it was built in.

    Raises
    ------
    BuildError
        It was stopped by a signal (a crash) or did not end in time.
    """
    return _watch([str(program.elf), *arguments], program.elf, timeout_s)


def run_emulated(
    program: Program,
    emulator: Emulator,
    arguments: Sequence[str] = (),
    *,
    timeout_s: float = 120.0,
    options: Sequence[str] = (),
) -> Outcome:
    """Run a program made by `build_board` in QEMU.

    Through semihosting it sees ``arguments``, reads and writes files relative to the folder it
    was built in, and sets the exit status. ``options`` are more words for QEMU.

    Raises
    ------
    BuildError
        It faulted, or did not end in time.
    """
    command = [*qemu_command(program.elf, emulator, arguments), *options]
    outcome = _watch(command, program.elf, timeout_s)
    if outcome.status == FAULT_STATUS:
        raise BuildError(f"{emulator.machine}: {_last_line(outcome.output)}")
    return outcome


def qemu_command(elf: Path, emulator: Emulator, arguments: Sequence[str]) -> list[str]:
    """Command line that runs ``elf``; an argument with a space arrives whole."""
    words = [f'"{text}"' if " " in text else text for text in ("program", *arguments)]
    words = [word.replace(",", ",,") for word in words]  # QEMU ends an option at a single comma
    semihosting = ["enable=on", "target=native", "chardev=console", *(f"arg={w}" for w in words)]
    return [
        *(toolchain.find(toolchain.QEMU), "-M", emulator.machine, "-display", "none"),
        *("-monitor", "none", "-serial", "none", "-chardev", "stdio,id=console"),
        *("-semihosting-config", ",".join(semihosting), "-kernel", str(elf)),
    ]


def _watch(command: Sequence[str], elf: Path, timeout_s: float) -> Outcome:
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=elf.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise BuildError(f"{name}: did not end within {timeout_s:g} s") from exc
    output = done.stdout.decode("utf-8", errors="replace")
    complaints = done.stderr.decode("utf-8", errors="replace")
    if done.returncode < 0:
        stopped_by = signal.Signals(-done.returncode).name
        raise BuildError(f"{name}: stopped by {stopped_by}: {_last_line(complaints or output)}")
    return Outcome(done.returncode, output, complaints)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it printed nothing"
