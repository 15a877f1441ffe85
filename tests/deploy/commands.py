"""Whether a line of a shell calls `paperround` as it can be called."""

import shlex

import click

from bot.cli import cli
from bot.commands.everywhere import Options


def misspelt(line: str) -> str:
    """What the command line would say against it; empty: nothing. Only its words are judged; nothing runs."""
    words = shlex.split(line, comments=True)
    assert words[0] == "paperround", line
    try:
        _read(cli, words[1:], None)
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
