"""Keyword spotting from WAV files to firmware."""

__version__ = "0.1.0"
