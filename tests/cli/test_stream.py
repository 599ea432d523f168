"""``edgekws stream``: words of a file, of a pipe, of a microphone; and how each of them ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
import soundfile
from support import tools
from support.command_line import Answer, ask, ended, refused, schema
from support.sound_folder import write_sound

from edgekws.audio import microphone as room
from edgekws.audio.read import read_clip
from edgekws.run import Run
from edgekws.stream.label import open_engine
from edgekws.stream.spotter import spot

NEVER_TUNED = "small was never tuned: its thresholds are guesses; see `edgekws tune small`"

ENDLESS = """
import signal, sys
class Endless:
    left = 40
    def read1(self, size):
        self.left -= 1
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)
        return open("sound.raw", "rb").read()
class Stdin:
    buffer = Endless()
    def isatty(self): return False
sys.stdin = Stdin()
"""


@pytest.fixture
def sound(run: Run, clips: Path, here: Path) -> np.ndarray:
    """Some clips after each other in ``sound.wav`` and ``sound.raw``: int16 [samples]."""
    files = sorted((clips / "yes").iterdir())[:4] + sorted((clips / "bed").iterdir())[:4]
    pcm = np.concatenate([read_clip(path, 16_000) for path in files])[:-123]
    write_sound(here / "sound.wav", pcm)
    (here / "sound.raw").write_bytes(pcm.astype("<i2").tobytes())
    return pcm


def expected(run: Run, pcm: np.ndarray) -> list[dict[str, object]]:
    """What numpy hears when it runs the whole network on every window."""
    engine = open_engine(run)
    words = spot(
        engine.scores, engine.frontend, engine.recipe.detector, engine.recipe.labels, pcm,
        frames=engine.recipe.input_shape[0], hops_per_inference=engine.hops(None),
    )  # fmt: skip
    assert len(words) > 2
    return [
        {
            "schema": "edgekws.stream/1", "time_s": word.time // 16 / 1000, "samples": word.time,
            "label": word.name, "score": word.score,
        }
        for word in words
    ]  # fmt: skip


def documents(answer: Answer) -> list[dict[str, object]]:
    """The documents of an answer, one a line."""
    found = [json.loads(line) for line in answer.out.splitlines()]
    for each in found:
        jsonschema.Draft202012Validator(schema("stream")).validate(each)
    return found


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_a_file(run: Run, sound: np.ndarray, here: Path) -> None:
    answer = ask("stream", "small", "sound.wav", "--json")
    words = expected(run, sound)
    assert documents(answer) == words
    said = f"{len(words)} words in {len(sound) / 16_000:.1f} s of sound"
    assert (answer.code, answer.err.splitlines()) == (0, [NEVER_TUNED, said])
    text = ask("stream", "small", "sound.wav").out.splitlines()
    assert text == [f"{w['time_s']:7.3f} s  {w['label']}  (score {w['score']})" for w in words]
    soundfile.write(here / "sound.flac", sound, 16_000)
    assert ask("stream", "small", "sound.flac", "--json").out == answer.out


def test_a_pipe(run: Run, sound: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    words = expected(run, sound)
    piped(monkeypatch, Path("sound.raw").read_bytes())
    assert documents(ask("stream", "small", "-", "--json")) == words
    piped(monkeypatch, Path("sound.raw").read_bytes() + b"\0")  # half a sample
    assert documents(ask("stream", "small", "-", "--json")) == words
    piped(monkeypatch, Path("sound.wav").read_bytes())
    assert "a WAV file, raw 16-bit samples wanted" in refused(1, "stream", "small", "-")
    piped(monkeypatch, b"")
    assert "no sound came" in refused(1, "stream", "small", "-")


def test_each_word_comes_as_soon_as_it_is_heard(run: Run, sound: np.ndarray) -> None:
    """The pipe stays open, so nothing is said because of its end."""
    command = [sys.executable, "-m", "edgekws", "stream", "small", "-", "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(Path("sound.raw").read_bytes())
        process.stdin.flush()
        found = [json.loads(process.stdout.readline()) for _ in expected(run, sound)]
        assert found == expected(run, sound)
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait() == 0


def test_it_needs_no_tensorflow(run: Run, sound: np.ndarray) -> None:
    """On a Raspberry Pi there is none."""
    code = (
        "import sys; from edgekws.cli import main; code = main(sys.argv[1:]);"
        "loaded = {name.partition('.')[0] for name in sys.modules};"
        "heavy = {'tensorflow', 'tf_keras', 'tflite_micro', 'ai_edge_litert', 'matplotlib'};"
        "print(sorted(loaded & heavy)); sys.exit(code)"
    )
    command = [sys.executable, "-c", code, "stream", "small", "sound.wav", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert [json.loads(line) for line in lines[:-1]] == expected(run, sound)
    assert lines[-1] == "[]"


def test_ctrl_c_ends_listening_and_stops_a_file(run: Run, sound: np.ndarray) -> None:
    answer = ended(program_with(ENDLESS, "stream", "small", "-"))
    assert answer.code == 0
    assert answer.out.count("score") > 39
    assert answer.err.splitlines()[-1].endswith(f"{39 * len(sound) / 16_000:.1f} s of sound")
    stopping = (
        "import signal\nfrom edgekws.stream.listening import Listener\n"
        "Listener.feed = lambda *_: signal.raise_signal(signal.SIGINT)\n"
    )
    answer = ended(program_with(stopping, "stream", "small", "sound.wav"))
    assert (answer.code, answer.error) == (130, "stopped")


def program_with(before: str, *arguments: str) -> subprocess.Popen[str]:
    code = f"import sys\n{before}\nfrom edgekws.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_tuned_run_says_nothing_of_thresholds(run: Run, sound: np.ndarray) -> None:
    import dataclasses

    facts = {"detector": dataclasses.asdict(run.recipe.detector)}
    run.record("tune", inputs={}, outputs={}, facts=facts)
    assert len(ask("stream", "small", "sound.wav").err.splitlines()) == 1


def test_sound_that_is_too_short(run: Run, here: Path) -> None:
    write_sound(here / "short.wav", np.zeros(15_000, np.int16))
    answer = ask("stream", "small", "short.wav")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.endswith("0 words in 0.9 s of sound, too short for its window of 0.99 s\n")


def test_another_rate(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pcm = (8000 * np.sin(np.arange(96_000) / 30)).astype(np.int16)
    write_sound(here / "fast.wav", pcm, 48_000)
    assert "48000 Hz, 16000 Hz wanted" in refused(1, "stream", "small", "fast.wav")
    piped(monkeypatch, pcm.tobytes())
    assert "record at that rate" in refused(2, "stream", "small", "-", "--rate", "48000")
    tools.require_package("soxr")
    of_file = ask("stream", "small", "fast.wav", "--resample")
    of_pipe = ask("stream", "small", "-", "--rate", "48000", "--resample")
    assert of_file.code == of_pipe.code == 0
    assert (of_file.out, of_file.err) == (of_pipe.out, of_pipe.err)
    assert "2.0 s of sound" in of_file.err


@pytest.mark.parametrize(("arguments", "complaint"), [
    ((), "name one: a FILE, - for standard input, or --microphone"),
    (("a.wav", "--microphone"), "name one"),
    (("a.wav", "--rate", "8000"), "a file says its own rate"),
    (("-", "--device", "3"), "--device goes with --microphone"),
    (("sound.wav", "--hops-per-inference", "50"), "a hop of 50 frames: use 1 to 49"),
])  # fmt: skip
def test_wrong_usage(run: Run, arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in refused(2, "stream", "small", *arguments)


def test_files_that_cannot_be_used(run: Run, sound: np.ndarray, here: Path) -> None:
    assert "absent.wav: cannot read" in refused(1, "stream", "small", "absent.wav")
    soundfile.write(here / "cut.flac", sound, 16_000)
    data = (here / "cut.flac").read_bytes()
    (here / "cut.flac").write_bytes(data[: len(data) // 2])
    answer = ask("stream", "small", "cut.flac")
    assert answer.code == 1
    assert "cut.flac: " in answer.error
    assert "copy or record it again" in answer.error
    (here / "runs" / "small" / "manifest.json").unlink()
    assert "no quantize yet" in refused(1, "stream", "small", "sound.wav")


def test_a_microphone_that_goes_away(
    run: Run, sound: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was heard before counts; a gap makes it listen anew."""

    class Device:
        PortAudioError = OSError
        active = False

        def RawInputStream(self, *, callback: object, **_: object) -> Device:
            for first in range(0, len(sound), 640):
                data = sound[first : first + 640].tobytes()
                status = SimpleNamespace(input_overflow=first == 64_000)
                callback(data, len(data) // 2, None, status)  # type: ignore[operator]
            return self

        def __enter__(self) -> Device:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(room, "SILENT_S", 0.05)
    monkeypatch.setitem(sys.modules, "sounddevice", Device())
    answer = ask("stream", "small", "--microphone", "--json")
    assert answer.code == 1
    assert "it went away" in answer.error
    assert "sound was lost" in answer.err
    words = (
        expected(run, sound[:64_000])
        + [
            {**word, "samples": word["samples"] + 64_000, "time_s": word["time_s"] + 4.0}  # type: ignore[operator]
            for word in expected(run, sound[64_000:])
        ]
    )
    assert documents(answer) == words


@pytest.mark.slow
def test_silence_without_end_takes_no_memory(run: Run, here: Path) -> None:
    """Half an hour from a pipe takes as much as half a minute."""
    code = (
        "import resource, sys; from edgekws.cli import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for megabytes in (1, 55):
        command = f"head -c {megabytes}M /dev/zero | '{sys.executable}' -c '{code}' stream small -"
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout.splitlines()[-1]))
    assert "1802.2 s of sound" in done.stderr
    assert peaks[1] < peaks[0] + 20_000  # KiB
