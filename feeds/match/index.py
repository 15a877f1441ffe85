"""An index of a few hundred texts: each word's places as one integer, a bit a place, so that a phrase is a shift."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from feeds.words import spelled, tokens
from feeds.words.inflection import lemmas


class Index:
    """Where each word stands in a block of texts. Places count through all texts, with one left free between two."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool) -> None:
        self._texts = texts
        self._starts: list[int] = []
        self._places: dict[str, list[int]] = {}
        place = 0
        for _, text in texts:
            self._starts.append(place)
            found = tokens(text)
            for at, token in enumerate(found, place):
                self._places.setdefault(token, []).append(at)
            place += len(found) + 1
        self._forms = self._by_lemma() if inflects else {token: [token] for token in self._places}
        self._vocabulary = sorted(self._places)
        self._bits: dict[str, int] = {}

    def answer(self, kind: str, wanted: str) -> Iterator[int]:
        """The numbers of the papers that hold what a leaf of the compiled form asks for; one may come twice."""
        parts = wanted.split(" ")
        if kind == "e":
            return self._spelled(parts)
        places = -1
        for distance, part in enumerate(parts):
            last = kind == "p" and distance == len(parts) - 1
            places &= (self._of_prefix(part) if last else self._of_word(part)) >> distance
            if not places:
                break
        return (self._texts[number][0] for number in self._holding(places))

    def _by_lemma(self) -> dict[str, list[str]]:
        forms: dict[str, list[str]] = {}
        for token in self._places:
            for lemma in lemmas(token):
                forms.setdefault(lemma, []).append(token)
        return forms

    def _of_word(self, lemmas_of_it: str) -> int:
        """Where a form of the word stands; it comes with its lemmas, separated by commas."""
        known = self._bits.get(lemmas_of_it)
        if known is None:
            wanted = {form for lemma in lemmas_of_it.split(",") for form in self._forms.get(lemma, ())}
            known = self._bits[lemmas_of_it] = self._of_tokens(wanted)
        return known

    def _of_prefix(self, prefix: str) -> int:
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._of_tokens(self._vocabulary[start:end])

    def _of_tokens(self, wanted: Iterable[str]) -> int:
        places = sorted(place for token in wanted for place in self._places.get(token, ()))
        if not places:
            return 0
        bits = bytearray(places[-1] // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def _spelled(self, wanted: list[str]) -> Iterator[int]:
        places = -1
        for distance, token in enumerate(token for part in wanted for token in tokens(part)):
            places &= self._of_tokens([token]) >> distance
        for number in self._holding(places):
            paper, text = self._texts[number]
            if contains(spelled(text), wanted):
                yield paper

    def _holding(self, places: int) -> Iterator[int]:
        """Which texts the places are in."""
        while places:
            number = bisect_right(self._starts, (places & -places).bit_length() - 1) - 1
            yield number
            if number + 1 == len(self._starts):
                return
            end = self._starts[number + 1]
            places = places >> end << end


def contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words stand side by side in this order."""
    size = len(wanted)
    return any(list(words[at : at + size]) == list(wanted) for at in range(len(words) - size + 1))
