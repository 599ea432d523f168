"""How large an arena TensorFlow Lite Micro needs for a file: a bound that it does not exceed.

TFLM fills its arena from both ends. From the end come what lasts: its own objects, tables of
operators and tensors, what the kernels keep, tensors that remember. At the start lie the
activations and the kernels' scratch, as the greedy planner places them, and before that, for a
short time, tables of the planner itself. Here each lasting piece is rounded up to the arena's
alignment, so that the sum is a bound in whatever order they come.

The sizes of TFLM's structures are written down by their members, for a pointer of any width. The
tests compare the width of this machine with what the ``tflite-micro`` wheel takes, and the
width of a Cortex-M with arenas that were measured there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edgekws.codegen.tflm_plan import Interval, greedy_bytes
from edgekws.codegen.tflm_scratch import scratch_bytes
from edgekws.graph.outline import Outline, Step
from edgekws.graph.types import Tensor
from edgekws.kernel import Body

ALIGNMENT = 16  # of the arena and of every buffer in it
CORE_POINTER = 4  # bytes, on a Cortex-M

# Members of a structure: 4-byte words, pointers.
_ALLOCATORS = (24, 36)  # buffers, planner, tensors, parameters: four objects of the interpreter
_EVAL_TENSOR = (1, 2)
_NODE = (1, 7)
_TENSOR = (8, 4)
_QUANTIZATION = (1, 2)
_SCRATCH_REQUEST = (2, 1)
_ALLOCATION = (4, 2)  # what the planner's caller notes of a buffer
_PLANNED = 10 * 4  # bytes that the planner notes of a buffer, all of them words
_SPARE_REQUESTS = 12  # places for scratch that TFLM keeps free for the next operator

# What a kernel keeps of one operator, and what the file's options become.
_KEPT = {
    "ADD": (24, 2),
    "AVERAGE_POOL_2D": (12, 0),
    "CONV_2D": (17, 2),
    "DEPTHWISE_CONV_2D": (17, 2),
    "FULLY_CONNECTED": (18, 3),
    "MAX_POOL_2D": (12, 0),
    "RESHAPE": (0, 0),
    "SOFTMAX": (16, 6),
    "SVDF": (16, 2),
}
_KEPT_BY_OTHERS = (32, 8)
_OPTIONS = (12, 0)
_PER_CHANNEL = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_WEIGHTS = 1  # number of the input


@dataclass(frozen=True)
class ArenaBound:
    """Bytes that are enough, and what they are for."""

    bytes: int
    lasting: int  # from the end: structures, what kernels keep, tensors that remember
    planned: int  # from the start: activations and scratch, or tables of the planner

    @property
    def proof(self) -> str:
        """One line for a manifest."""
        return (
            f"upper bound for a 32-bit core: {self.planned} bytes of activations and scratch by "
            f"the greedy planner, {self.lasting} that last, each piece rounded up to {ALIGNMENT}"
        )


def arena_bound(
    file: Outline, body: Body, *, pointer: int = CORE_POINTER, reference: bool = False
) -> ArenaBound:
    """Return the bound for a core of ``body`` with pointers of ``pointer`` bytes.

    With ``reference`` for TFLM's own kernels only; otherwise those of CMSIS-NN will do too, which
    take more.
    """
    scratch = [
        (number, size)
        for number, step in enumerate(file.steps)
        for size in _scratch(file, step, body, reference)
    ]
    lasting = sum(_up(size) for size in _lasting(file, body, pointer, len(scratch), reference))
    planned = max(
        greedy_bytes(_intervals(file, scratch)),
        _tables(len(file.tensors) + len(scratch), len(scratch), pointer),
        _most_temporary(file, pointer) + _requests(len(scratch), pointer),
    )
    return ArenaBound(lasting + _up(planned), lasting, _up(planned))


def _lasting(
    file: Outline, body: Body, pointer: int, scratch: int, reference: bool
) -> Iterator[int]:
    yield _bytes(_ALLOCATORS, pointer) + 4 * ALIGNMENT
    yield 4 * pointer  # of the subgraph
    yield len(file.tensors) * _bytes(_EVAL_TENSOR, pointer)
    yield len(file.steps) * _bytes(_NODE, pointer)
    yield max(scratch, 1) * pointer
    for step in file.steps:
        yield _bytes(_OPTIONS, pointer)
        yield _bytes(_KEPT.get(step.name, _KEPT_BY_OTHERS), pointer)
        yield from _channels(file, step, body, reference)
    for ends in (file.inputs, file.outputs):
        yield len(ends) * pointer
        for number in ends:
            yield _bytes(_TENSOR, pointer)
            yield _bytes(_QUANTIZATION, pointer)
            yield 4 + 4 * _scales(file.tensors[number])
    for tensor in file.tensors:
        if tensor.is_variable:
            yield tensor.bytes


def _channels(file: Outline, step: Step, body: Body, reference: bool) -> Iterator[int]:
    """A multiplier and a shift for each channel, and sums of weights for the vector kernels."""
    if step.name in _PER_CHANNEL:
        channels = file.tensors[step.outputs[0]].shape[-1]
        yield 4 * channels
        yield 4 * channels
        if step.name == "FULLY_CONNECTED" and not reference:
            yield 4 * channels
    if step.name == "SVDF" and body is Body.MVE and not reference:
        yield 4 * file.tensors[step.inputs[_WEIGHTS]].shape[0]


def _scratch(file: Outline, step: Step, body: Body, reference: bool) -> list[int]:
    shapes = [file.tensors[number].shape if number >= 0 else () for number in step.inputs]
    output = file.tensors[step.outputs[0]].shape
    return scratch_bytes(step.name, shapes, output, None if reference else body)


def _intervals(file: Outline, scratch: list[tuple[int, int]]) -> list[Interval]:
    """Buffers in the order in which TFLM hands them to its planner."""
    first = dict.fromkeys(file.inputs, 0)
    last = dict.fromkeys(file.inputs, 0)
    for number, step in enumerate(file.steps, 1):
        last.update({tensor: number for tensor in step.inputs if tensor >= 0})
        for tensor in step.outputs:
            first.setdefault(tensor, number)
            last.setdefault(tensor, number)
    last.update(dict.fromkeys(file.outputs, len(file.steps)))
    found = [
        Interval(_up(tensor.bytes), first[number], last[number])
        for number, tensor in enumerate(file.tensors)
        if number in first and tensor.data is None and not tensor.is_variable
    ]
    return found + [Interval(_up(size), step + 1, step + 1) for step, size in scratch]


def _tables(buffers: int, scratch: int, pointer: int) -> int:
    """Of the planner, while it plans: nothing else is at the start then but requests."""
    notes = buffers * (_bytes(_ALLOCATION, pointer) + _PLANNED)
    return notes + _requests(scratch, pointer) + 2 * ALIGNMENT


def _requests(scratch: int, pointer: int) -> int:
    return _up((scratch + _SPARE_REQUESTS) * _bytes(_SCRATCH_REQUEST, pointer))


def _most_temporary(file: Outline, pointer: int) -> int:
    """While an operator prepares: descriptions of all its tensors at once, at most twice each."""
    most = 0
    for step in file.steps:
        tensors = [file.tensors[i] for i in (*step.inputs, *step.outputs) if i >= 0]
        most = max(most, sum(_described(tensor, pointer) for tensor in tensors))
    return 2 * most


def _described(tensor: Tensor, pointer: int) -> int:
    parts = (_bytes(_TENSOR, pointer), _bytes(_QUANTIZATION, pointer), 4 + 4 * _scales(tensor))
    return sum(_up(part) for part in parts)


def _scales(tensor: Tensor) -> int:
    return 0 if tensor.quantization is None else int(tensor.quantization.scale.size)


def _bytes(members: tuple[int, int], pointer: int) -> int:
    """Size of a structure with so many words and pointers, aligned for a pointer."""
    words, pointers = members
    size = 4 * words + pointer * pointers
    return -(-size // pointer) * pointer


def _up(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
