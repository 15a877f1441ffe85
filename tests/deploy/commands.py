"""Whether `paperround` can be called so."""

from collections.abc import Sequence

import click

from bot.cli import cli
from bot.commands.everywhere import Options


def misspelt(words: Sequence[str]) -> str:
    """What the program would say against these words; empty: nothing. Nothing runs."""
    try:
        _read(cli, list(words), None)
    except click.exceptions.Exit:  # --help and --version
        return ""
    except click.UsageError as error:
        return error.format_message()
    return ""


def _read(command: click.Command, words: list[str], above: click.Context | None) -> None:
    """Raises click.UsageError."""
    name = command.name or "paperround"
    context = command.make_context(name, words, parent=above, **({} if above else {"obj": Options()}))
    left = [*context._protected_args, *context.args] if isinstance(command, click.Group) else []
    if isinstance(command, click.Group) and left:
        _, below, rest = command.resolve_command(context, left)
        assert below is not None
        _read(below, rest, context)
