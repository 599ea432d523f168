"""The smallest arena, by going through all plans that can be the smallest."""

from __future__ import annotations

from collections.abc import Sequence

NODES = 20_000  # partial plans that are looked at; about 0.1 s


def smallest(
    needs: Sequence[Sequence[int]], sizes: Sequence[int], known: Sequence[int], bound: int
) -> tuple[list[int], bool]:
    """Offsets of the smallest plan found, and whether there is none smaller.

    Every plan can be pushed down until each block lies at 0 or on top of another one. So the
    blocks are placed from the lowest to the highest, each as low as those below it let it be; a
    branch ends where it cannot become smaller than the best plan known.

    Parameters
    ----------
    needs
        ``needs[i][j]``: bytes of block ``i`` that block ``j`` must keep off; 0 where they never
        live together.
    sizes
        Bytes of each block.
    known
        Offsets of a plan.
    bound
        No plan is smaller, bytes.
    """
    search = _Search(needs, sizes, known, bound)
    if search.best_end > bound:
        search.go_on([0] * len(sizes), frozenset(range(len(sizes))), 0, 0)
    return search.best, search.nodes < NODES


class _Search:
    def __init__(
        self,
        needs: Sequence[Sequence[int]],
        sizes: Sequence[int],
        known: Sequence[int],
        bound: int,
    ) -> None:
        self.needs, self.sizes, self.bound = needs, sizes, bound
        self.best = list(known)
        self.best_end = max((o + s for o, s in zip(known, sizes, strict=True)), default=0)
        self.nodes = 0
        self.placed: dict[int, int] = {}

    def go_on(self, lowest: list[int], rest: frozenset[int], floor: int, end: int) -> None:
        """Place one more block: ``lowest`` is where each may begin, ``floor`` the last offset."""
        if not rest:
            self.best, self.best_end = [self.placed[i] for i in range(len(self.sizes))], end
            return
        starts = sorted((max(lowest[i], floor), -self.sizes[i], i) for i in rest)
        for start, _, i in starts:
            self.nodes += 1
            done = self.nodes >= NODES or self.best_end <= self.bound
            # The rest begins at `floor` or higher, in whatever order.
            if done or any(s - size >= self.best_end for s, size, _ in starts):
                return
            top = max(end, start + self.sizes[i])
            if top >= self.best_end:
                continue
            self.placed[i] = start
            row = self.needs[i]
            raised = [max(low, start + need) if need else low
                      for low, need in zip(lowest, row, strict=True)]  # fmt: skip
            self.go_on(raised, rest - {i}, start, top)
            del self.placed[i]
