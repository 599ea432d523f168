"""How much signal each layer keeps in int8: the same clips in int8 and in real numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from edgekws.graph import Graph, Node, run_layers
from edgekws.verify.real_ops import FineWeights, Place, Real, real, real_values

NAMED = 3
DECIMALS = 2  # of a dB; the last digits of float64 are not the same on every machine
ACTIVATIONS, WEIGHTS_TOO = "activations", "weights and activations"
LOWEST_DB, HIGHEST_DB = -100.0, 200.0  # where there is no signal, and no noise above float64's
FIXED = ("SOFTMAX",)  # its scale is not for anyone to choose


@dataclass(frozen=True)
class LayerNoise:
    """Signal-to-noise ratios of one layer, dB; None where int8 says exactly the real number.

    Signal is what the real values vary around their mean; noise is int8 less real. The logits are
    judged by the scores that a real softmax makes of them: it does not matter how far one lies
    below the others.
    """

    layer: int  # its number in the network
    op: str
    snr_db: float | None  # against the real network: noise of all layers up to here
    own_snr_db: float | None  # against the real layer, given the int8 inputs: noise of this one

    @property
    def can_lose(self) -> bool:
        """Whether it adds noise that could be less."""
        return self.own_snr_db is not None and self.op not in FIXED


def layer_noise(
    graph: Graph,
    features: npt.NDArray[np.int8],
    fine: Mapping[int, FineWeights] | None = None,
) -> tuple[LayerNoise, ...]:
    """Compare every layer that computes something on int8 [clips, ...].

    Parameters
    ----------
    fine
        Weights before they were rounded, by the number of the layer; without them the int8
        weights count as real, and only the noise of activations is seen.
    """
    exact: dict[int, npt.NDArray[np.int8]] = {graph.input: features}
    reals: dict[int, Real] = {graph.input: real_values(graph.input_tensor, features)}
    judge = _scores_of_logits(graph)
    found = []
    for number, (node, values) in enumerate(
        zip(graph.nodes, run_layers(graph, features), strict=True)
    ):
        place = _place(graph, node, (fine or {}).get(number))
        given = [real_values(graph.tensors[i], exact[i]) for i in node.inputs]
        alone = real(node.op, place, *given)
        reals[node.output] = real(node.op, place, *(reals[i] for i in node.inputs))
        exact[node.output] = values
        if node.op.portable_kernel() is not None:
            see = judge.get(node.output, _as_it_is)
            said = see(real_values(place.output, values))
            ratios = snr_db(see(reals[node.output]), said), snr_db(see(alone), said)
            found.append(LayerNoise(number, node.op.name, *map(_told, ratios)))
    return tuple(found)


def snr_db(wanted: Real, said: Real) -> float | None:
    """Signal-to-noise ratio of ``said`` for ``wanted``, dB; None when there is no noise."""
    signal, noise = float(np.var(wanted)), float(np.mean((said - wanted) ** 2))
    if noise <= max(signal, 1e-300) * 10 ** (-HIGHEST_DB / 10):
        return None
    return max(LOWEST_DB, 10 * math.log10(max(signal, 1e-300) / noise))


def losing(layers: Iterable[LayerNoise]) -> list[LayerNoise]:
    """Return the layers with the least signal over noise of their own, the worst first."""
    able = [layer for layer in layers if layer.can_lose]
    return sorted(able, key=lambda layer: (layer.own_snr_db, layer.layer))


def said_losing(layers: Iterable[LayerNoise]) -> str:
    """``most signal is lost in layer 4 CONV_2D (21.3 dB), then layer 2 ...``."""
    named = [
        f"layer {each.layer} {each.op} ({each.own_snr_db:.1f} dB)"
        for each in losing(layers)[:NAMED]
    ]
    return f"most signal is lost in {', then '.join(named)}" if named else "no layer loses signal"


def _scores_of_logits(graph: Graph) -> dict[int, Callable[[Real], Real]]:
    """The real softmax that reads a tensor, by the number of the tensor."""
    readers: dict[int, list[Node]] = {}
    for node in graph.nodes:
        for number in node.inputs:
            readers.setdefault(number, []).append(node)
    return {
        number: partial(real, nodes[0].op, _place(graph, nodes[0], None))
        for number, nodes in readers.items()
        if all(node.op.name == "SOFTMAX" for node in nodes)
    }


def _told(ratio_db: float | None) -> float | None:
    return None if ratio_db is None else round(ratio_db, DECIMALS)


def _as_it_is(x: Real) -> Real:
    return x


def _place(graph: Graph, node: Node, fine: FineWeights | None) -> Place:
    return Place(tuple(graph.tensors[i] for i in node.inputs), graph.tensors[node.output], fine)
