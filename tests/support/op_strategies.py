"""A strategy of networks for every operator that computes something."""

from __future__ import annotations

import hypothesis.strategies as st
from support import op_binaries, op_curves, op_models, op_moves
from support.op_models import OneOp

STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = (
    op_models.STRATEGIES | op_curves.STRATEGIES | op_binaries.STRATEGIES | op_moves.STRATEGIES
)
