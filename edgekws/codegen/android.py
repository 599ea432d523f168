"""A Gradle project with an Android library module as {path: content}; the C is every target's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edgekws.audio.write import wav_bytes
from edgekws.codegen import runtime
from edgekws.codegen.android_files import CPP, INCLUDE, hand_written, templates, units
from edgekws.codegen.android_view import (
    NAMESPACE,
    ModuleModel,
    Versions,
    android_view,
    check_namespace,
)
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.selftest import GoldenView, golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, portable_files, spotter_view
from edgekws.errors import ConfigError
from edgekws.kernel import Body
from edgekws.resources import license_text

_CHECK_RUNTIME = ("kws_crc32.c", "kws_io.c", "kws_io_host.c", "kws_wav.c")
_HEAR = {"check/hear/hear.c": "android/check/hear.c"}  # a program with the network in it

Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Module:
    """What depends on who runs the network.

    ``files`` are finished, ``rendered`` are templates by path, which see ``views`` too.
    """

    model: ModuleModel
    golden: GoldenView
    files: Mapping[str, str | bytes]
    rendered: Mapping[str, str]
    views: Mapping[str, object]


def generate_android(
    keywords: Keywords, *, command: str, verified: str, namespace: str = NAMESPACE
) -> Files:
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
    refuse_without_sound(keywords, namespace)
    keywords = replace(keywords, body=Body.NEON)
    banner = Banner(command, keywords.graph.sha256, "android", verified)
    model, golden = keywords.model_view(), golden_view(keywords)
    files = _engine(keywords, banner)
    tests = selftest_files(golden, model, spotter_view(keywords, model), banner)
    files.update({f"check/{path}": text for path, text in tests.items()})
    module = Module(model, golden, files, _HEAR, {"litert": None})
    return assemble(keywords, module, namespace, banner)


def refuse_without_sound(keywords: Keywords, namespace: str) -> None:
    """Raise `UsageError` or `ConfigError` for what no module can be made of."""
    check_namespace(namespace)
    if keywords.frontend is None:
        raise ConfigError(
            "android: this model comes without the frontend that makes its features, and the "
            "module takes sound; train with edgekws, or export to cortex-m"
        )


def assemble(keywords: Keywords, module: Module, namespace: str, banner: Banner) -> Files:
    """Return the files of ``module`` and those that every module has."""
    model, golden = module.model, module.golden
    spotter = spotter_view(keywords, model)
    assert keywords.frontend is not None and spotter is not None
    frontend = frontend_view(keywords.frontend, keywords.frames, keywords.prefix)
    android = android_view(namespace, keywords, model, spotter, frontend)
    files: Files = {**hand_written(), **module.files}
    names = runtime.needed(_CHECK_RUNTIME)
    files.update({f"check/selftest/{name}": runtime.read(name) for name in names})
    files["check/golden.wav"] = wav_bytes(golden.pcm, frontend.sample_rate_hz)
    views = {
        "android": android,
        "model": model,
        "frontend": frontend,
        "golden": golden,
        "versions": Versions(),
        "include": INCLUDE,
        "units": units(files),
        **module.views,
    }
    for path, template in templates(android.folder).items():
        files[path] = render(f"android/{template}.j2", banner, views)
    for path, template in module.rendered.items():
        files[path] = render(f"{template}.j2", banner, views)
    files["LICENSE"] = license_text()
    return dict(sorted(files.items()))


def _engine(keywords: Keywords, banner: Banner) -> Files:
    """Model, frontend and runtime; not the ``.tflite`` as an array, which nothing would read."""
    files = portable_files(keywords, banner)
    return {f"{CPP}/{path}": text for path, text in files.items() if "_model_data." not in path}
