"""Where a sweep keeps its trials: SQLite here, or the user's database for several machines."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws.errors import ConfigError, EdgekwsError, ToolMissing, UsageError

if TYPE_CHECKING:
    from optuna import Study

FOLDER = Path("sweeps")
DIRECTIONS = ("maximize", "minimize", "minimize", "minimize")  # accuracy, flash, RAM, instructions
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0)  # at most, between looks at tables that are being made


def open_study(name: str, storage: str | None, seed: int, identity: dict[str, Any]) -> Study:
    """Open the sweep called ``name``, or begin it.

    Raises
    ------
    ToolMissing
        Optuna is not installed, or Python cannot talk to such a database.
    ConfigError
        There is one of this name about something else.
    """
    try:
        import optuna

        from edgekws.sweep.sampler import NumberedSampler
    except ImportError as exc:
        raise ToolMissing('a sweep needs Optuna: pip install "edgekws[sweep]"') from exc
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    url = storage or _own(name)
    study = optuna.create_study(
        study_name=name,
        storage=_opened(url),
        sampler=NumberedSampler(seed),
        directions=DIRECTIONS,
        load_if_exists=True,
    )
    known = study.user_attrs.get("identity")
    if known is None:
        study.set_user_attr("identity", identity)
    elif known != identity:
        changed = ", ".join(key for key in identity if known.get(key) != identity[key])
        raise ConfigError(
            f"{shown(url)}: sweep {name} was begun with another {changed}; choose another name"
        )
    return study


@contextlib.contextmanager
def guarded(storage: str | None) -> Iterator[None]:
    """Turn what a database raises into one line.

    Raises
    ------
    UsageError
        The URL is none.
    ToolMissing
        Optuna is not installed.
    EdgekwsError
        The database cannot be reached, or went away.
    """
    try:
        from optuna.exceptions import StorageInternalError
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError
    except ImportError as exc:
        raise ToolMissing('a sweep needs Optuna: pip install "edgekws[sweep]"') from exc
    try:
        yield
    except ArgumentError as exc:
        raise UsageError(f"--storage: not a database's URL: {exc}") from exc
    except (SQLAlchemyError, StorageInternalError) as exc:
        reason = str(exc.__cause__ or exc).splitlines()[0]
        raise EdgekwsError(
            f"{shown(storage or str(FOLDER))}: the sweep's storage cannot be used: {reason}; what "
            "was trained is under runs/, and the same command goes on once it is back"
        ) from exc


def shown(url: str) -> str:
    """The URL without its password."""
    if "://" not in url:
        return url
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the storage"


def _own(name: str) -> str:
    FOLDER.mkdir(exist_ok=True)
    return f"sqlite:///{FOLDER / name}.db"


def _opened(url: str) -> Any:
    """The storage, with its tables.

    Sweeps that begin at the same moment all make the tables: the database lets one do so, and the
    others find them when they look again.
    """
    from optuna.storages import RDBStorage
    from sqlalchemy.exc import DBAPIError

    pauses_s = iter(PAUSES_S)
    while True:
        try:
            return RDBStorage(url, engine_kwargs=_patience(url))
        except ImportError as exc:
            raise ToolMissing(
                f"{shown(url)}: {exc.__cause__ or exc}; install this database's driver with pip, "
                "in the environment of edgekws"
            ) from exc
        except DBAPIError as exc:
            pause_s = next(pauses_s, None)
            if exc.statement is None or pause_s is None:  # no connection, or looked often enough
                raise
        time.sleep(random.uniform(0, pause_s))


def _patience(url: str) -> dict[str, Any]:
    """Several processes on one SQLite file wait for each other."""
    return {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}
