"""Every error a user can cause or mend, and the exit code each one ends the program with.

A message says where, what is wrong and what to do:
``boards/x.toml:memory: unknown key 'ram_byte'; known: flash_bytes, ram_bytes``.
"""

from __future__ import annotations


class EdgekwsError(Exception):
    """Base of all expected errors; the command line prints it as one line."""

    exit_code = 1


class ConfigError(EdgekwsError):
    """A recipe, board, run or template says something that cannot be."""


class AudioError(EdgekwsError):
    """A sound file or a folder of them cannot be used as it is."""


class ModelError(EdgekwsError):
    """A ``.tflite`` file is damaged, or is not an int8 network that edgekws can run."""


class BoardTooSmall(EdgekwsError):
    """A model needs more flash or RAM than its board has."""


class BoardTooSlow(EdgekwsError):
    """A program is predicted to take longer for a second of sound than a second."""


class BuildError(EdgekwsError):
    """A compiler or an emulator ended with an error."""


class UsageError(EdgekwsError):
    """A request that cannot be meant: an unknown name, options that exclude each other."""

    exit_code = 2


class CheckFailed(EdgekwsError):
    """A gate was missed: bits differ, or int8 loses too much accuracy."""

    exit_code = 3


class ToolMissing(EdgekwsError):
    """A program or a Python extra that this command needs is not installed."""

    exit_code = 4


class Stopped(EdgekwsError):
    """The user pressed Ctrl-C."""

    exit_code = 130
