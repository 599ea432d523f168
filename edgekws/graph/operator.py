"""One operator of the file as its op's ``read`` sees it, with the checks that all ops share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.errors import ModelError
from edgekws.graph.flatbuffer import Table
from edgekws.graph.schema import Activation
from edgekws.graph.types import Quantization, Tensor
from edgekws.graph.window import LARGEST, MOST_COVERED, PADDING_NAMES, Window, fit_axis

INT8 = ("int8",)
MOST_OPERANDS = 16  # inputs or outputs of one operator


@dataclass(frozen=True, eq=False)
class Operator:
    """An operator with its tensors; ``inputs`` has None where an optional one is left out."""

    where: str  # begins every message: file, operator, its number
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    options_type: int
    options: Table | None

    def error(self, text: str) -> ModelError:
        """Make the error to raise."""
        return ModelError(f"{self.where}: {text}")

    def expect(
        self,
        inputs: tuple[int, ...] | range,
        options_type: int | None,
        outputs: tuple[int, ...] | range = (1,),
    ) -> None:
        """Refuse another number of inputs than one of ``inputs``, of outputs, other options."""
        if len(self.inputs) not in inputs or len(self.outputs) not in outputs:
            raise self.error(
                f"has {len(self.inputs)} inputs and {len(self.outputs)} outputs; "
                f"this operator has {_numbers(inputs)} and {_numbers(outputs)}"
            )
        if options_type is not None and self.options_type not in (0, options_type):
            raise self.error(f"carries the options of another operator ({self.options_type})")

    def integer(self, number: int, kind: str = "i", default: int = 0) -> int:
        """One scalar of the options, or its default."""
        return default if self.options is None else self.options.integer(number, kind, default)

    def real(self, number: int, default: float = 0.0) -> float:
        """One float32 of the options, or its default."""
        return default if self.options is None else self.options.real(number, default)

    def activation(self, number: int, output: Tensor) -> tuple[int, int]:
        """Smallest and largest output value that the fused activation in option ``number`` allows.

        Mirrors TFLM's CalculateActivationRangeQuantized: float32 division, halves away from zero.
        """
        code = self.integer(number, "b")
        if code == Activation.NONE:
            return -128, 127
        if code == Activation.RELU:
            return max(-128, quantize(0.0, output)), 127
        if code == Activation.RELU6:
            return max(-128, quantize(0.0, output)), min(127, quantize(6.0, output))
        raise self.error(f"fused activation {code} is not supported; known: NONE, RELU, RELU6")

    def input(self, index: int = 0, dtypes: tuple[str, ...] = INT8) -> Tensor:
        """An activation: of one of ``dtypes``, one scale, computed before this operator runs."""
        tensor = self.inputs[index]
        if tensor is None or tensor.data is not None or tensor.is_variable:
            raise self.error(f"input {index} must be computed by the network, not a constant")
        return self._activation(tensor, dtypes)

    def operand(self, index: int) -> Tensor:
        """An int8 tensor with one scale, computed or a constant."""
        tensor = self.inputs[index]
        if tensor is None:
            raise self.error(f"input {index} is left out")
        return self._quantized(tensor, INT8)

    def output(self, index: int = 0, dtypes: tuple[str, ...] = INT8) -> Tensor:
        """Return a result: of one of ``dtypes``, one scale."""
        return self._activation(self.outputs[index], dtypes)

    def constant(self, index: int, dtype: str) -> Tensor:
        """Return a constant of ``dtype``, with its ``data``."""
        tensor = self.inputs[index]
        if tensor is None or tensor.data is None:
            raise self.error(f"input {index} must be a constant of the file")
        if tensor.dtype != dtype:
            raise self.error(f"input {index} ({tensor.name!r}) must be {dtype}, is {tensor.dtype}")
        return tensor

    def window(self, x: Tensor, kernel: tuple[int, int], options: dict[str, int]) -> Window:
        """Place a window over ``x`` [1, height, width, channels].

        ``options`` gives the option numbers of ``padding``, ``stride_width``, ``stride_height``
        and, where there is one, ``dilation_width`` and ``dilation_height``.
        """
        if len(x.shape) != 4:
            raise self.error(f"its input must have 4 axes, has the shape {list(x.shape)}")
        padding = self.integer(options["padding"], "b")
        if padding not in PADDING_NAMES:
            raise self.error(f"padding {padding} is not known; known: SAME (0), VALID (1)")
        axes = []
        for axis, name in enumerate(("height", "width")):
            stride = self.integer(options[f"stride_{name}"])
            number = options.get(f"dilation_{name}")
            dilation = 1 if number is None else self.integer(number, default=1)
            try:
                axes.append(fit_axis(x.shape[1 + axis], kernel[axis], stride, dilation, padding))
            except ValueError as exc:
                raise self.error(f"impossible {name}: {exc}") from exc
        window = Window(*axes)
        rows, columns = window.padded
        if rows * columns * x.shape[3] > LARGEST:
            raise self.error(f"a padded input of {rows} x {columns} is out of all proportion")
        if window.covered * x.shape[3] > MOST_COVERED:
            raise self.error(f"a window of {kernel[0]} x {kernel[1]} is out of all proportion")
        return window

    def expect_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse an output of another shape than ``shape``."""
        if self.outputs[0].shape != shape:
            raise self.error(
                f"its output must have the shape {list(shape)}, the file says "
                f"{list(self.outputs[0].shape)}"
            )

    def _activation(self, tensor: Tensor, dtypes: tuple[str, ...]) -> Tensor:
        if tensor.data is not None:
            raise self.error(f"{tensor.name!r} is a constant where a computed tensor is needed")
        return self._quantized(tensor, dtypes)

    def _quantized(self, tensor: Tensor, dtypes: tuple[str, ...]) -> Tensor:
        if tensor.dtype not in dtypes:
            known = " or ".join(dtypes)
            raise self.error(f"{tensor.name!r} is {tensor.dtype}; only {known} runs here")
        if tensor.quantization is None or tensor.quantization.scale.size != 1:
            raise self.error(f"{tensor.name!r} must have one scale and one zero point")
        return tensor


def _numbers(known: tuple[int, ...] | range) -> str:
    if isinstance(known, range):
        return f"{known[0]} to {known[-1]}"
    return " or ".join(str(n) for n in known)


def quantization(tensor: Tensor) -> Quantization:
    """Return the quantization of a tensor that has been checked to have one."""
    assert tensor.quantization is not None
    return tensor.quantization


def scale(tensor: Tensor) -> float:
    """Return the one float32 scale of an activation, as a float of the same value."""
    return float(quantization(tensor).scale[0])


def zero_point(tensor: Tensor) -> int:
    """Return the one zero point of an activation, -128..127."""
    return int(quantization(tensor).zero_point[0])


def quantize(real: float, tensor: Tensor) -> int:
    """``real``, 0 or more, on the grid of ``tensor``, halves away from zero; not clamped.

    The division is in float32, as in TFLM.
    """
    with np.errstate(over="ignore"):
        steps = np.float32(real) / quantization(tensor).scale[0]
    return zero_point(tensor) + int(min(np.float64(steps) + 0.5, 1e9))


def same_grid(a: Tensor, b: Tensor) -> bool:
    """Whether equal numbers mean equal values in both."""
    return scale(a) == scale(b) and zero_point(a) == zero_point(b)
