"""What the pooling ops share: their options, their window, their C parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.types import Op, Slide
from edgekws.graph.window import Window
from edgekws.kernel import Kernel

OPTIONS_TYPE = 5
OPTIONS = {"padding": 0, "stride_width": 1, "stride_height": 2}
KERNEL_WIDTH, KERNEL_HEIGHT, ACTIVATION = 3, 4, 5


@dataclass(frozen=True, eq=False)
class Pool(Op):
    """A window over each channel by itself; input and output have the same scale."""

    window: Window
    channels: int
    activation_min: int
    activation_max: int

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: time is the height."""
        window, rows = self.window.slide(columns), self.window.height
        if window is None:
            return None
        return Slide(replace(self, window=window), rows.reach, rows.stride)

    @property
    def values(self) -> int:
        """Values read in one run, each as often as windows cover it."""
        return self.window.covered * self.channels

    def pool_kernel(self, kind: str) -> Kernel:
        """``kws_KIND_pool_2d`` with these numbers."""
        stem = f"kws_{kind}_pool_2d"
        return Kernel(
            function=f"{stem}_run",
            params_type=f"{stem}_params",
            header=f"{stem}.h",
            sources=(f"{stem}.c",),
            fields=(
                *self.window.fields(),
                ("channels", self.channels),
                ("activation_min", self.activation_min),
                ("activation_max", self.activation_max),
            ),
        )


def read_pool(operator: Operator) -> tuple[Window, int, int, int]:
    """Check a pooling operator; returns the members of `Pool`."""
    operator.expect((1,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    if not same_grid(x, output):
        raise operator.error("its output must have the scale and zero point of its input")
    kernel = (operator.integer(KERNEL_HEIGHT), operator.integer(KERNEL_WIDTH))
    window = operator.window(x, kernel, OPTIONS)
    operator.expect_shape((1, window.height.output, window.width.output, x.shape[3]))
    low, high = operator.activation(ACTIVATION, output)
    return window, x.shape[3], low, high
