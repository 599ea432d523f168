"""What is said when in a long recording: the label file beside a stream."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from edgekws.errors import AudioError

COLUMNS = ("word", "start", "end", "start_s", "end_s", "snr_db", "clip")
NEEDED = ("word", "start_s", "end_s")


@dataclass(frozen=True)
class Spoken:
    """One word in a stream."""

    word: str  # as its folder is called, also when the network knows it as ``_unknown_``
    start: int  # samples, where it begins to be heard
    end: int  # samples, where it stops
    snr_db: float = math.nan  # above the background; NaN when nobody knows
    clip: str = ""  # where it is from


def labels_path(wav: Path) -> Path:
    """The label file of a stream: the same name with ``.csv``."""
    return wav.with_suffix(".csv")


def write_spoken(path: Path, spoken: Iterable[Spoken], sample_rate_hz: int) -> None:
    """Write a label file; ``path`` is a temporary one of `edgekws.files.replacing`."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(COLUMNS)
        for each in spoken:
            times = (f"{at / sample_rate_hz:.6f}" for at in (each.start, each.end))
            rows.writerow(
                (each.word, each.start, each.end, *times, f"{each.snr_db:.1f}", each.clip)
            )


def read_spoken(path: Path, sample_rate_hz: int) -> tuple[Spoken, ...]:
    """Words of a label file in order of time; columns ``word``, ``start_s`` and ``end_s`` count.

    Raises
    ------
    AudioError
        The file cannot be read, lacks a column, or a line says what cannot be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise AudioError(
                    f"{path}: no column {missing[0]!r}; its first line must name "
                    f"{', '.join(NEEDED)}"
                )
            found = [_spoken(row, f"{path}:{rows.line_num}", sample_rate_hz) for row in rows]
    except OSError as exc:
        raise AudioError(
            f"{path}: cannot read: {exc.strerror}; a stream needs this label file beside it"
        ) from exc
    except (UnicodeDecodeError, csv.Error) as exc:
        raise AudioError(f"{path}: not a CSV file in UTF-8: {exc}") from exc
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.word)))


def _spoken(row: dict[str, str], where: str, sample_rate_hz: int) -> Spoken:
    try:
        start_s, end_s = float(row["start_s"]), float(row["end_s"])
    except (TypeError, ValueError) as exc:
        raise AudioError(f"{where}: start_s and end_s must be numbers of seconds") from exc
    if not 0 <= start_s <= end_s < math.inf or not row["word"]:
        raise AudioError(f"{where}: need a word and 0 <= start_s <= end_s")
    start, end = round(start_s * sample_rate_hz), round(end_s * sample_rate_hz)
    return Spoken(row["word"], start, end, clip=row.get("clip") or "")
