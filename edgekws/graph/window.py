"""Where a sliding window looks: the sizes and padding of convolutions and pools.

``SAME`` and ``VALID`` are TensorFlow's; padding before an axis is the smaller half, as in TFLite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

SAME, VALID = 0, 1
PADDING_NAMES = {SAME: "SAME", VALID: "VALID"}
Number = TypeVar("Number", bound=np.number[Any])

LARGEST = 1 << 24  # values of a tensor or padded input: a hostile file shall not fill the memory
MOST_COVERED = 1 << 26  # values that all windows over one input see, each as often as it is seen


@dataclass(frozen=True)
class Axis:
    """One axis of a window, in elements; ``pad`` is before the first element."""

    size: int
    output: int
    kernel: int
    stride: int
    dilation: int
    pad: int

    @property
    def reach(self) -> int:
        """Elements from the first to the last one under the window, both included."""
        return (self.kernel - 1) * self.dilation + 1

    def slide(self, outputs: int) -> Axis | None:
        """Return the same window at ``outputs`` places; None when it reads padding."""
        if self.pad or self.pad_after:
            return None
        return replace(self, size=self.reach + (outputs - 1) * self.stride, output=outputs)

    @property
    def pad_after(self) -> int:
        """Padding behind the last element that any window touches, 0 or more."""
        return max(0, (self.output - 1) * self.stride + self.reach - self.pad - self.size)


def fit_axis(size: int, kernel: int, stride: int, dilation: int, padding: int) -> Axis:
    """Place a window along an axis of ``size`` elements.

    Raises
    ------
    ValueError
        The numbers cannot be, or a ``VALID`` window is larger than the input.
    """
    if min(size, kernel, stride, dilation) < 1:
        raise ValueError(f"size {size}, kernel {kernel}, stride {stride}, dilation {dilation}")
    reach = (kernel - 1) * dilation + 1
    if padding == SAME:
        output = -(-size // stride)
    else:
        output = (size - reach) // stride + 1
        if output < 1:
            raise ValueError(f"the window of {reach} is larger than the input of {size}")
    pad = max(0, (output - 1) * stride + reach - size) // 2
    axis = Axis(size, output, kernel, stride, dilation, pad)
    if size + pad + axis.pad_after > LARGEST:
        raise ValueError(f"a window of {reach} over {size} is out of all proportion")
    return axis


@dataclass(frozen=True)
class Window:
    """A window over the height and width of ``[batch, height, width, channels]``."""

    height: Axis
    width: Axis

    @property
    def padded(self) -> tuple[int, int]:
        """Height and width with their padding."""
        rows, columns = self.height, self.width
        return (
            rows.pad + rows.size + rows.pad_after,
            columns.pad + columns.size + columns.pad_after,
        )

    @property
    def covered(self) -> int:
        """Places under all windows of one channel, each as often as it is under one."""
        rows, columns = self.height, self.width
        return rows.output * columns.output * rows.kernel * columns.kernel

    def views(self, x: npt.NDArray[Number], fill: int) -> npt.NDArray[Number]:
        """Every window of ``x`` [batch, height, width, channels], padded with ``fill``.

        Returns
        -------
        [batch, out_height, out_width, channels, kernel_height, kernel_width]
            A read-only view of the padded input.
        """
        rows, columns = self.height, self.width
        margins = ((0, 0), (rows.pad, rows.pad_after), (columns.pad, columns.pad_after), (0, 0))
        padded = np.pad(x, margins, constant_values=fill)
        windows = sliding_window_view(padded, (rows.reach, columns.reach), axis=(1, 2))
        return windows[
            :,
            : (rows.output - 1) * rows.stride + 1 : rows.stride,
            : (columns.output - 1) * columns.stride + 1 : columns.stride,
            :,
            :: rows.dilation,
            :: columns.dilation,
        ]

    def slide(self, outputs: int) -> Window | None:
        """Return the same window at ``outputs`` places along the height; see `Axis.slide`."""
        height = self.height.slide(outputs)
        return None if height is None else replace(self, height=height)

    def fields(self) -> tuple[tuple[str, int], ...]:
        """Members that the C parameter structs of windowed kernels share."""
        rows, columns = self.height, self.width
        return (
            ("in_height", rows.size),
            ("in_width", columns.size),
            ("out_height", rows.output),
            ("out_width", columns.output),
            ("kernel_height", rows.kernel),
            ("kernel_width", columns.kernel),
            ("stride_height", rows.stride),
            ("stride_width", columns.stride),
            ("pad_top", rows.pad),
            ("pad_left", columns.pad),
        )
