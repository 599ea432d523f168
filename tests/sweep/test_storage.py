"""Sweeps that begin at the same moment make the tables of one database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optuna
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from edgekws.sweep import storage
from edgekws.sweep.storage import open_study


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(storage, "PAUSES_S", (0.0, 0.0))
    return f"sqlite:///{tmp_path / 'shared.db'}"


def failing(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> list[Exception]:
    """Let the database fail so often before it works; what it has not raised yet."""
    left = list(failures)

    class Failing(optuna.storages.RDBStorage):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            if left:
                raise left.pop(0)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(optuna.storages, "RDBStorage", Failing)
    return left


def already_there() -> Exception:
    return IntegrityError("CREATE TABLE studies", None, Exception("already exists"))


def test_tables_that_another_makes_are_waited_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = failing(monkeypatch, already_there(), already_there())
    study = open_study("s", url, 1, {"board": "a"})
    assert left == []
    assert study.user_attrs == {"identity": {"board": "a"}}


def test_not_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left = failing(monkeypatch, *(already_there() for _ in range(9)))
    with pytest.raises(IntegrityError):
        open_study("s", url, 1, {})
    assert len(left) == 9 - 3


def test_a_database_that_is_not_there_is_said_at_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = OperationalError(None, None, Exception("connection refused"))
    left = failing(monkeypatch, refused, refused)
    with pytest.raises(OperationalError):
        open_study("s", url, 1, {})
    assert len(left) == 1
