"""One word or several side by side, as the compiled form writes them, looked for in the tokens of one text."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feeds.words.inflection import forms


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a leaf wants. For an exact one, the tokens are as they are spelled."""

    words: tuple[frozenset[str], ...]
    """The forms of each word, any of which may stand in its place."""
    beginning: str
    """What the word after them begins with; empty if there is none."""

    def __len__(self) -> int:
        return len(self.words) + bool(self.beginning)

    def stems(self) -> list[str]:
        """What each word begins with, whatever its form: a text that nowhere holds one does not hold the phrase."""
        return [*map(_common_start, self.words), self.beginning]

    def stands_in(self, tokens: Sequence[str]) -> bool:
        """Whether the tokens hold it."""
        if len(self.words) == 1 and not self.beginning:
            return not self.words[0].isdisjoint(tokens)
        return next(self.places(tokens), None) is not None

    def places(self, tokens: Sequence[str]) -> Iterator[int]:
        """Where in the tokens it begins."""
        if not self.words:
            return (at for at, token in enumerate(tokens) if token.startswith(self.beginning))
        begun = [at for at, token in enumerate(tokens) if token in self.words[0]]
        return (at for at in begun if self._is(tokens[at : at + len(self)]))

    def _is(self, some: Sequence[str]) -> bool:
        return (
            len(some) == len(self)
            and all(token in word for token, word in zip(some, self.words, strict=False))
            and some[-1].startswith(self.beginning)
        )


@lru_cache(maxsize=4096)
def phrase(kind: str, wanted: str, *, inflects: bool) -> Phrase:
    """The phrase of a leaf: its kind's letter, its words, and whether they inflect where it is looked for."""
    words = wanted.split(" ")
    if kind == "p":
        return Phrase(tuple(frozenset({word}) for word in words[:-1]), words[-1])
    varies = inflects and kind == "w"
    return Phrase(tuple(forms_of(word) if varies else frozenset({word}) for word in words), "")


@lru_cache(maxsize=1 << 15)
def forms_of(word: str) -> frozenset[str]:
    """Every form of a word that comes with its lemmas, by commas."""
    first, *others = word.split(",")
    return forms(first).union(*map(forms, others)) if others else forms(first)


def _common_start(words: Collection[str]) -> str:
    first, last = min(words), max(words)  # all others lie between these two
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:same]
