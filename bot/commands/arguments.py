"""Arguments that click does not know: a person's own words, and durations."""

import re
import sys
from pathlib import Path

import click

_FLAGS = {"-v", "--verbose", "--json", "--all", "-h", "--help"}
_WITH_VALUE = {"--config", "--days", "--as"}
_LIKE_AN_OPTION = re.compile(r"--[a-z][a-z-]+(?:=.*)?", re.DOTALL)
"""No query has such a word."""


class Worded(click.Command):
    """A command that ends in a person's own words, as one or several arguments: they may begin with a minus.

    Click would take `-survey` for the options -s, -u, -r, -v, ... (measured).
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options are known by their whole name; all else are words."""
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for word in left:
            if word == "--":
                words += left
            elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
                options.append(word)
            elif word in _WITH_VALUE:
                options += [word, *([value] if (value := next(left, None)) is not None else [])]
            elif (word.startswith("--") and not words) or _LIKE_AN_OPTION.fullmatch(word):
                options.append(word)
            else:
                words.append(word)
        return super().parse_args(ctx, [*options, "--", *self.joined(words)])

    def joined(self, words: list[str]) -> list[str]:
        """The words as this command's arguments."""
        return [" ".join(words)] if words else []


class WordedLast(Worded):
    """The same after one argument of another kind."""

    def joined(self, words: list[str]) -> list[str]:
        """The first, then the others as one."""
        return [*words[:1], *super().joined(words[1:])]


class Duration(click.ParamType[float]):
    """`20s`, `10m`, `1h30m`."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        from bot.rules.timing import parse_duration

        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value)).total_seconds()
        except ValueError as error:
            self.fail(str(error), param, ctx)


def called_as() -> str:
    """How this very program is started again from here."""
    path = Path(sys.argv[0])
    if path.name != "paperround":
        return f"{sys.executable} -m bot"
    import shutil

    return path.name if shutil.which(path.name) == str(path.absolute()) else str(path)
