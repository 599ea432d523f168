"""What the templates of an Android project may know about it, and the versions it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from edgekws import __version__
from edgekws.codegen.frontend import FrontendView
from edgekws.codegen.spotter import Keywords, Model, SpotterView
from edgekws.errors import UsageError

NAMESPACE = "org.edgekws.spotter"

_IDENTITY_DIGITS = 16
_KEPT_WORDS = 16  # for a collector that does not keep up
_SPOTTER_STRUCT_BYTES = 512  # kws_spotter and a detection, rounded up
_PACKAGE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
# Words of Java and Kotlin, which cannot be part of a package's name.
_RESERVED = (
    "abstract as assert boolean break byte case catch char class const continue default do double "
    "else enum extends false final finally float for fun goto if implements import in instanceof "
    "int interface is long native new null object package private protected public return short "
    "static strictfp super switch synchronized this throw throws transient true try typealias "
    "typeof val var void volatile when while"
)


@dataclass(frozen=True)
class Versions:
    """What the Gradle files ask for. They work together; raise them together."""

    android_gradle_plugin: str = "8.13.2"
    gradle: str = "8.13"  # the one that this plugin is made for
    kotlin: str = "2.3.21"
    compile_sdk: str = "36"
    min_sdk: str = "21"
    jvm: str = "11"
    coroutines: str = "1.10.2"
    tensorflow_lite: str = "2.16.1"  # the last one on Maven Central, only for --runtime litert
    android_all: str = "14-robolectric-10818077"  # only `make check` uses it
    abis: tuple[str, ...] = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86")


@dataclass(frozen=True)
class AndroidView:
    """What the templates may know about the module. Every value is final."""

    namespace: str  # org.edgekws.spotter
    app: str  # the app's own package: org.edgekws.spotter.app
    folder: str  # org/edgekws/spotter
    prefix: str
    macro: str
    library: str  # kws_jni, of libkws_jni.so
    identity: str  # in the library and in the Kotlin classes, which look whether they fit
    kept_words: int
    state_kib: int  # memory of one spotter, rounded up
    macs: str  # of one inference: 106,880
    inference_ms: int  # from one inference to the next


class ModuleModel(Model, Protocol):
    """What a module tells of its model beside what a spotter needs."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the scores, in order."""

    @property
    def input_bytes(self) -> int:
        """Features of one inference."""

    @property
    def state_bytes(self) -> int:
        """Bytes that a streaming model keeps from hop to hop."""


def check_namespace(namespace: str) -> None:
    """Raise `UsageError` unless Kotlin classes can be in the package ``namespace``."""
    words = namespace.split(".")
    if not _PACKAGE.fullmatch(namespace) or set(words) & set(_RESERVED.split()):
        raise UsageError(
            f"namespace {namespace!r}: use a package name such as {NAMESPACE}: words of small "
            "letters, digits and '_' with dots between, none of them a word of Java or Kotlin"
        )


def android_view(
    namespace: str,
    keywords: Keywords,
    model: ModuleModel,
    spotter: SpotterView,
    frontend: FrontendView,
) -> AndroidView:
    """Finished numbers and names of the module."""
    hops_ms = 1000 * frontend.hop_samples * spotter.hops_per_inference
    state = spotter_bytes(model, spotter, frontend)
    return AndroidView(
        namespace=namespace,
        app=f"{namespace}.app",
        folder=namespace.replace(".", "/"),
        prefix=model.prefix,
        macro=model.macro,
        library=f"{model.prefix}_jni",
        identity=f"edgekws {__version__}, model {keywords.graph.sha256[:_IDENTITY_DIGITS]}",
        kept_words=_KEPT_WORDS,
        state_kib=-(-state // 1024),
        macs=f"{((keywords.hop if model.hop else None) or keywords.graph).macs:,}",
        inference_ms=hops_ms // frontend.sample_rate_hz,
    )


def spotter_bytes(model: ModuleModel, spotter: SpotterView, frontend: FrontendView) -> int:
    """Bytes of one spotter: its block of `kws_jni_block.h`, rounded up."""
    kept = 4 * spotter.detector_words + spotter.frontend_state_bytes
    samples = 2 * (frontend.window_samples + frontend.hop_samples)
    network = (model.state_bytes or model.input_bytes) + len(model.labels)
    return spotter.scratch_bytes + kept + samples + network + _SPOTTER_STRUCT_BYTES
