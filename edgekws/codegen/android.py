"""A Gradle project with an Android library module as {path: content}; the C is every target's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from edgekws import __version__
from edgekws.audio.write import wav_bytes
from edgekws.codegen import runtime
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import FrontendView, frontend_view
from edgekws.codegen.model import ModelView
from edgekws.codegen.selftest import GoldenView, golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, SpotterView, portable_files, spotter_view
from edgekws.errors import ConfigError, UsageError
from edgekws.kernel import Body
from edgekws.resources import license_text, templates_folder

NAMESPACE = "org.edgekws.spotter"
CPP = "kws/src/main/cpp"
INCLUDE = (".", "model", "frontend", "runtime")  # below CPP

_CHECK_RUNTIME = ("kws_crc32.c", "kws_io.c", "kws_io_host.c", "kws_wav.c")
_IDENTITY_DIGITS = 16
_KEPT_WORDS = 16  # for a collector that does not keep up
_SPOTTER_STRUCT_BYTES = 512  # kws_spotter and a detection, rounded up
_PACKAGE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_CLASSES = (
    "Backlog",
    "Detection",
    "DetectionListener",
    "KeywordSpotter",
    "KeywordSpotterException",
    "Microphone",
    "MicrophoneException",
    "MicrophoneListener",
    "MicrophoneState",
    "NativeSpotter",
)
_CHECKS = ("Check.kt", "MicrophoneCheck.kt", "Support.kt", "pom.xml", "words.txt")
# Stand-ins for classes of Android that ask a running system, by package.
_FAKES = {
    "media": ("AudioRecord", "AudioRecordingConfiguration"),
    "os": ("Build", "Process", "SystemClock"),
}
# Words of Java and Kotlin, which cannot be part of a package's name.
_RESERVED = (
    "abstract as assert boolean break byte case catch char class const continue default do double "
    "else enum extends false final finally float for fun goto if implements import in instanceof "
    "int interface is long native new null object package private protected public return short "
    "static strictfp super switch synchronized this throw throws transient true try typealias "
    "typeof val var void volatile when while"
)

_COPIED = {
    f"{CPP}/kws_jni.c": "kws_jni.c",
    "check/blocks/kws_blocks.c": "kws_blocks.c",
} | {
    f"check/fake/android/{package}/{name}.java": f"fake/{name}.java"
    for package, names in _FAKES.items()
    for name in names
}


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


@dataclass(frozen=True)
class Units:
    """The ``.c`` files of the module, relative to ``cpp/``; the self-test's, to the project."""

    library: tuple[str, ...]
    engine: tuple[str, ...]  # library without the bridge
    selftest: tuple[str, ...]


def generate_android(
    keywords: Keywords, *, command: str, verified: str, namespace: str = NAMESPACE
) -> dict[str, str | bytes]:
    """Return the project's files by relative path; the same inputs give the same bytes.

    Parameters
    ----------
    command
        What a user typed to get this, for the banners.
    verified
        What was proved, for the banners; "no" when nothing was.
    namespace
        Package of the Kotlin classes.

    Raises
    ------
    UsageError
        The namespace is no package name.
    ConfigError
        There is no frontend, it does not make what the model was trained on, or the recording is
        too short.
    ModelError
        The labels do not fit the model.
    """
    _check(keywords, namespace)
    keywords = replace(keywords, body=Body.NEON)
    banner = Banner(command, keywords.graph.sha256, "android", verified)
    model = keywords.model_view()
    spotter = spotter_view(keywords, model)
    assert keywords.frontend is not None and spotter is not None
    frontend = frontend_view(keywords.frontend, keywords.frames, keywords.prefix)
    golden = golden_view(keywords)
    android = _android_view(namespace, keywords, model, spotter, frontend)
    views = {
        "android": android,
        "model": model,
        "frontend": frontend,
        "golden": golden,
        "versions": Versions(),
        "include": INCLUDE,
    }
    files: dict[str, str | bytes] = {}
    files.update(_engine(keywords, banner))
    files.update(_check_files(golden, model, spotter, banner))
    files["check/golden.wav"] = wav_bytes(golden.pcm, frontend.sample_rate_hz)
    files.update({path: _hand_written(name) for path, name in _COPIED.items()})
    views["units"] = units(files)
    for path, template in _templates(android).items():
        files[path] = render(f"android/{template}.j2", banner, views)
    files["LICENSE"] = license_text()
    return dict(sorted(files.items()))


def units(files: Iterable[str]) -> Units:
    """Sort the ``.c`` files of a project."""
    found = sorted(path for path in files if path.endswith(".c"))
    library = tuple(path.removeprefix(f"{CPP}/") for path in found if path.startswith(CPP))
    return Units(
        library=library,
        engine=tuple(path for path in library if path != "kws_jni.c"),
        selftest=tuple(path for path in found if path.startswith("check/selftest/")),
    )


def _check(keywords: Keywords, namespace: str) -> None:
    words = namespace.split(".")
    if not _PACKAGE.fullmatch(namespace) or set(words) & set(_RESERVED.split()):
        raise UsageError(
            f"namespace {namespace!r}: use a package name such as {NAMESPACE}: words of small "
            "letters, digits and '_' with dots between, none of them a word of Java or Kotlin"
        )
    if keywords.frontend is None:
        raise ConfigError(
            "android: this model comes without the frontend that makes its features, and the "
            "module takes sound; train with edgekws, or export to cortex-m"
        )


def _android_view(
    namespace: str,
    keywords: Keywords,
    model: ModelView,
    spotter: SpotterView,
    frontend: FrontendView,
) -> AndroidView:
    hops_ms = 1000 * frontend.hop_samples * spotter.hops_per_inference
    state = spotter.scratch_bytes + 4 * spotter.detector_words + _SPOTTER_STRUCT_BYTES
    state += 2 * (frontend.window_samples + frontend.hop_samples)
    state += (model.state_bytes or model.input_bytes) + len(model.labels)
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
        macs=f"{(keywords.hop or keywords.graph).macs:,}",
        inference_ms=hops_ms // frontend.sample_rate_hz,
    )


def _engine(keywords: Keywords, banner: Banner) -> dict[str, str]:
    """Model, frontend and runtime; not the ``.tflite`` as an array, which nothing would read."""
    files = portable_files(keywords, banner)
    return {f"{CPP}/{path}": text for path, text in files.items() if "_model_data." not in path}


def _check_files(
    golden: GoldenView, model: ModelView, spotter: SpotterView, banner: Banner
) -> dict[str, str]:
    files = selftest_files(golden, model, spotter, banner)
    names = runtime.needed(_CHECK_RUNTIME)
    files.update({f"selftest/{name}": runtime.read(name) for name in names})
    return {f"check/{path}": text for path, text in files.items()}


def _templates(android: AndroidView) -> dict[str, str]:
    kotlin = f"kws/src/main/kotlin/{android.folder}"
    app = "app/src/main"
    return {
        ".gitignore": "gitignore",
        "Makefile": "Makefile",
        "README.md": "README.md",
        "build.gradle.kts": "build.gradle.kts",
        "settings.gradle.kts": "settings.gradle.kts",
        "gradle.properties": "gradle.properties",
        "gradle/wrapper/gradle-wrapper.properties": "gradle-wrapper.properties",
        "kws/build.gradle.kts": "module.gradle.kts",
        "kws/consumer-rules.pro": "consumer-rules.pro",
        "kws/src/main/AndroidManifest.xml": "AndroidManifest.xml",
        f"{CPP}/CMakeLists.txt": "CMakeLists.txt",
        f"{CPP}/kws_jni_config.h": "kws_jni_config.h",
        **{f"{kotlin}/{name}.kt": f"{name}.kt" for name in _CLASSES},
        "app/build.gradle.kts": "app/build.gradle.kts",
        f"{app}/AndroidManifest.xml": "app/AndroidManifest.xml",
        f"{app}/kotlin/{android.folder}/app/MainActivity.kt": "app/MainActivity.kt",
        f"{app}/res/drawable/icon.xml": "app/icon.xml",
        f"{app}/res/layout/main.xml": "app/main.xml",
        f"{app}/res/values/strings.xml": "app/strings.xml",
        "check/hear/hear.c": "check/hear.c",
        **{f"check/{name}": f"check/{name}" for name in _CHECKS},
    }


def _hand_written(name: str) -> str:
    return (templates_folder() / "android" / name).read_text(encoding="utf-8")
