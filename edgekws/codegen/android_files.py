"""Which files an Android project has, and what each of them is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from edgekws.resources import templates_folder

CPP = "kws/src/main/cpp"
INCLUDE = (".", "model", "frontend", "runtime")  # below CPP

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

_COPIED = {
    f"{CPP}/kws_jni.c": "kws_jni.c",
    f"{CPP}/kws_jni_block.h": "kws_jni_block.h",
    "check/blocks/kws_blocks.c": "kws_blocks.c",
} | {
    f"check/fake/android/{package}/{name}.java": f"fake/{name}.java"
    for package, names in _FAKES.items()
    for name in names
}


@dataclass(frozen=True)
class Units:
    """The ``.c`` files of the module, relative to ``cpp/``; the self-test's, to the project."""

    library: tuple[str, ...]
    engine: tuple[str, ...]  # library without the bridge
    bridge: tuple[str, ...]
    selftest: tuple[str, ...]


def units(files: Iterable[str]) -> Units:
    """Sort the ``.c`` files of a project."""
    found = sorted(path for path in files if path.endswith(".c"))
    library = tuple(path.removeprefix(f"{CPP}/") for path in found if path.startswith(CPP))
    bridge = tuple(path for path in library if path.startswith("kws_jni"))
    return Units(
        library=library,
        engine=tuple(path for path in library if path not in bridge),
        bridge=bridge,
        selftest=tuple(path for path in found if path.startswith("check/selftest/")),
    )


def templates(folder: str) -> dict[str, str]:
    """Template of each rendered file, by path; ``folder`` is the namespace's: org/edgekws."""
    kotlin = f"kws/src/main/kotlin/{folder}"
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
        f"{app}/kotlin/{folder}/app/MainActivity.kt": "app/MainActivity.kt",
        f"{app}/res/drawable/icon.xml": "app/icon.xml",
        f"{app}/res/layout/main.xml": "app/main.xml",
        f"{app}/res/values/strings.xml": "app/strings.xml",
        **{f"check/{name}": f"check/{name}" for name in _CHECKS},
    }


def hand_written() -> dict[str, str]:
    """Files that are copied as they are, by path."""
    folder = templates_folder() / "android"
    return {path: (folder / name).read_text(encoding="utf-8") for path, name in _COPIED.items()}
