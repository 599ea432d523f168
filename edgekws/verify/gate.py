"""The gate between a network and its export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from edgekws.boards import Board, find_board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ModelError, UsageError
from edgekws.firmware.room import refuse_without_machine
from edgekws.graph import Graph, read_model
from edgekws.run import Run
from edgekws.verify.accuracy import check_accuracy
from edgekws.verify.check import MEASURED, SIMULATED, Check, guarded, required
from edgekws.verify.check_code import Extent, check_core, check_host
from edgekws.verify.check_features import check_features
from edgekws.verify.check_tflm import check_tflm
from edgekws.verify.layer_noise import said_losing
from edgekws.verify.measure import layers_of, measured, swept
from edgekws.verify.report import Report
from edgekws.verify.run_subject import RunSubject, open_keywords, open_run
from edgekws.verify.subject import Subject, foreign_subject
from edgekws.verify.verdict import keep

DEFAULT_BOARD = "mps2_an386"

Tell = Callable[[str], None]

_WITHOUT_CORE = "; `edgekws verify --board none` compares without an emulated core"


@dataclass(frozen=True)
class Thoroughness:
    """How many inputs each engine gets; extremes and random ones come on top."""

    tflm_layer_inputs: int = 8
    tflm_score_inputs: int = 1000
    host: Extent = field(default_factory=lambda: Extent(8, 200, 1000))
    core: Extent = field(default_factory=lambda: Extent(2, 4, 4))
    foreign_inputs: int = 200  # random ones, for a model made elsewhere


def verify(
    run: Run,
    *,
    board: str | None = DEFAULT_BOARD,
    tolerance_points: float = 1.0,
    hops_per_inference: int | None = None,
    require_tools: bool = False,
    with_sweep: bool = False,
    thoroughness: Thoroughness | None = None,
    tell: Tell | None = None,
) -> Report:
    """Prove the int8 network of ``run`` and write ``verify.json``.

    Parameters
    ----------
    board
        Id or TOML file; its code runs on the emulated core. None leaves that check out, for a
        target that is no board.
    tolerance_points
        Accuracy that int8 may lose against float, percentage points, 0..100.
    hops_per_inference
        The network runs every so many hops in the program that is proved; None leaves it to the
        network, see `edgekws.stream.hops`.
    require_tools
        A check that a missing tool skips counts as failed.
    with_sweep
        Also measure accuracy against the loudness of the input and its offset.
    tell
        Called with a few words before each check.

    Returns
    -------
    Report
        Failing raises nothing: ask ``passed``.

    Raises
    ------
    ConfigError
        The run is not quantized, or files or data changed since.
    UsageError
        There is no such board, or the tolerance is out of range.
    BoardTooSmall
        No emulated core has room; nothing was compared.
    """
    if not 0 <= tolerance_points <= 100:
        raise UsageError(f"tolerance must be in 0..100 percentage points, got {tolerance_points}")
    place, say = find_board(board or DEFAULT_BOARD), tell or _silent
    keywords = open_keywords(run, hops_per_inference)
    if board is not None:
        refuse_without_machine(keywords, *place, _WITHOUT_CORE)
    say("reading the test clips")
    opened = open_run(run, keywords)
    say("comparing layers with real numbers")
    found = measured(opened)
    checks = _accuracy_and_features(opened, tolerance_points, said_losing(found.layers), say)
    extent = thoroughness or Thoroughness()
    checks += _engines(opened.subject, place, board is not None, extent, say)
    report = replace(
        found,
        board=place[0] if board else None,
        tolerance_points=tolerance_points,
        checks=tuple(required(check) if require_tools else check for check in checks),
        sweep=swept(opened, say) if with_sweep else (),
    )
    keep(run, report, opened.subject, place)
    return report


def verify_model(
    model: Path,
    labels: tuple[str, ...] | None = None,
    *,
    board: str | None = DEFAULT_BOARD,
    require_tools: bool = False,
    thoroughness: Thoroughness | None = None,
    tell: Tell | None = None,
) -> Report:
    """Prove a ``.tflite`` made elsewhere, on random inputs; there is no accuracy to compare.

    Raises
    ------
    ModelError
        The file cannot be used, or the labels do not fit it.
    BoardTooSmall
        No emulated core has room; nothing was compared.
    """
    extent = thoroughness or Thoroughness()
    graph = read_model(model)
    keywords = foreign_keywords(graph, model.read_bytes(), labels)
    place = find_board(board or DEFAULT_BOARD)
    if board is not None:
        refuse_without_machine(keywords, *place, _WITHOUT_CORE)
    subject = foreign_subject(keywords, extent.foreign_inputs)
    checks = _engines(subject, place, board is not None, extent, tell or _silent)
    return Report(
        model=model.name,
        model_sha256=graph.sha256,
        board=place[0] if board else None,
        tolerance_points=0.0,
        clips=0,
        checks=tuple(required(check) if require_tools else check for check in checks),
        layers=layers_of(subject),
    )


def foreign_keywords(graph: Graph, model: bytes, labels: tuple[str, ...] | None) -> Keywords:
    """A model without frontend; without ``labels`` they are numbered."""
    count = graph.output_tensor.size
    names = labels or tuple(f"label_{number}" for number in range(count))
    if len(names) != count:
        raise ModelError(f"the model has {count} scores but {len(names)} labels are given")
    return Keywords(graph, model, names)


def _accuracy_and_features(
    opened: RunSubject, tolerance_points: float, weak_layers: str, say: Tell
) -> list[Check]:
    subject, frontend = opened.subject, opened.subject.keywords.frontend
    assert frontend is not None
    say("comparing features with their numpy twin")
    return [
        check_accuracy(opened.accuracy, tolerance_points, weak_layers),
        guarded("features", MEASURED, lambda: check_features(subject, frontend)),
    ]


def _engines(
    subject: Subject, place: tuple[str, Board], with_core: bool, extent: Thoroughness, say: Tell
) -> list[Check]:
    steps: list[tuple[str, str, str, Callable[[], Check]]] = [
        (
            *("tflm", MEASURED, "comparing with TFLite Micro"),
            partial(
                check_tflm,
                subject,
                layer_inputs=extent.tflm_layer_inputs,
                score_inputs=extent.tflm_score_inputs,
            ),
        ),
        (
            *("host", MEASURED, "comparing with the generated C on this machine"),
            partial(check_host, subject, *place, extent.host),
        ),
    ]
    if with_core:
        words = f"comparing with the generated C on an emulated {place[1].cpu.core}"
        steps.append(("core", SIMULATED, words, partial(check_core, subject, *place, extent.core)))
    return list(_run_all(steps, say))


def _run_all(
    steps: Iterable[tuple[str, str, str, Callable[[], Check]]], say: Tell
) -> Iterable[Check]:
    for name, origin, words, run in steps:
        say(words)
        yield guarded(name, origin, run)


def _silent(text: str) -> None:
    """Say nothing."""
