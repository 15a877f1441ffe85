"""Answers kept to be given again, by what they answer and the state of things they are true for."""

from collections import OrderedDict
from collections.abc import Hashable

from bot.web.body import Body

_KEPT = 64 * 2**20
"""Bytes: of answers worked out, and again of files."""


class KeptBodies:
    """The last answers, up to so many bytes of them."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._bodies: OrderedDict[Hashable, tuple[Hashable, Body]] = OrderedDict()
        self._size = 0

    def get(self, name: Hashable, state: Hashable) -> Body | None:
        """The answer, if it is true for this state."""
        known = self._bodies.get(name)
        if known is None or known[0] != state:
            return None
        self._bodies.move_to_end(name)
        return known[1]

    def last(self, name: Hashable) -> Body | None:
        """The answer, whatever state it was true for."""
        known = self._bodies.get(name)
        return known and known[1]

    def put(self, name: Hashable, state: Hashable, body: Body) -> Body:
        """Keep an answer; the oldest go."""
        before = self._bodies.pop(name, None)
        self._bodies[name] = state, body
        self._size += body.size - (before[1].size if before else 0)
        while self._size > self._most and len(self._bodies) > 1:
            _, (_, oldest) = self._bodies.popitem(last=False)
            self._size -= oldest.size
        return body
