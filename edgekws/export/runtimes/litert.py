"""``litert``: TensorFlow Lite's interpreter on Android, from LiteRT's or its own library."""

from __future__ import annotations

from edgekws.codegen.litert import generate_litert
from edgekws.codegen.spotter import Keywords
from edgekws.errors import UsageError
from edgekws.export.runtime import Runtime
from edgekws.export.target import PROJECT, UNKNOWN, Files, Place, Size, Target
from edgekws.export.targets.android import Android


class AndroidLitert(Android):
    """The project of `edgekws.codegen.litert`."""

    @property
    def runtime(self) -> str:
        """See `Target.runtime`."""
        return "litert"

    def generate(
        self, keywords: Keywords, place: Place | None, *, command: str, verified: str
    ) -> Files:
        """Return the project's files."""
        return generate_litert(keywords, command=command, verified=verified)

    def arena(self, keywords: Keywords, place: Place | None) -> Size:
        """Nothing: the interpreter allocates it."""
        return Size(None, UNKNOWN, "the interpreter allocates it on the device")


class Litert(Runtime):
    """For Android, as a project."""

    name = "litert"

    def of(self, target: Target) -> Target:
        """Return the target whose project TensorFlow Lite runs."""
        if target.name != Android.name:
            raise UsageError(
                f"--runtime litert is for --target {Android.name}, not {target.name}; leave "
                "--runtime away, or take --runtime tflm for TensorFlow Lite Micro"
            )
        if target.format != PROJECT:
            raise UsageError(
                f"--runtime litert has no format {target.format}: an .aar holds no dependencies, "
                "and Gradle fetches TensorFlow Lite; leave --format away"
            )
        return AndroidLitert()


RUNTIME = Litert()
