"""How often a network runs when nobody says."""

from __future__ import annotations

from edgekws.graph.types import Graph
from edgekws.recipe import DetectorSpec
from edgekws.stream.detect import most_hops_per_inference
from edgekws.stream.hop_graph import total_stride


def usual_hops(graph: Graph, frames: int, detector: DetectorSpec, hop_ms: float) -> int:
    """Hops per inference that recompute nothing that can be kept: the network's stride in time.

    1 where the detector would hear nothing at that pace.

    Parameters
    ----------
    frames
        Frames in the network's window.
    hop_ms
        From one frame to the next.
    """
    stride = total_stride(graph, frames)
    return stride if stride <= most_hops_per_inference(detector, hop_ms) else 1
