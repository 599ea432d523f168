"""``edgekws sweep``: search recipes and pick one by what it may cost."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edgekws.cli.options import WishOption, comma_list, count, rate, word
from edgekws.cli.output import examples, json_option, percent, print_document, talk
from edgekws.cli.table import new_table, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgekws.sweep import Plan, Tried


def _size(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
    from edgekws.sweep import size

    try:
        return None if text is None else size(text)
    except ValueError as exc:
        raise click.BadParameter(str(exc)) from exc


@click.command(
    "sweep",
    short_help="Search recipes, and pick one by budget.",
    epilog=examples(
        "edgekws sweep small --arch ds_cnn,tiny_conv --trials 20",
        "edgekws sweep small --arch ds_cnn,tiny_conv --trials 0 --flash 64k --ram 24k",
    ),
)
@click.argument("name")
@click.option("--arch", "architectures", metavar="NAMES", callback=comma_list("names", word),
              default="tiny_conv", show_default=True,
              help="Architectures to try, with commas.")  # fmt: skip
@click.option("--data", cls=WishOption, type=click.Path(path_type=Path), metavar="FOLDER",
              show_default="the built-in set", help="Clips, as for `edgekws train`.")  # fmt: skip
@click.option("--words", cls=WishOption, metavar="A,B,...", callback=comma_list("words", word),
              show_default="all the data has", help="Words to hear.")  # fmt: skip
@click.option("--validation-percentage", cls=WishOption, metavar="PERCENT", type=float,
              show_default="10", help="Clips that trials are judged by.")  # fmt: skip
@click.option("--testing-percentage", cls=WishOption, metavar="PERCENT", type=float,
              show_default="10", help="Clips that no trial is judged by.")  # fmt: skip
@click.option("--steps", cls=WishOption, metavar="N,...", callback=comma_list("counts", count),
              show_default="the architecture's", help="Steps of each trial.")  # fmt: skip
@click.option("--learning-rate", "learning_rates", cls=WishOption, metavar="RATE,...",
              callback=comma_list("rates", rate), show_default="the architecture's",
              help="Learning rates of these steps.")  # fmt: skip
@click.option("--space", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
              show_default="bands, hop and learning rate",
              help="TOML of recipe keys to choose: bands = [10, 40] or {low = 0.1, high = 1}."
              )  # fmt: skip
@click.option("--trials", metavar="N", type=click.IntRange(0), default=10, show_default=True,
              help="How many more to try; 0 only picks.")  # fmt: skip
@click.option("--method", type=click.Choice(["ptq", "qat"]), default="ptq", show_default=True,
              help="How each trial is quantized.")  # fmt: skip
@click.option("--board", metavar="BOARD", default="mps2_an386", show_default=True,
              help="Board whose flash, RAM and instructions count.")  # fmt: skip
@click.option("--flash", cls=WishOption, metavar="SIZE", callback=_size,
              show_default="the board's", help="Most flash, like 64k.")  # fmt: skip
@click.option("--ram", cls=WishOption, metavar="SIZE", callback=_size, show_default="the board's",
              help="Most RAM with the stack, like 24k.")  # fmt: skip
@click.option("--hop-instructions", cls=WishOption, metavar="N", type=click.IntRange(1),
              show_default="no limit", help="Most instructions a hop, features included."
              )  # fmt: skip
@click.option("--storage", cls=WishOption, metavar="URL", show_default="sweeps/NAME.db here",
              help="Database that several machines share, like postgresql://user@host/sweeps."
              )  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**32 - 1), default=1,
              show_default=True, help="Seed of the choices.")  # fmt: skip
@json_option
def command(
    *, name: str, architectures: tuple[str, ...], space: Path | None, trials: int, method: str,
    board: str, flash: int | None, ram: int | None, hop_instructions: int | None,
    storage: str | None, seed: int, as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Train, quantize and count recipes, and pick the most accurate within the budget.

    Each trial is a run NAME-NUMBER; Optuna chooses the next by what the others reached. They are
    judged by int8 on the validation clips, never by the test clips. The same command goes on with a
    sweep that was stopped. Ends with 3 and says what comes closest when nothing is within the
    budget.
    """
    from edgekws.cli.progress import LearningBar
    from edgekws.errors import CheckFailed
    from edgekws.sweep import DEFAULT, Budget, Plan, closest, pick, read_space, said, sweep
    from edgekws.train.plan import Wishes

    wanted = Plan(
        name=name,
        architectures=architectures,
        space=read_space(space) if space else DEFAULT,
        wishes=Wishes(**asked),
        board=board,
        budget=Budget(flash, ram, hop_instructions),
        method=method,
        storage=storage,
        seed=seed,
    )
    tried = sweep(wanted, trials, functools.cache(talk), LearningBar)
    chosen, near = pick(tried), closest(tried)
    _draw(wanted, tried, chosen)
    if as_json:
        fields = {"name": name, "board": board, "budget": dataclasses.asdict(wanted.budget)}
        rows = [{**dataclasses.asdict(each), "fits": each.fits} for each in tried]
        print_document("sweep", {**fields, "pick": chosen.run if chosen else None, "trials": rows})
    else:
        _print(tried)
    if chosen is not None:
        assert chosen.cost is not None
        if not as_json:
            costs = said(vars(chosen.cost), chosen.cost)
            click.echo(f"pick: {chosen.run}, {100 * (chosen.accuracy or 0):.2f} %, {costs}")
            click.echo(f"next: edgekws verify {chosen.run}")
        return
    if near is None:
        raise CheckFailed(f"{name}: no trial was finished; see why above, and raise --trials")
    assert near.cost is not None
    raise CheckFailed(
        f"{name}: none of {len(tried)} trials meets {wanted.budget.said()} on {board}; the closest "
        f"is {near.run} with {said(near.excess, near.cost)}; allow more, or try smaller networks"
    )


def _draw(wanted: Plan, tried: Sequence[Tried], chosen: Tried | None) -> None:
    from edgekws.errors import ToolMissing
    from edgekws.sweep.picture import draw_sweep
    from edgekws.sweep.storage import FOLDER

    if any(each.cost for each in tried):
        with contextlib.suppress(ToolMissing):
            FOLDER.mkdir(exist_ok=True)
            draw_sweep(tried, wanted.budget, chosen, FOLDER / f"{wanted.name}.png")
            talk(f"drawn: {FOLDER / wanted.name}.png")


def _print(tried: Sequence[Tried]) -> None:
    from edgekws.sweep import in_words

    numbers = (">int8, validation", ">flash", ">RAM", ">instructions a hop")
    table = new_table("run", "choices", *numbers, "")
    for each in tried:
        choices = in_words(each.choices)
        if each.cost is None:
            table.add_row(each.run, choices, "-", "-", "-", "-", each.failed)
            continue
        cost = each.cost
        note = "no other is better in all" if each.is_best else "" if each.fits else "over budget"
        table.add_row(
            each.run, choices, percent(each.accuracy), f"{cost.flash_bytes:,}",
            f"{cost.ram_bytes:,}", f"{cost.instructions_per_hop:,}", note,
        )  # fmt: skip
    print_table(table)
