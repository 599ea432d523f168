"""Speech by espeak-ng, in a process of its own.

What espeak-ng says depends on all it said before. A fresh process that speaks a list from first to
last, with the seed of its breath noise set, gives the same bytes every time. The library is the one
of the espeakng-loader package; it is called, never linked in.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import EdgekwsError, ToolMissing

RATE_HZ = 22_050

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: samples go to a callback, in this thread
_UTF8 = 1  # espeakCHARS_UTF8
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER


@dataclass(frozen=True)
class Utterance:
    """Something to say."""

    text: str
    voice: str  # like en-us+m3: language and variant
    words_per_minute: int = 160  # 80..450
    pitch: int = 50  # 0..99
    pitch_range: int = 50  # 0..99; how lively


def speak(utterances: Sequence[Utterance]) -> Iterator[NDArray[np.int16]]:
    """Yield the samples of each utterance, int16 [samples] at `RATE_HZ`.

    Raises
    ------
    ToolMissing
        The espeakng-loader package is not installed.
    EdgekwsError
        espeak-ng stopped early.
    """
    if find_spec("espeakng_loader") is None:
        raise ToolMissing("text to speech needs espeak-ng; run `pip install edgekws[synth]`")
    requests = json.dumps([asdict(u) for u in utterances]).encode()
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(requests)
        process.stdin.close()
        for utterance in utterances:
            size = int.from_bytes(process.stdout.read(4), "little")
            data = process.stdout.read(size)
            if not data or len(data) < size:
                process.kill()
                problem = process.stderr.read().decode(errors="replace").strip()
                raise EdgekwsError(
                    f"espeak-ng: no sound for {utterance.text!r} in voice {utterance.voice}: "
                    f"{problem.splitlines()[-1] if problem else 'it said nothing'}"
                )
            yield np.frombuffer(data, dtype="<i2").astype(np.int16)


class _Library:
    """The functions of speak_lib.h that are needed here."""

    def __init__(self) -> None:
        import espeakng_loader

        self._api = ctypes.CDLL(espeakng_loader.get_library_path())
        self._pieces: list[bytes] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = kind(self._collect)  # kept, or it would be freed while espeak-ng calls it
        data = espeakng_loader.get_data_path().encode()
        if self._api.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) != RATE_HZ:
            raise SystemExit("espeak-ng did not start at 22050 Hz")
        self._api.espeak_SetSynthCallback(self._callback)

    def say(self, utterance: Utterance) -> bytes:
        """Return samples, int16 little endian."""
        if self._api.espeak_SetVoiceByName(utterance.voice.encode()) != 0:
            raise SystemExit(f"unknown voice {utterance.voice}")
        for parameter, value in (
            (_RATE, utterance.words_per_minute),
            (_PITCH, utterance.pitch),
            (_RANGE, utterance.pitch_range),
        ):
            self._api.espeak_SetParameter(parameter, value, 0)
        self._api.espeak_ng_SetRandSeed(ctypes.c_long(1))  # else the clock is the seed
        self._pieces.clear()
        text = utterance.text.encode()
        size = ctypes.c_size_t(len(text) + 1)
        if self._api.espeak_Synth(text, size, 0, 1, 0, _UTF8, None, None) != 0:
            raise SystemExit(f"cannot say {utterance.text!r}")
        return b"".join(self._pieces)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if samples and count > 0:
            values = np.ctypeslib.as_array(samples, shape=(count,))
            self._pieces.append(values.astype("<i2").tobytes())
        return 0


def _serve() -> None:
    requests = [Utterance(**fields) for fields in json.load(sys.stdin)]
    library = _Library()
    for request in requests:
        data = library.say(request)
        sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
