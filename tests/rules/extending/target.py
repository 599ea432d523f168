"""The target writes a verified project, of which the header compiles."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.small_run import QUICK, small_model

from edgekws.export import export_model

model = Path("small.tflite")
model.write_bytes(small_model())
result = export_model(model, target="header", thoroughness=QUICK)
assert result.folder == Path("export/small-header")
(result.folder / "check.c").write_text(
    f'#include "model.h"\nint main(void) {{ return sizeof model != {len(model.read_bytes())}; }}\n'
)
subprocess.run(["gcc", "check.c", "-o", "check"], cwd=result.folder, check=True)
subprocess.run(["./check"], cwd=result.folder, check=True)
