"""Where a sweep keeps its trials: SQLite here, or the user's database for several machines."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekws.errors import ConfigError, EdgekwsError, ToolMissing, UsageError

if TYPE_CHECKING:
    from optuna import Study

FOLDER = Path("sweeps")
DIRECTIONS = ("maximize", "minimize", "minimize", "minimize")  # accuracy, flash, RAM, instructions
FIRST_AT_RANDOM = 10  # trials before the sampler draws conclusions


def open_study(name: str, storage: str | None, seed: int, identity: dict[str, Any]) -> Study:
    """Open the sweep called ``name``, or begin it.

    Raises
    ------
    ToolMissing
        Optuna is not installed.
    ConfigError
        There is one of this name about something else.
    """
    try:
        import optuna
    except ImportError as exc:
        raise ToolMissing('a sweep needs Optuna: pip install "edgekws[sweep]"') from exc
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    url = storage or _own(name)
    kept = optuna.storages.RDBStorage(url, engine_kwargs=_patience(url))
    with warnings.catch_warnings():  # its budget is called experimental; our version is pinned
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=FIRST_AT_RANDOM, constraints_func=_excess
        )
    study = optuna.create_study(
        study_name=name, storage=kept, sampler=sampler, directions=DIRECTIONS, load_if_exists=True
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
        Python cannot talk to such a database.
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
    except ImportError as exc:
        raise ToolMissing(
            f"{shown(storage or str(FOLDER))}: {exc.__cause__ or exc}; install this database's "
            "driver with pip, in the environment of edgekws"
        ) from exc
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


def _patience(url: str) -> dict[str, Any]:
    """Several processes on one SQLite file wait for each other."""
    return {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}


def _excess(trial: Any) -> tuple[float]:
    """For the sampler: above 0 is beyond the budget."""
    return (trial.user_attrs.get("excess", 0.0),)
