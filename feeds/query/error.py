"""What is wrong with a query, and where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WINDOW = 60
"""Characters shown before and after the fault."""
_SHOWN = 10
"""Faults shown with their carets."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: what to write instead, in one line, and the offset of the fault in the text."""

    message: str
    position: int


class QueryError(ValueError):
    """A query that cannot be understood, or makes no sense. Its text is for people, with a caret under each fault."""

    def __init__(
        self,
        message: str,
        position: int,
        text: str,
        mistakes: Sequence[Mistake] = (),
        respell: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        """What is wrong first and what to write instead, in one line."""
        self.position = position
        """Offset of the fault in the text, from 0; the text's length where something is missing at the end."""
        self.text = text
        self.mistakes = tuple(mistakes) or (Mistake(message, position),)
        """All that is wrong, in the order of the text."""
        self._respell = respell

    @property
    def suggestion(self) -> str:
        """The query as it is probably meant, spelled so that it is accepted; empty if nobody can tell."""
        return self._respell() if self._respell else ""

    def __str__(self) -> str:
        parts = [f"{one.message}\n{self._caret(one.position)}" for one in self.mistakes[:_SHOWN]]
        more = len(self.mistakes) - _SHOWN
        return "\n".join([*parts, f"and {more} more"] if more > 0 else parts)

    def caret(self) -> str:
        """The text around the first fault, and under it a line with a caret."""
        return self._caret(self.position)

    def _caret(self, position: int) -> str:
        start = max(0, position - _WINDOW)
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : position + _WINDOW])
        return f"  {shown}\n  {' ' * (position - start)}^"
