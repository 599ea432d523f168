"""Write ``docs/ops.md`` from what each operator's file says of itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from edgekws import plugins
from edgekws.files import write_text
from edgekws.graph import ops, supported_ops

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ops.md"

HEAD = """# Operators

Made by `make docs` from `edgekws/graph/ops/`, one file for each operator.

These operators of TensorFlow Lite run, with int8 activations, in networks of one input and one
output. Each that computes or moves something is held to TensorFlow Lite Micro bit for bit on random
shapes, grids and extreme values (`tests/graph/test_ops.py`, `tests/graph/test_svdf.py`), in numpy
and in C. A grid is a scale with its zero point. Whatever a file says beyond the limits is refused
with the reason and the operator's number.

| operator | what | limits |
|---|---|---|
"""

TAIL = """
Everywhere:

- Batch 1: the first axis of every activation is 1. An open batch (-1) in the file counts as 1.
- Activations have one scale. Float, dynamic, sparse and string tensors, several subgraphs and
  control flow are refused.
- int16 goes in and out at the edges of a network alone: as its input, into QUANTIZE; out of SOFTMAX
  and QUANTIZE, as its scores. Every other operator refuses it.
- A state between runs belongs to SVDF only. Generated code keeps it in `kws_model_state`, which the
  caller owns and `kws_model_reset` clears; `verify` then runs its inputs one after the other.
  `VAR_HANDLE`, `READ_VARIABLE` and `ASSIGN_VARIABLE` are not supported: convert the network that
  sees a whole clip.
- An operator that only computes int32 shapes (SHAPE and what follows it) is left out: the file has
  the shapes written down.
- A network that ends in logits gets a SOFTMAX appended.
- An operator with several outputs runs once for each output that is read.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return HEAD + "".join(_row(name) for name in supported_ops()) + TAIL


def _row(name: str) -> str:
    module = plugins.load(ops, name.lower())
    assert module.__doc__ is not None
    first = module.__doc__.splitlines()[0].removeprefix(name).split("; mirrors")[0]
    what = first.replace(", int8", "").replace("``", "`").strip(":,. ").removeprefix("int8")
    return f"| {name} | {what} | {module.LIMITS} |\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say by the exit code whether it is fresh."""
    text = page()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    write_text(PAGE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
