"""How Python names a piece of C: a function of the runtime and its finished constants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]


class Body(Enum):
    """The instructions that a kernel's inner loops are written for.

    Each compiles everywhere and gives the same bits: where an instruction is missing, plain C
    does its work. Weights are packed for one body when the code is generated.
    """

    PORTABLE = "portable"  # plain C99
    DSP = "dsp"  # two 16-bit products an instruction: Cortex-M4, M7, M33
    MVE = "mve"  # vectors of 16 bytes: Cortex-M55
    NEON = "neon"  # phones


@dataclass(frozen=True, eq=False)
class Kernel:
    """The C that runs one graph node or one frontend.

    A node is called as ``function(&params, inputs..., output)``, with a last argument
    ``scratch`` when ``scratch_bytes`` is above 0. With ``in_place`` the output may lie where the
    first input does, beginning at the same address. With ``state_bytes`` above 0 it keeps state:
    the very last argument is ``state``, aligned to 4 bytes, all zero before the first run and left
    alone between two runs. A frontend is called as ``function(&params, work, window, frame)`` with
    ``work`` of ``scratch_bytes``, and with ``state`` after these when it keeps any. With
    ``halved_bytes`` above 0, ``kws_halve`` first makes half as many samples at the beginning of
    that scratch; they are its window then, and its ``work`` begins ``halved_bytes`` later.
    """

    function: str  # kws_conv_2d_run
    params_type: str  # kws_conv_2d_params
    header: str  # kws_conv_2d.h
    sources: tuple[str, ...]  # files of runtime/ that must be compiled: kws_conv_2d.c
    fields: tuple[tuple[str, int | Array], ...]  # member to value; an array becomes a table
    scratch_bytes: int = 0
    in_place: bool = False
    state_bytes: int = 0
    halved_bytes: int = 0
