"""Search recipes: accuracy against flash, RAM and cost per hop, and a pick by budget."""

from edgekws.sweep.budget import Budget, Cost, said, size
from edgekws.sweep.searching import Plan, Tried, closest, in_words, pick, sweep
from edgekws.sweep.space import DEFAULT, Space, read_space

__all__ = [
    "DEFAULT",
    "Budget",
    "Cost",
    "Plan",
    "Space",
    "Tried",
    "closest",
    "in_words",
    "pick",
    "read_space",
    "said",
    "size",
    "sweep",
]
