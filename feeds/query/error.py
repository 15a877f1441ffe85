"""What is wrong with a query, and where."""

_WINDOW = 60
"""Characters shown before and after the fault."""


class QueryError(ValueError):
    """A query that cannot be understood, or makes no sense. Its text is for people, with a caret under the fault."""

    def __init__(self, message: str, position: int, text: str) -> None:
        super().__init__(message)
        self.message = message
        """What is wrong and what to write instead, in one line."""
        self.position = position
        """Offset of the fault in the text, from 0; the text's length where something is missing at the end."""
        self.text = text

    def __str__(self) -> str:
        return f"{self.message}\n{self.caret()}"

    def caret(self) -> str:
        """The text around the fault, and under it a line with a caret."""
        start = max(0, self.position - _WINDOW)
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : self.position + _WINDOW])
        return f"  {shown}\n  {' ' * (self.position - start)}^"
