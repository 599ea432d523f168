"""A kernel's constants as C: its params struct and the tables this points to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.codegen.environment import c_integer, c_type
from edgekws.kernel import Array, Kernel


@dataclass(frozen=True, eq=False)
class TableView:
    """``static const int8_t name[length]``."""

    name: str
    c_type: str
    length: int
    shape: str  # for the reader: [64, 3, 3, 1]
    values: Array


@dataclass(frozen=True)
class ParamsView:
    """``static const kws_conv_2d_params name = {.member = value}``."""

    name: str
    c_type: str
    members: tuple[tuple[str, str], ...]


def constants(kernel: Kernel, name: str) -> tuple[tuple[TableView, ...], ParamsView]:
    """Tables and params struct of ``kernel``; every C name begins with ``name``."""
    tables, members = [], []
    for member, value in kernel.fields:
        if isinstance(value, np.ndarray):
            table = f"{name}_{member}"
            shape = ", ".join(str(side) for side in value.shape)
            tables.append(TableView(table, c_type(value.dtype), value.size, f"[{shape}]", value))
            members.append((member, table))
        else:
            members.append((member, c_integer(int(value))))
    return tuple(tables), ParamsView(name, kernel.params_type, tuple(members))
