"""A verdict as text: the checks, then the labels, the layers and the conditions of sound."""

from __future__ import annotations

from collections.abc import Iterator

from edgekws.verify.layer_noise import losing
from edgekws.verify.report import Report
from edgekws.verify.sweep import SweepPoint


def to_text(report: Report) -> str:
    """Lines for people; what was not measured is left out."""
    blocks = [[f"{c.status:<8} {c.name:<10} {c.detail}" for c in report.checks]]
    blocks += [list(part(report)) for part in (_labels, _layers, _sweep, _accuracy)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _labels(report: Report) -> Iterator[str]:
    if not report.by_label:
        return
    wide = max(5, *(len(each.label) for each in report.by_label))
    yield f"{'':{wide}}         precision %        recall %            F1 %"
    yield f"{'label':{wide}}  clips   float    int8   float    int8   float    int8"
    for each in report.by_label:
        pairs = (
            (each.float_precision, each.int8_precision),
            (each.float_recall, each.int8_recall),
            (each.float_f1, each.int8_f1),
        )
        cells = " ".join(f"{_percent(share):>7}" for pair in pairs for share in pair)
        yield f"{each.label:{wide}}  {each.clips:5} {cells}"


def _layers(report: Report) -> Iterator[str]:
    if not report.layers:
        return
    wide = max(len(each.op) for each in report.layers)
    worst = losing(report.layers)[:1]
    yield f"signal over noise of {report.layer_noise}, dB"
    yield f"layer {'':{wide}}  {'all up to here':>18}  {'of its own':>14}"
    for each in report.layers:
        mark = "  loses most" if each in worst else ""
        ratios = f"{_ratio(each.snr_db):>18}  {_ratio(each.own_snr_db):>14}"
        yield f"{each.layer:5} {each.op:{wide}}  {ratios}{mark}"


def _sweep(report: Report) -> Iterator[str]:
    if not report.sweep:
        return
    yield "gain dB  offset %  int8 accuracy %  95 % interval   clipped samples %"
    for point in report.sweep:
        yield _point(point)


def _point(point: SweepPoint) -> str:
    low, high = point.interval
    interval = f"{100 * low:.2f}..{100 * high:.2f}"
    return (
        f"{point.gain_db:+7g}  {point.offset_percent:+8g}  {100 * point.accuracy:15.2f}  "
        f"{interval:>13}  {100 * point.clipped:18.2f}"
    )


def _accuracy(report: Report) -> Iterator[str]:
    if report.float_accuracy is None or report.int8_accuracy is None:
        return
    yield (
        f"float {_share(report.float_accuracy, report.float_interval)}, "
        f"int8 {_share(report.int8_accuracy, report.int8_interval)} "
        f"of {report.clips} test clips; chance is {_percent(report.chance)} %"
    )
    yield (
        f"same answer on {_percent(report.agreement)} %; McNemar's p is {report.mcnemar_p:.3g} "
        "for both being right equally often"
    )


def _share(share: float, interval: tuple[float, float] | None) -> str:
    low, high = interval or (0.0, 1.0)
    return f"{100 * share:.2f} % (95 %: {100 * low:.2f}..{100 * high:.2f})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"


def _ratio(ratio_db: float | None) -> str:
    return "exact" if ratio_db is None else f"{ratio_db:.1f}"
