"""Small archives of clips, good and hostile."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping

from support.sound_folder import RATE_HZ, tone

from edgekws.audio.write import wav_bytes


def clip(number: int) -> bytes:
    """A WAV of a tenth of a second."""
    return wav_bytes(tone(number, RATE_HZ // 10), RATE_HZ)


def clips(words: Mapping[str, int], top: str = "") -> dict[str, bytes]:
    """Files of a small set by name."""
    return {
        f"{top}{word}/{number:08x}_nohash_0.wav": clip(number)
        for word, count in words.items()
        for number in range(count)
    }


def tar_gz(files: Mapping[str, bytes], *special: tarfile.TarInfo) -> bytes:
    """A ``.tar.gz`` of files, then of special entries without content."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in special:
            tar.addfile(info)
    return stream.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """An entry that is no plain file, such as a link to ``target``."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped(files: Mapping[str, bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """A ``.zip`` of files; ``modes`` are Unix modes, for links."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (modes or {}).get(name, 0o100644) << 16
            packed.writestr(info, content)
    return stream.getvalue()
