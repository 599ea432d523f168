"""``edgekws completion``: what a shell needs to complete commands and options."""

from __future__ import annotations

import click

from edgekws.cli.output import examples, json_option, print_document

PLACES = {
    "bash": "~/.local/share/bash-completion/completions/edgekws",
    "zsh": "a folder of $fpath, as _edgekws",
    "fish": "~/.config/fish/completions/edgekws.fish",
}


@click.command(
    "completion",
    short_help="Print the completion script of a shell.",
    epilog=examples("edgekws completion bash", "edgekws completion zsh --json"),
)
@click.argument("shell", type=click.Choice(list(PLACES)))
@json_option
@click.pass_context
def command(ctx: click.Context, /, *, shell: str, as_json: bool) -> None:
    """Print the script that lets SHELL complete commands and options of edgekws with Tab.

    \b
    Keep it where the shell looks for such scripts, and open a new shell:
      bash  ~/.local/share/bash-completion/completions/edgekws
      zsh   _edgekws in a folder of $fpath
      fish  ~/.config/fish/completions/edgekws.fish
    Or write in ~/.bashrc:
      eval "$(edgekws completion bash)"
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "edgekws", "_EDGEKWS_COMPLETE").source()
    if as_json:
        print_document("completion", {"shell": shell, "place": PLACES[shell], "script": script})
        return
    click.echo(script, nl=False)
