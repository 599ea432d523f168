"""``android``: a Gradle project with a library module; its sizes depend on the app that uses it."""

from __future__ import annotations

from edgekws.codegen.android import generate_android
from edgekws.codegen.spotter import Keywords
from edgekws.export.target import UNKNOWN, Files, Place, Size, Sizes, Target


class Android(Target):
    """C behind a JNI bridge and a Kotlin class."""

    name = "android"

    def generate(
        self, keywords: Keywords, place: Place | None, *, command: str, verified: str
    ) -> Files:
        """Return the project of `edgekws.codegen.android`."""
        return generate_android(keywords, command=command, verified=verified)

    def measure(self, files: Files, keywords: Keywords, place: Place | None) -> Sizes:
        """Nothing: the NDK links it into an app, per ABI."""
        unknown = Size(None, UNKNOWN, "the NDK links it for each ABI")
        return Sizes(unknown, unknown)


TARGET = Android()
