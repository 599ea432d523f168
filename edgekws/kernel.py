"""How Python names a piece of C: a function of the runtime and its finished constants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Kernel:
    """The C that runs one graph node or one frontend.

    A node is called as ``function(&params, inputs..., output)``, with a last argument
    ``scratch`` when ``scratch_bytes`` is above 0. A frontend is called as
    ``function(&params, work, window, frame)`` with ``work`` of ``scratch_bytes``.
    """

    function: str  # kws_conv_2d_run
    params_type: str  # kws_conv_2d_params
    header: str  # kws_conv_2d.h
    sources: tuple[str, ...]  # files of runtime/ that must be compiled: kws_conv_2d.c
    fields: tuple[tuple[str, int | Array], ...]  # member to value; an array becomes a table
    scratch_bytes: int = 0
