"""An Android project whose network TensorFlow Lite runs, as {path: content}.

Frontend, detector and the Kotlin classes are those of every module. The file lies beside the
classes, so that it is found without a Context and two modules in one app do not meet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from edgekws.codegen.android import Files, Module, assemble, refuse_without_sound
from edgekws.codegen.android_files import CPP
from edgekws.codegen.android_view import NAMESPACE
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.model import check_prefix
from edgekws.codegen.selftest import GoldenView, golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, around_model, spotter_view
from edgekws.errors import ModelError
from edgekws.graph.outline import outline
from edgekws.resources import templates_folder

# Steps of a score, of 256, by which an interpreter that works may differ from the golden scores;
# docs/android.md says what was measured.
TOLERANCE = 64

_ARENA_BYTES = 16  # two pointers
_RESOURCES = "kws/src/main/resources"
_CLASSES = ("InterpretedSpotter", "InterpreterCheck", "LiteRtNetwork", "ModuleFiles", "Network")
_COPIED = {
    f"{CPP}/kws_jni_link.c": "kws_jni_link.c",
    f"{CPP}/kws_jni_link.h": "kws_jni_link.h",
    "check/fake/org/tensorflow/lite/Interpreter.java": "fake/Interpreter.java",
}


@dataclass(frozen=True)
class LitertModelView:
    """What the templates may know about the model. Every value is final."""

    prefix: str
    macro: str
    labels: tuple[str, ...]
    input_shape: str
    input_bytes: int
    macs: str
    inference_arena_bytes: int = _ARENA_BYTES
    hop: None = None  # whole windows only
    state_bytes: int = 0
    keeps_arena: bool = True  # it says which interpreter is asked
    const_section: bool = False


@dataclass(frozen=True)
class LitertView:
    """What the templates may know about the file and its golden scores. Every value is final."""

    network: str  # /org/edgekws/spotter/kws.tflite, as Java finds it
    network_sha256: str
    golden: str  # features of all frames, then scores of all inferences, int8
    golden_sha256: str
    feature_bytes: int  # of golden
    step_bytes: int  # from one window in golden to the next
    tolerance: int = TOLERANCE
    libraries: tuple[str, ...] = ("tensorflow-lite", "tensorflow-lite-api")


def generate_litert(
    keywords: Keywords, *, command: str, verified: str, namespace: str = NAMESPACE
) -> Files:
    """Return the project's files by relative path; the same inputs give the same bytes.

    Arguments and errors are those of `edgekws.codegen.android.generate_android`, and `ModelError`
    for a network whose scores are not those that TensorFlow Lite gives.
    """
    refuse_without_sound(keywords, namespace)
    banner = Banner(command, keywords.graph.sha256, "android", verified)
    model, golden = litert_model_view(keywords), golden_view(keywords)
    classes = f"kws/src/main/kotlin/{namespace.replace('.', '/')}"
    resources = f"/{namespace.replace('.', '/')}/{keywords.prefix}"
    vectors = golden_bytes(keywords, golden)
    view = LitertView(
        network=f"{resources}.tflite",
        network_sha256=hashlib.sha256(keywords.model).hexdigest(),
        golden=f"{resources}_golden.bin",
        golden_sha256=hashlib.sha256(vectors).hexdigest(),
        feature_bytes=len(vectors) - golden.scores.size,
        step_bytes=keywords.hops_per_inference * model.input_bytes // keywords.frames,
    )
    files = {**_engine(keywords, model, banner), **_check_files(keywords, model, golden, banner)}
    files[f"{_RESOURCES}{view.network}"] = keywords.model
    files[f"{_RESOURCES}{view.golden}"] = vectors
    rendered = {f"{classes}/{name}.kt": f"litert/{name}.kt" for name in _CLASSES}
    rendered["check/FakeNetwork.kt"] = "litert/check/FakeNetwork.kt"
    module = Module(model, golden, files, rendered, {"litert": view})
    return assemble(keywords, module, namespace, banner)


def litert_model_view(keywords: Keywords) -> LitertModelView:
    """Finished names and numbers.

    Raises
    ------
    ModelError
        There is not one label for each score, or the file does not take features and give scores
        of int8 by itself.
    UsageError
        The prefix is no C name.
    """
    check_prefix(keywords.prefix)
    graph = keywords.graph
    tensor = graph.input_tensor
    if graph.output_tensor.size != len(keywords.labels):
        raise ModelError(
            f"the model has {graph.output_tensor.size} scores but {len(keywords.labels)} labels "
            f"are given: {', '.join(keywords.labels)}"
        )
    if {tensor.dtype, graph.output_tensor.dtype} != {"int8"}:
        raise ModelError("the model takes or gives other numbers than int8; use --runtime native")
    if graph.stateful:
        raise ModelError("the model remembers from frame to frame; use --runtime native")
    if graph.output >= len(outline(keywords.model).tensors):
        raise ModelError("the model's file ends in logits, not in scores; use --runtime native")
    sides = ", ".join(str(side) for side in tensor.shape)
    return LitertModelView(
        prefix=keywords.prefix,
        macro=keywords.prefix.upper(),
        labels=keywords.labels,
        input_shape=f"{tensor.dtype} [{sides}]",
        input_bytes=tensor.bytes,
        macs=f"{graph.macs:,}",
    )


def golden_bytes(keywords: Keywords, golden: GoldenView) -> bytes:
    """Return the features of the recording's frames, then the scores of its windows, int8."""
    assert keywords.frontend is not None
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    return bytes(frames.tobytes() + golden.scores.tobytes())


def _engine(keywords: Keywords, model: LitertModelView, banner: Banner) -> Files:
    files = around_model(keywords, model, banner, ["kws_status.h"])
    for kind in ("h", "c"):
        text = render(f"litert/model.{kind}.j2", banner, {"model": model})
        files[f"model/{model.prefix}_model.{kind}"] = text
    return {f"{CPP}/{path}": text for path, text in files.items()}


def _check_files(
    keywords: Keywords, model: LitertModelView, golden: GoldenView, banner: Banner
) -> Files:
    """Golden vectors, the self-test, and what is copied as it is."""
    tests = selftest_files(golden, model, spotter_view(keywords, model), banner)
    views = {"golden": golden, "model": model}
    tests[f"selftest/{model.prefix}_selftest.c"] = render("litert/selftest.c.j2", banner, views)
    folder = templates_folder() / "litert"
    copied = {path: (folder / name).read_text(encoding="utf-8") for path, name in _COPIED.items()}
    return {**{f"check/{path}": text for path, text in tests.items()}, **copied}
