"""Where a user finds later how good a float network is: text, JSON and pictures in ``float/``."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

from edgekws.errors import ToolMissing
from edgekws.files import write_json, write_text
from edgekws.train.confusion_picture import draw_confusion
from edgekws.train.judgement import Judgement, to_text


def write_report(folder: Path, *judgements: Judgement) -> None:
    """Write ``report.txt``, ``report.json`` and ``PARTITION_confusion.png`` into ``folder``.

    Without matplotlib there are no pictures.
    """
    write_text(folder / "report.txt", "\n".join(to_text(each) for each in judgements))
    document = {each.partition: dataclasses.asdict(each) for each in judgements}
    write_json(folder / "report.json", {"schema": 1} | document)
    with contextlib.suppress(ToolMissing):
        for each in judgements:
            draw_confusion(each, folder / f"{each.partition}_confusion.png")
