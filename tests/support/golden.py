"""Golden files: what was generated is compared with what someone read and kept.

``make golden`` sets EDGEKWS_UPDATE_GOLDEN=1, which writes them anew; read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "golden"


def expect(case: str, files: Mapping[str, str]) -> None:
    """Compare ``files`` with those kept under ``tests/golden/CASE``: same names, same text."""
    folder = FOLDER / case
    kept = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
    if os.environ.get("EDGEKWS_UPDATE_GOLDEN") == "1":
        for name in set(kept) - set(files):
            kept[name].unlink()
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return
    assert sorted(kept) == sorted(files), f"tests/golden/{case}: other files; run `make golden`"
    for name, text in files.items():
        assert kept[name].read_text(encoding="utf-8") == text, (
            f"tests/golden/{case}/{name} differs; run `make golden` and read the difference"
        )
