"""Option values with a form of their own: lists with commas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import click

Item = TypeVar("Item", int, float, str)


class CommaList(click.ParamType, Generic[Item]):
    """``a,b,c`` as a tuple; empty items are refused."""

    def __init__(self, name: str, convert: Callable[[str], Item]) -> None:
        self.name = name
        self._convert = convert

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Item, ...]:
        if isinstance(value, tuple):
            return value
        try:
            items = tuple(self._convert(part.strip()) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list like {self.name}", param, ctx)
        return items


def _word(text: str) -> str:
    if not text:
        raise ValueError
    return text


WORDS = CommaList("yes,no", _word)
STEPS = CommaList("1500,500", int)
NUMBERS = CommaList("0.001,0.0001", float)
