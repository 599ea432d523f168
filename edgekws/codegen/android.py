"""A Gradle project with an Android library module as {path: content}; the C is every target's."""

from __future__ import annotations

from dataclasses import replace

from edgekws.audio.write import wav_bytes
from edgekws.codegen import runtime
from edgekws.codegen.android_files import CPP, INCLUDE, hand_written, templates, units
from edgekws.codegen.android_view import NAMESPACE, Versions, android_view, check_namespace
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.frontend import frontend_view
from edgekws.codegen.model import ModelView
from edgekws.codegen.selftest import GoldenView, golden_view, selftest_files
from edgekws.codegen.spotter import Keywords, SpotterView, portable_files, spotter_view
from edgekws.errors import ConfigError
from edgekws.kernel import Body
from edgekws.resources import license_text

_CHECK_RUNTIME = ("kws_crc32.c", "kws_io.c", "kws_io_host.c", "kws_wav.c")


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
    check_namespace(namespace)
    if keywords.frontend is None:
        raise ConfigError(
            "android: this model comes without the frontend that makes its features, and the "
            "module takes sound; train with edgekws, or export to cortex-m"
        )
    keywords = replace(keywords, body=Body.NEON)
    banner = Banner(command, keywords.graph.sha256, "android", verified)
    model = keywords.model_view()
    spotter = spotter_view(keywords, model)
    assert keywords.frontend is not None and spotter is not None
    frontend = frontend_view(keywords.frontend, keywords.frames, keywords.prefix)
    golden = golden_view(keywords)
    android = android_view(namespace, keywords, model, spotter, frontend)
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
    files.update(hand_written())
    views["units"] = units(files)
    for path, template in templates(android.folder).items():
        files[path] = render(f"android/{template}.j2", banner, views)
    files["LICENSE"] = license_text()
    return dict(sorted(files.items()))


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
