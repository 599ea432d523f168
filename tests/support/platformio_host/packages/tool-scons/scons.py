"""Stands in for PlatformIO's package of SCons: the same version from PyPI."""

from SCons.Script import main

main()
