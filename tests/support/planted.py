"""Plant one fault in the generated code, as a slip of the generator would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from edgekws.codegen import project

Files = dict[str, str]


def in_generated_code(
    monkeypatch: pytest.MonkeyPatch, path: str, table: str, first: Callable[[int], int]
) -> None:
    """Change the first number of ``table`` in the file ``path`` of every probe that is built."""
    honest = project.probe

    def lying(*arguments: object) -> Files:
        files = dict(honest(*arguments))  # type: ignore[arg-type]
        files[path] = changed(files[path], table, first)
        return files

    monkeypatch.setattr(project, "probe", lying)


def changed(text: str, table: str, first: Callable[[int], int]) -> str:
    """C text whose ``table`` begins with another number."""
    found = re.search(rf"\b{table}\[\d+\][^{{]*{{\s*(-?\d+)", text)
    assert found is not None, f"no table {table}"
    return text[: found.start(1)] + str(first(int(found.group(1)))) + text[found.end(1) :]
