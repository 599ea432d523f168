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
_IPA = 2  # espeakPHONEMES_IPA

_NEEDED = "text to speech needs espeak-ng; run `pip install edgekws[synth]`"


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
        raise ToolMissing(_NEEDED)
    requests = json.dumps([asdict(u) for u in utterances]).encode()
    command = [sys.executable, "-m", __name__, "say"]
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


def pronounced(texts: Sequence[str], voices: Sequence[str]) -> list[list[str]]:
    """How each text sounds in each voice, in letters of the International Phonetic Alphabet.

    Raises
    ------
    ToolMissing
        The espeakng-loader package is not installed.
    EdgekwsError
        espeak-ng stopped early.
    """
    if find_spec("espeakng_loader") is None:
        raise ToolMissing(_NEEDED)
    done = subprocess.run(
        [sys.executable, "-m", __name__, "pronounce"],
        input=json.dumps([list(texts), list(voices)]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        problem = done.stderr.strip() or "it said nothing"
        raise EdgekwsError(f"espeak-ng: no pronunciation: {problem.splitlines()[-1]}")
    sounds: list[list[str]] = json.loads(done.stdout)
    return sounds


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
        self._api.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def say(self, utterance: Utterance) -> bytes:
        """Return samples, int16 little endian."""
        self._choose(utterance.voice)
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

    def pronounce(self, text: str, voice: str) -> str:
        """Return the sounds of a text."""
        self._choose(voice)
        data = ctypes.create_string_buffer(text.encode())
        left = ctypes.c_void_p(ctypes.addressof(data))
        clauses = []
        while left.value:  # the library moves it on, and ends with NULL
            sounds = self._api.espeak_TextToPhonemes(ctypes.byref(left), _UTF8, _IPA)
            clauses.append(sounds.decode())
        return " ".join(clauses)

    def _choose(self, voice: str) -> None:
        if self._api.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SystemExit(f"unknown voice {voice}")

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if samples and count > 0:
            values = np.ctypeslib.as_array(samples, shape=(count,))
            self._pieces.append(values.astype("<i2").tobytes())
        return 0


def _pronounce() -> None:
    texts, voices = json.load(sys.stdin)
    library = _Library()
    sounds = {voice: [library.pronounce(text, voice) for text in texts] for voice in voices}
    json.dump([list(each) for each in zip(*sounds.values(), strict=True)], sys.stdout)


def _say() -> None:
    requests = [Utterance(**fields) for fields in json.load(sys.stdin)]
    library = _Library()
    for request in requests:
        data = library.say(request)
        sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    {"say": _say, "pronounce": _pronounce}[sys.argv[1]]()
