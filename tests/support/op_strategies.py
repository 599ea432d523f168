"""A strategy of networks for every operator that computes something."""

from __future__ import annotations

import hypothesis.strategies as st
from support import op_binaries, op_curves, op_models, op_moves, op_spaces
from support.op_models import OneOp

STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    name: strategy
    for module in (op_binaries, op_curves, op_models, op_moves, op_spaces)
    for name, strategy in module.STRATEGIES.items()
}
