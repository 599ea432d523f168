"""What kind of work each instruction of a program is, read from its disassembly."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from edgekws.errors import BuildError
from edgekws.firmware import toolchain


class Kind(Enum):
    """Work that a core spends about the same time on."""

    ALU = "arithmetic and moves"
    LOAD = "loads"
    STORE = "stores"
    MULTIPLY = "32-bit multiplies"
    MULTIPLY_LONG = "64-bit multiplies"
    MULTIPLY_DSP = "DSP multiplies"
    DIVIDE = "divisions"
    BRANCH = "branches"
    CALL = "calls"
    LOOP = "hardware loops"
    IF_THEN = "conditions of others"
    FLOAT = "floating point"
    VECTOR_LOAD = "vector loads"
    VECTOR_STORE = "vector stores"
    VECTOR_MULTIPLY = "vector multiplies"
    VECTOR_ALU = "vector arithmetic"


@dataclass(frozen=True)
class Instruction:
    """One instruction. ``words`` are the registers that a load or store moves, else 1."""

    kind: Kind
    words: int = 1
    sets_pc: bool = False  # a load that returns from a function


_LINE = re.compile(r"^ *([0-9a-f]+):\t(\S+)(?:\t([^@;<\n]*))?", re.MULTILINE)
_CONDITION = "(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?"
_RULES = tuple(
    (kind, re.compile(f"(?:{pattern}){_CONDITION}$"))
    for kind, pattern in (
        (Kind.IF_THEN, r"it[te]{0,3}|vp[st][te]{0,3}"),
        (Kind.CALL, r"blx?"),
        (Kind.LOOP, r"le|letp|dls|dlstp|wls|wlstp|lctp"),
        (Kind.BRANCH, r"b|bx|cbn?z|tb[bh]"),
        (Kind.DIVIDE, r"[su]div"),
        (Kind.MULTIPLY, r"mul|muls|mla|mls"),
        (Kind.MULTIPLY_LONG, r"[su]mull|[su]mlal|umaal"),
        (Kind.MULTIPLY_DSP, r"sm(u[as]|la|ls|m|u|ml)\w*"),
        (Kind.LOAD, r"ldr\w*|ldm\w*|pop"),
        (Kind.STORE, r"str\w*|stm\w*|push"),
    )
)
_VECTOR_RULES = (
    (Kind.VECTOR_LOAD, re.compile(r"vld")),
    (Kind.VECTOR_STORE, re.compile(r"vst")),
    (Kind.VECTOR_MULTIPLY, re.compile(r"v\w*(ml|mul)")),
)


def disassemble(elf: Path, start: int, stop: int) -> dict[int, Instruction]:
    """Return the instructions of a program between two addresses, by their address.

    Raises
    ------
    ToolMissing
        The cross compiler's tools are not installed.
    """
    objdump = toolchain.find(toolchain.ARM_GCC).removesuffix("gcc") + "objdump"
    # The newest architecture: without it objdump does not know the vector instructions.
    command = [objdump, "-d", "-m", "armv8.1-m.main", "--no-show-raw-insn"]
    command += [f"--start-address={start:#x}", f"--stop-address={stop:#x}", str(elf)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{elf}: {done.stderr.strip()}")
    return {
        int(address, 16): classify(mnemonic, operands or "")
        for address, mnemonic, operands in _LINE.findall(done.stdout)
        if not mnemonic.startswith(".")
    }


def classify(mnemonic: str, operands: str) -> Instruction:
    """``"ldmia.w", "r0!, {r1, r2}"`` is a load of 2 words."""
    base = mnemonic.split(".", maxsplit=1)[0]
    kind = next((kind for kind, rule in _RULES if rule.match(base)), Kind.ALU)
    if kind is Kind.ALU and base.startswith("v"):
        return _vector_or_float(base, operands)
    if kind in (Kind.LOAD, Kind.STORE):
        return Instruction(kind, _words(base, operands), kind is Kind.LOAD and "pc}" in operands)
    return Instruction(kind)


def _vector_or_float(base: str, operands: str) -> Instruction:
    if not re.search(r"\bq\d", operands):
        moves = {"vld": Kind.LOAD, "vpo": Kind.LOAD, "vst": Kind.STORE, "vpu": Kind.STORE}
        kind = moves.get(base[:3], Kind.FLOAT)
        return Instruction(kind, 1 if kind is Kind.FLOAT else _words(base, operands))
    found = (kind for kind, rule in _VECTOR_RULES if rule.match(base))
    return Instruction(next(found, Kind.VECTOR_ALU))


def _words(base: str, operands: str) -> int:
    if base.startswith(("ldrd", "strd")):
        return 2
    listed = re.search(r"\{([^}]*)\}", operands)
    if listed is None:
        return 2 if re.match(r"\s*d\d", operands) else 1
    total = 0
    for part in listed.group(1).split(","):
        first, _, last = part.strip().partition("-")
        ends = [int(re.sub(r"\D", "", end) or 0) for end in (first, last or first)]
        total += (ends[1] - ends[0] + 1) * (2 if first.startswith("d") else 1)
    return total
