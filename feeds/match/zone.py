"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper."""

from collections.abc import Sequence

from feeds.match.index import Index

_BLOCK = 256
"""Texts indexed together: their positions are one integer each word, which must stay short."""


class Zone:
    """Texts, each with the number of its paper, indexed when first asked."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._blocks: list[Index] = []

    def answer(self, kind: str, wanted: str) -> int:
        """Which papers hold what a leaf of the compiled form asks for."""
        if not self._blocks:
            self._blocks = [
                Index(self._texts[start : start + _BLOCK], inflects=self._inflects)
                for start in range(0, len(self._texts), _BLOCK)
            ]
        bits = 0
        for block in self._blocks:
            for paper in block.answer(kind, wanted):
                bits |= 1 << paper
        return bits
