"""Every C file of the layout compiles without a warning and without an include path."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.projects import build
from support.small_network import sound_keywords

from edgekws.boards import find_board
from edgekws.codegen.layout import find_layout
from edgekws.firmware.build import WARNINGS

made = find_layout("one-folder")(
    sound_keywords(), *find_board("mps2_an386"), command="edgekws export", verified="no"
)
folder = build(Path("made"), {name: str(text) for name, text in made.items()}) / "keywords"
units = sorted(path.name for path in folder.glob("*.c"))
assert "kws_keywords.c" in units
subprocess.run(["gcc", *WARNINGS, "-c", *units], cwd=folder, check=True)
