"""Options with a form of their own: lists with commas, known names, defaults decided elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

Item = TypeVar("Item", int, float, str)
Callback = Callable[[click.Context, click.Parameter, str | None], tuple[Item, ...] | None]


class WishOption(click.Option):
    """An option that may be left out; ``show_default`` says in words what is done then."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        extra = super().get_help_extra(ctx)
        if "default" in extra:
            extra["default"] = extra["default"].removeprefix("(").removesuffix(")")
        return extra


class KnownOption(WishOption):
    """An option whose help ends with the known names, looked up only when the help is shown."""

    def __init__(self, *args: Any, known: Callable[[], Sequence[str]], **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self._known = known

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        words = self.help
        try:
            self.help = f"{words} One of: {', '.join(self._known())}."
            return super().get_help_record(ctx)
        finally:
            self.help = words


def comma_list(what: str, convert: Callable[[str], Item]) -> Callback[Item]:
    """Callback of an option ``a,b,c``; ``convert`` raises ValueError for what cannot be."""

    def items(
        ctx: click.Context, param: click.Parameter, text: str | None
    ) -> tuple[Item, ...] | None:
        if text is None:
            return None
        try:
            return tuple(convert(part.strip()) for part in text.split(","))
        except ValueError as exc:
            raise click.BadParameter(f"{text!r} is not a list of {what}") from exc

    return items


def word(text: str) -> str:
    """Any text but none."""
    if not text:
        raise ValueError
    return text


def count(text: str) -> int:
    """A whole number above 0."""
    if (number := int(text)) <= 0:
        raise ValueError
    return number


def rate(text: str) -> float:
    """A finite number above 0."""
    if not 0 < (number := float(text)) < math.inf:
        raise ValueError
    return number


def span(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> tuple[float, float] | None:
    """Callback of an option ``LOW:HIGH``; one number is both."""
    if text is None:
        return None
    low, _, high = text.partition(":")
    try:
        return float(low), float(high or low)
    except ValueError as exc:
        raise click.BadParameter(f"{text!r} is not a range like 5:25") from exc
