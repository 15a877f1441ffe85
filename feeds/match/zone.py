"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper."""

from collections.abc import Sequence

from feeds.match.index import Index

_BLOCK = 256
"""Texts indexed together: their places make one integer a word, which must stay short."""


class Zone:
    """Texts, each with the number of its paper, in the papers' order."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool) -> None:
        blocks = (texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK))
        self._blocks = [Index(block, inflects=inflects) for block in blocks]
        self._words: dict[str, int] = {}

    def answer(self, kind: str, wanted: str) -> int:
        """Which papers hold what a leaf of the compiled form asks for."""
        if kind != "w":
            return self._in_blocks(kind, wanted)
        words = wanted.split(" ")
        bits = -1
        for word in words:
            known = self._words.get(word)
            bits &= self._word(word) if known is None else known
            if not bits:
                return 0
        return bits if len(words) == 1 else self._in_blocks(kind, wanted)

    def _word(self, word: str) -> int:
        self._words[word] = bits = self._in_blocks("w", word)
        return bits

    def _in_blocks(self, kind: str, wanted: str) -> int:
        bits = 0
        for block in self._blocks:
            bits |= block.answer(kind, wanted)
        return bits
