"""The driver of a board's microphone, for boards that have one."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ConfigError
from edgekws.resources import templates_folder

FOLDER = "audio/"  # of a project; nothing in it is compiled unless asked for

_WAITING_AT_LEAST = 2  # blocks that may wait beside those of one inference


@dataclass(frozen=True)
class MicrophoneView:
    """What a driver's template may know. Every value is final."""

    driver: str
    sample_rate_hz: int
    block_samples: int
    blocks: int
    waiting: int  # of them while the PDM fills one and knows the next
    clock_pin: int
    data_pin: int
    supply_pin: int


def driver_path(keywords: Keywords, board: Board) -> str:
    """Return the driver's place in the project; empty where the board has none."""
    if board.microphone is None or keywords.frontend is None:
        return ""
    return f"{FOLDER}{board.microphone.driver}.c"


def driver_files(keywords: Keywords, board_id: str, board: Board, banner: Banner) -> dict[str, str]:
    """Return the driver of the board's microphone, or nothing where it has none.

    Raises
    ------
    ConfigError
        There is no driver of this name; lists the known ones.
    """
    path, microphone = driver_path(keywords, board), board.microphone
    if not path or microphone is None or keywords.frontend is None:
        return {}
    if microphone.driver not in driver_names():
        raise ConfigError(
            f"{board_id}: microphone: driver {microphone.driver!r} is not known; known: "
            f"{', '.join(driver_names())}"
        )
    spec = keywords.frontend.spec
    waiting = keywords.hops_per_inference + _WAITING_AT_LEAST
    view = MicrophoneView(
        driver=microphone.driver,
        sample_rate_hz=spec.sample_rate_hz,
        block_samples=spec.hop_samples,
        blocks=waiting + 2,
        waiting=waiting,
        clock_pin=microphone.clock_pin,
        data_pin=microphone.data_pin,
        supply_pin=microphone.supply_pin,
    )
    template = f"drivers/{microphone.driver}.c.j2"
    return {path: render(template, banner, {"microphone": view})}


def driver_names() -> tuple[str, ...]:
    """Sorted names of the drivers there are."""
    found = (templates_folder() / "drivers").glob("*.c.j2")
    return tuple(sorted(path.name.removesuffix(".c.j2") for path in found))
