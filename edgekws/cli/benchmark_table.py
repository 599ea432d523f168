"""A benchmark as text: layers, then one line for each number, each with how it is known."""

from __future__ import annotations

from collections.abc import Iterator

from edgekws.firmware.benchmark import Benchmark, LayerCost
from edgekws.firmware.compare import Comparison
from edgekws.firmware.published import Estimate


def lines(found: Benchmark, name: str) -> Iterator[str]:
    """Lines to print."""
    clock = found.clock_hz / 1e6
    yield f"{name} on {found.board} ({found.core}, {clock:g} MHz), counted in QEMU: {found.machine}"
    yield ""
    yield from _layers(found)
    yield ""
    yield from _row("one inference", found.instructions_per_inference, "instructions", "simulated")
    yield from _row("", found.loads_per_inference, "loads", "simulated")
    yield from _row("", found.taken_branches_per_inference, "taken branches", "simulated")
    frame, hop = found.frontend_instructions_per_frame, found.instructions_per_hop
    yield from _row("one frame", frame, "instructions", "simulated")
    yield from _row("one hop", hop, f"instructions, every {found.hop_ms} ms", "simulated")
    yield from _row("start", found.init_instructions, "instructions", "simulated")
    yield from _memory(found)
    yield from _predictions(found)


def comparison_lines(compared: Comparison) -> Iterator[str]:
    """Lines to print for a comparison with another benchmark."""
    yield f"{'compared with ' + compared.name:<34} {'this':>14} {compared.board:>14}"
    for row in compared.rows:
        yield (
            f"{row.key.replace('_', ' '):<34} {row.now:>14,} {row.other:>14,} "
            f"{_ratio(row.ratio):>8}"
        )


def _layers(found: Benchmark) -> Iterator[str]:
    head = ("MACs", "instructions", "a MAC", "share", "loads", "cycles")
    yield f"{'layer':<44}" + "".join(f"{word:>13}" for word in head)
    for number, layer in enumerate(found.layers):
        shape = "x".join(str(side) for side in layer.shape[1:])
        yield f"{number:>3} {layer.op:<24} {shape:<15}" + "".join(_numbers(layer, found))


def _numbers(layer: LayerCost, found: Benchmark) -> Iterator[str]:
    share = layer.instructions / max(1, found.instructions_per_inference)
    a_mac = f"{layer.instructions / layer.macs:.2f}" if layer.macs else ""
    values = (f"{layer.macs:,}", f"{layer.instructions:,}", a_mac, f"{100 * share:.1f} %")
    yield from (f"{value:>13}" for value in values)
    yield f"{layer.loads:>13,}{layer.cycles.likely:>13,.0f}"


def _memory(found: Benchmark) -> Iterator[str]:
    parts = found.flash_parts
    words = (
        f"bytes: code {parts.code:,}, model {parts.model:,}, frontend {parts.frontend:,}, "
        f"rest {parts.rest:,}"
    )
    yield from _row("flash", found.flash_bytes, words, "measured")
    yield from _row("RAM", found.ram_bytes, "bytes with the reserved stack", "measured")
    yield from _row("arena", found.arena_bytes, "bytes of it", "predicted")
    if found.streams:
        yield from _row("state", found.state_bytes, "bytes kept from hop to hop", "predicted")
    yield from _row("stack", found.stack_bytes, "bytes at its deepest", "simulated")
    yield from _row("", found.stack_bound_bytes, "bytes at most, with an interrupt", "predicted")


def _predictions(found: Benchmark) -> Iterator[str]:
    how = "predicted" if found.prediction_is_fitted else "predicted, a guess: not fitted to boards"
    yield f"{'time':<15} {_range(found.ms_per_inference, 'ms')} an inference ({how})"
    if found.clock_share is not None:
        share = found.clock_share * 100
        words = "" if share.likely <= 100 else ": too slow for sound as it comes"
        yield f"{'clock':<15} {_range(share, '%')} of it in use ({how}){words}"
    if found.energy_uj_per_inference is not None:
        yield f"{'energy':<15} {_range(found.energy_uj_per_inference, 'uJ')} an inference ({how})"


def _row(name: str, value: int | None, words: str, origin: str) -> Iterator[str]:
    if value is not None:
        yield f"{name:<15} {value:>14,} {words} ({origin})"


def _range(estimate: Estimate, unit: str) -> str:
    likely, low, high = (
        f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"
        for value in (estimate.likely, estimate.low, estimate.high)
    )
    return f"{likely:>14} {unit} ({low} to {high})"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"x {ratio:.3f}"
