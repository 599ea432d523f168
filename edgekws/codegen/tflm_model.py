"""A ``.tflite`` as TensorFlow Lite Micro runs it: its operators, its arena, the code around it."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.codegen.environment import Banner, c_integer, render
from edgekws.codegen.model import check_prefix
from edgekws.codegen.spotter import Keywords
from edgekws.codegen.tflm_arena import arena_bound
from edgekws.errors import ModelError
from edgekws.graph.outline import Outline, outline
from edgekws.graph.types import Graph

# Operators that TFLM can register for int8 alone, which leaves out the code of other types.
INT8_ONLY = (
    "ADD",
    "AVERAGE_POOL_2D",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "MAX_POOL_2D",
    "MUL",
    "PAD",
    "SOFTMAX",
    "SVDF",
)
_ACTIVATIONS = 2  # inputs from the first that may be activations
# Files of TFLM's kernels that are not called as their operator is.
_KERNELS = {
    "AVERAGE_POOL_2D": "pooling",
    "CONV_2D": "conv",
    "DEPTHWISE_CONV_2D": "depthwise_conv",
    "MAX_POOL_2D": "pooling",
    "MEAN": "reduce",
    "PADV2": "pad",
    "REDUCE_MAX": "reduce",
    "RELU": "activations",
    "RELU6": "activations",
    "SUM": "reduce",
}
_SPELLING = {"2D": "2D", "PADV2": "PadV2"}  # what is not one capital and small letters


@dataclass(frozen=True)
class OperatorView:
    """``resolver->AddNAME(REGISTRATION)``."""

    name: str  # Conv2D
    registration: str  # tflite::Register_CONV_2D_INT8(), or empty for that of all types
    kernel: str  # file of TFLM's kernels without its end: conv


@dataclass(frozen=True)
class SoftmaxView:
    """What follows logits, in the runtime's own C."""

    c_type: str
    function: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StepwiseView:
    """A network that takes one frame an inference and remembers."""

    frames: int  # of one call
    input_bytes: int
    input_shape: str
    macs: str


@dataclass(frozen=True)
class TflmModelView:
    """What the templates may know about the model. Every value is final."""

    prefix: str
    macro: str
    labels: tuple[str, ...]
    input_shape: str
    input_bytes: int  # of one call
    file_input_bytes: int  # of one inference
    inference_arena_bytes: int
    arena_proof: str
    macs: str
    const_section: bool
    operators: tuple[OperatorView, ...]
    kernels: tuple[str, ...]
    softmax: SoftmaxView | None
    hop: StepwiseView | None

    @property
    def keeps_arena(self) -> bool:
        """The interpreter's own structures live there."""
        return True


def tflm_model_view(keywords: Keywords, *, const_section: bool = False) -> TflmModelView:
    """Finished names and numbers.

    Raises
    ------
    ModelError
        There is not one label for each score, or a network that remembers has no frontend.
    UsageError
        The prefix is no C name.
    """
    check_prefix(keywords.prefix)
    graph, file = keywords.graph, outline(keywords.model)
    if graph.output_tensor.size != len(keywords.labels):
        raise ModelError(
            f"the model has {graph.output_tensor.size} scores but {len(keywords.labels)} labels "
            f"are given: {', '.join(keywords.labels)}"
        )
    stepwise = _stepwise(keywords)
    if {graph.input_tensor.dtype, graph.output_tensor.dtype} != {"int8"}:
        raise ModelError("the model takes or gives other numbers than int8; use --runtime native")
    tensor, bound = graph.input_tensor, arena_bound(file, keywords.body)
    sides = ", ".join(str(side) for side in tensor.shape)
    operators = operator_views(file)
    return TflmModelView(
        prefix=keywords.prefix,
        macro=keywords.prefix.upper(),
        labels=keywords.labels,
        input_shape=f"{tensor.dtype} [{sides}]",
        input_bytes=stepwise.input_bytes if stepwise else tensor.bytes,
        file_input_bytes=tensor.bytes,
        inference_arena_bytes=bound.bytes,
        arena_proof=bound.proof,
        macs=f"{graph.macs:,}",
        const_section=const_section,
        operators=operators,
        kernels=tuple(sorted({operator.kernel for operator in operators})),
        softmax=_softmax(graph, file),
        hop=stepwise,
    )


def operator_views(file: Outline) -> tuple[OperatorView, ...]:
    """Each kind of operator once, in the order of the file."""
    return tuple(
        OperatorView(add_name(name), _registration(file, name), _KERNELS.get(name, name.lower()))
        for name in dict.fromkeys(step.name for step in file.steps)
    )


def add_name(name: str) -> str:
    """``CONV_2D`` to ``Conv2D``, as the resolver's functions are called."""
    return "".join(_SPELLING.get(word, word.capitalize()) for word in name.split("_"))


def tflm_model_files(view: TflmModelView, banner: Banner) -> dict[str, str]:
    """``model/<prefix>_model.h`` and ``.cc``."""
    return {
        f"model/{view.prefix}_model.{kind}": render(
            f"tflm/model.{kind}.j2", banner, {"model": view}
        )
        for kind in ("h", "cc")
    }


def _registration(file: Outline, name: str) -> str:
    if name not in INT8_ONLY:
        return ""
    for step in file.steps:
        if step.name == name:
            inputs = [file.tensors[i] for i in step.inputs[:_ACTIVATIONS] if i >= 0]
            written = [file.tensors[i] for i in step.outputs]
            activations = [t for t in inputs if t.data is None]
            if any(t.dtype != "int8" for t in (*activations, *written)):
                return ""
    return f"tflite::Register_{name}_INT8()"


def _softmax(graph: Graph, file: Outline) -> SoftmaxView | None:
    """What `edgekws.graph.read_model` appended to a file that ends in logits."""
    if graph.output < len(file.tensors):
        return None
    kernel = graph.nodes[-1].op.portable_kernel()
    assert kernel is not None
    members = ((name, c_integer(int(value))) for name, value in kernel.fields)
    return SoftmaxView(kernel.params_type, kernel.function, tuple(members))


def _stepwise(keywords: Keywords) -> StepwiseView | None:
    if not keywords.graph.stateful:
        return None
    if keywords.frontend is None or keywords.context_frames is None:
        raise ModelError(
            "the model remembers from frame to frame, and comes without the frontend that says how "
            "they follow; export it with its run"
        )
    frames, bands = keywords.hops_per_inference, keywords.frontend.spec.bands
    macs = f"{frames * keywords.graph.macs:,}"
    return StepwiseView(frames, frames * bands, f"int8 [{frames}, {bands}]", macs)
