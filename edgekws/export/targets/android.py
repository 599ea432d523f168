"""``android``: a Gradle project with a library module; its sizes depend on the app that uses it."""

from __future__ import annotations

from edgekws.codegen.android import generate_android
from edgekws.codegen.spotter import Keywords
from edgekws.errors import UsageError
from edgekws.export import aar
from edgekws.export.target import PROJECT, UNKNOWN, Files, Place, Size, Sizes, Target

AAR = "aar"


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

    def formatted(self, name: str) -> Target:
        """See `Target.formatted`: also ``aar``."""
        known: dict[str, Target] = {PROJECT: Android(), AAR: AndroidAar()}
        if name not in known:
            raise UsageError(f"format {name!r} is not known; known: {', '.join(known)}")
        return known[name]


class AndroidAar(Android):
    """The same, and beside it the ready library."""

    @property
    def format(self) -> str:
        """See `Target.format`."""
        return AAR

    def measure(self, files: Files, keywords: Keywords, place: Place | None) -> Sizes:
        """Look for the compilers, before minutes are spent on the proof."""
        aar.find_tools()
        return super().measure(files, keywords, place)

    def built(self, files: Files) -> Files:
        """Add the library of `edgekws.export.aar`."""
        return {**files, aar.file_name(files): aar.build_aar(files)}


TARGET = Android()
