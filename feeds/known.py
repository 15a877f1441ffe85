"""What was worked out once and need not be again: a dictionary, and functions that remember until told to forget."""

from collections.abc import Callable
from functools import lru_cache
from types import MethodType
from typing import Generic, ParamSpec, TypeVar, cast
from weakref import WeakMethod

K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")

_FORGETTING: list[Callable[[], object]] = []
"""For each that remembers: what has it forget."""


def remembered(most: int) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """For a pure function of a module: its answers to the `most` questions asked last are kept until `forget`."""

    def remembering(function: Callable[P, V]) -> Callable[P, V]:
        known = lru_cache(most)(function)
        _FORGETTING.append(known.cache_clear)
        return cast("Callable[P, V]", known)

    return remembering


def forget() -> None:
    """Let go what functions remember, and what is known of words.

    A process that lives for months meets new words daily: they lie scattered among what it throws away, and keep that
    memory from going back to the system.
    """
    for has_forget in _FORGETTING:
        has_forget()


class Known(dict[K, V], Generic[K, V]):
    """Answers by question; forgotten all at once when there are `most`, if that is given, and if `forgets` by `forget`.

    A method that answers is held weakly. Its object holds this: a circle, in which megabytes would wait for a collector
    that comes seldom.
    """

    def __init__(self, answer: Callable[[K], V], most: int = 0, *, forgets: bool = False) -> None:
        self._most = most
        if forgets:  # of a module, which stays
            _FORGETTING.append(self.clear)
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
