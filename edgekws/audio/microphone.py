"""The sound of this machine's microphone, by sounddevice."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from edgekws.audio.live import Samples
from edgekws.errors import AudioError, ToolMissing

BLOCK_MS = 40
WAITING_BLOCKS = 250  # ten seconds that a busy machine may be behind
SILENT_S = 5.0  # without a block, and the microphone has gone


def microphone(
    rate_hz: int, device: str | None = None, on_loss: Callable[[], None] | None = None
) -> Iterator[Samples]:
    """Yield int16 [samples] of the microphone, without end.

    Parameters
    ----------
    device
        Number of an input device or a part of its name; None is the system's own choice.
    on_loss
        Called when sound was lost because this machine was too busy, before what follows it.

    Raises
    ------
    ToolMissing
        sounddevice or its PortAudio library is not installed.
    AudioError
        There is no such microphone, it cannot record at this rate, or it went away.
    """
    sounddevice = _sounddevice()
    waiting: queue.Queue[tuple[bytes, bool]] = queue.Queue()

    def take(data: Any, frames: int, time: object, status: Any) -> None:
        late = waiting.qsize() >= WAITING_BLOCKS
        waiting.put((b"" if late else bytes(data), late or bool(status.input_overflow)))

    wanted = int(device) if device is not None and device.isdecimal() else device
    try:
        with sounddevice.RawInputStream(
            samplerate=rate_hz, blocksize=rate_hz * BLOCK_MS // 1000, device=wanted,
            channels=1, dtype="int16", callback=take,
        ) as stream:  # fmt: skip
            yield from _blocks(stream, waiting, on_loss)
    except (sounddevice.PortAudioError, ValueError) as exc:  # ValueError: no device of that name
        raise AudioError(
            f"microphone at {rate_hz} Hz: {exc}; plug it in, choose another --device, or record "
            "at its own rate with --rate and --resample"
        ) from exc


def _blocks(
    stream: Any,
    waiting: queue.Queue[tuple[bytes, bool]],
    on_loss: Callable[[], None] | None,
) -> Iterator[Samples]:
    while True:
        try:
            data, lost = waiting.get(timeout=SILENT_S)
        except queue.Empty as exc:
            state = "is there, but silent" if stream.active else "has stopped"
            raise AudioError(
                f"microphone: it went away: no sound for {SILENT_S:g} s, and its stream {state}; "
                "plug it in again and restart"
            ) from exc
        if lost and on_loss:
            on_loss()
        if data:
            yield np.frombuffer(data, np.int16).copy()


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as exc:
        raise ToolMissing(
            "the microphone needs sounddevice; run `pip install edgekws[microphone]`"
        ) from exc
    except OSError as exc:  # its shared library
        raise ToolMissing(
            f"sounddevice: {exc}; install PortAudio, on Debian with `apt install libportaudio2`"
        ) from exc
    return sounddevice
