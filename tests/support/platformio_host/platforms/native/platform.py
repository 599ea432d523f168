"""A platform that brings nothing: programs are for this machine."""

from platformio.public import PlatformBase


class NativePlatform(PlatformBase):
    """What PlatformIO looks for by this name."""
