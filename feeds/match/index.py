"""An index of a few hundred texts: each word's places as one integer, a bit a place, so that a phrase is a shift."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from feeds.words import spelled, tokens
from feeds.words.inflection import lemmas


class Index:
    """Where each word stands in a block of texts. Places count through all texts, with one left free between two."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool) -> None:
        self._texts = texts
        self._starts: list[int] = []
        self._places: dict[str, list[int]] = {}
        self._read()
        self._forms = self._by_lemma() if inflects else {token: [token] for token in self._places}
        self._vocabulary: list[str] = []
        self._bits: dict[str, int] = {}

    def answer(self, kind: str, wanted: str) -> int:
        """Which papers hold what a leaf of the compiled form asks for: bit n is paper n."""
        words = wanted.split(" ")
        if kind == "e":
            return self._spelled(words)
        *first, last = words
        places = -1
        for distance, word in enumerate(first):
            places &= self._of_word(word) >> distance
            if not places:
                return 0
        places &= (self._of_prefix(last) if kind == "p" else self._of_word(last)) >> len(first)
        return self._papers(self._holding(places))

    def _read(self) -> None:
        places = self._places
        start = 0
        for _, text in self._texts:
            self._starts.append(start)
            found = tokens(text)
            for place, token in zip(count(start), found, strict=False):
                if token in places:
                    places[token].append(place)
                else:
                    places[token] = [place]
            start += len(found) + 1

    def _by_lemma(self) -> dict[str, list[str]]:
        forms: dict[str, list[str]] = {}
        for token in self._places:
            for lemma in lemmas(token):
                forms.setdefault(lemma, []).append(token)
        return forms

    def _of_word(self, word: str) -> int:
        """Where a form of the word stands; it comes with its lemmas, separated by commas."""
        known = self._bits.get(word)
        if known is None:
            forms = {form for lemma in word.split(",") for form in self._forms.get(lemma, ())}
            known = self._bits[word] = self._of_tokens(forms)
        return known

    def _of_prefix(self, prefix: str) -> int:
        self._vocabulary = self._vocabulary or sorted(self._places)
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._of_tokens(self._vocabulary[start:end])

    def _of_tokens(self, wanted: Iterable[str]) -> int:
        places = [place for token in wanted for place in self._places.get(token, ())]
        if not places:
            return 0
        bits = bytearray(max(places) // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def _spelled(self, wanted: list[str]) -> int:
        places = -1
        for distance, token in enumerate(token for word in wanted for token in tokens(word)):
            places &= self._of_tokens([token]) >> distance
        numbers = self._holding(places)
        return self._papers(number for number in numbers if contains(spelled(self._texts[number][1]), wanted))

    def _papers(self, numbers: Iterable[int]) -> int:
        bits = 0
        for number in numbers:
            bits |= 1 << self._texts[number][0]
        return bits

    def _holding(self, places: int) -> Iterator[int]:
        """The numbers of the texts that the places are in."""
        while places:
            number = bisect_right(self._starts, (places & -places).bit_length() - 1) - 1
            yield number
            if number + 1 == len(self._starts):
                return
            end = self._starts[number + 1]
            places = places >> end << end


def contains(words: Sequence[str], wanted: list[str]) -> bool:
    """Whether the words stand side by side in this order."""
    size = len(wanted)
    return any(words[at : at + size] == wanted for at in range(len(words) - size + 1))
