"""Questions to who sits at a terminal, and nothing but refusals where nobody does."""

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from bot.commands.opening import complain, complain_of
from bot.config.mistakes import ConfigError
from feeds.query import QueryError

T = TypeVar("T")


class Asker:
    """Asks on a terminal; without one what is missing is a ConfigError that names its flag."""

    def __init__(self) -> None:
        self.somebody = sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, flag: str, question: str, default: str | None = None, *, hidden: bool = False) -> str:
        """An answer. Raises ConfigError, or click.Abort where it is broken off."""
        if not self.somebody:
            raise ConfigError(flag, f"is missing, and nobody sits at a terminal to be asked: {question}")
        answer: str = click.prompt(question, default=default, hide_input=hidden, err=True)
        return answer.strip()

    def agree(self, question: str) -> bool:
        """Whether it is well; where nobody can be asked, it is."""
        return not self.somebody or click.confirm(question, default=True, err=True)

    def tried(self, given: str, ask: Callable[[], str], attempt: Callable[[str], T]) -> T:
        """What an attempt makes of the flag's value, or of an answer; on a terminal, of the first that is good."""
        while True:
            answer = given or ask()
            try:
                return attempt(answer)
            except (ConfigError, QueryError) as error:
                self.tell(error)
            given = ""

    def say(self, text: str) -> None:
        """A remark on the way."""
        if self.somebody:
            click.echo(text, err=True)

    def tell(self, error: ConfigError | QueryError) -> None:
        """What was wrong with an answer. Raises it where nobody could give another."""
        if not self.somebody:
            raise error
        if isinstance(error, QueryError):
            complain_of(error)
        else:
            complain(str(error))
