"""The command lists a run's labels, as text and as JSON, and shows up in the help."""

from __future__ import annotations

import json
from pathlib import Path

from support.command_line import ask
from support.small_run import small_run

run = small_run(Path())
labels = ["_silence_", "_unknown_", "yes", "no"]
assert ask("words", run.path).out.split() == labels
document = json.loads(ask("words", run.path, "--json").out)
assert document == {"schema": "edgekws.words/1", "labels": labels}
assert "List the labels of a run." in ask("--help").out
