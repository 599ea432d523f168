"""A program is linked for the board, with its own memory."""

from __future__ import annotations

from support.small_network import sound_keywords

from edgekws.boards import find_board
from edgekws.export.target import MEASURED, find_target

place = find_board("itsybitsy_nrf52840")
target, keywords = find_target("cortex-m"), sound_keywords()
files = target.generate(keywords, place, command="edgekws export", verified="no")
assert "ORIGIN = 0x00026000" in str(files["linker.ld"])
assert target.measure(files, keywords, place).flash.origin == MEASURED
