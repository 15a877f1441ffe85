"""A dictionary that works out what it does not know yet."""

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Known(dict[K, V], Generic[K, V]):
    """Answers by question; forgotten all at once when there are `most`, if that is given."""

    def __init__(self, answer: Callable[[K], V], most: int = 0) -> None:
        self._answer, self._most = answer, most

    def __missing__(self, question: K) -> V:
        if self._most and len(self) >= self._most:
            self.clear()
        self[question] = answer = self._answer(question)
        return answer
