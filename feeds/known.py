"""A dictionary that works out what it does not know yet."""

from collections.abc import Callable
from types import MethodType
from typing import Generic, TypeVar
from weakref import WeakMethod

K = TypeVar("K")
V = TypeVar("V")


class Known(dict[K, V], Generic[K, V]):
    """Answers by question; forgotten all at once when there are `most`, if that is given.

    A method that answers is held weakly. Its object holds this: a circle, in which megabytes would wait for a collector
    that comes seldom.
    """

    def __init__(self, answer: Callable[[K], V], most: int = 0) -> None:
        self._most = most
        self._find: Callable[[], Callable[[K], V] | None] = (
            WeakMethod(answer) if isinstance(answer, MethodType) else lambda: answer
        )

    def __missing__(self, question: K) -> V:
        if self._most and len(self) >= self._most:
            self.clear()
        find = self._find()
        assert find is not None  # whoever asks has the object
        self[question] = answer = find(question)
        return answer
