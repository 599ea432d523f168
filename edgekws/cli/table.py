"""Tables that commands print for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 180  # columns where the output is no terminal, so that nothing is cut


def new_table(*heads: str) -> Table:
    """A table without lines; ``>`` in front of a head puts its numbers to the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        if head.startswith(">"):
            table.add_column(head.removeprefix(">"), justify="right", no_wrap=True)
        else:
            table.add_column(head, overflow="fold")
    return table


def print_table(table: Table) -> None:
    """Print it as wide as the terminal is, and wide where there is none."""
    from rich.console import Console

    Console(width=None if Console().is_terminal else WIDTH).print(table)
