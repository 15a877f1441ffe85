"""Where each word of some texts stands: for a word or phrase, the papers that hold it as one integer."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, pairwise
from operator import ne
from sys import intern

from feeds.known import Known
from feeds.match.line import Line
from feeds.query.compiled import MOST_ROOTS
from feeds.query.steps import Steps, steps, ways
from feeds.words.inflection import accepted, compared, root

_OFTEN = 16
"""Places from which an array pays: it takes a ninth of a list's memory, and time to make."""
_Forms = tuple[Sequence[str], bool]
"""The forms of a word that the texts have, and whether no other word of theirs has its root: then the root will do."""
_END = ""
"""Stands between two texts, so that no phrase crosses from one to the next."""


class Index:
    """Papers by word. A text is its paper's number and its line."""

    def __init__(self, texts: Iterable[tuple[int, Line]], *, inflects: bool) -> None:
        self._words: list[str] = [_END]
        self._papers = array("I", [0])
        """The paper of each word."""
        self._joined: dict[int, list[tuple[int, str]]] = defaultdict(list)
        """By where they begin, the words that are one with their neighbours: (where the next begins, the word)."""
        spelled: set[tuple[str, str]] = set()
        for paper, line in texts:
            first = len(self._words)
            self._words += line.words
            self._words.append(_END)
            self._papers.extend([paper] * (len(line.words) + 1))
            for start, edge in line.joined:
                self._joined[first + start].append((first + edge.end, intern(edge.compared)))
            spelled.update(compress(zip(line.plain, line.words, strict=True), map(ne, line.plain, line.words)))
            spelled.update((edge.plain, edge.compared) for _, edge in line.joined if edge.plain != edge.compared)
        self._places = _places(self._words)
        self._joined_places: dict[str, list[int]] = defaultdict(list)
        for start, some in self._joined.items():
            for _, word in some:
                self._joined_places[word].append(start)
        self._vocabulary = sorted({*self._places, *self._joined_places})
        self._respelt = {word for _, word in spelled}
        self._spelled = sorted([*spelled, *((word, word) for word in self._vocabulary)])
        """Words as they begin, each with what it compares as."""
        self._inflects = inflects
        self._roots = {_END: _END} | {word: root(word) for word in self._vocabulary}
        self._same_root: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            self._same_root[self._roots[word]].append(word)
        self._forms = Known[str, _Forms](self._forms_of)
        self._held = Known[str, int](self._holding)

    @cached_property
    def by_roots(self) -> Mapping[str, int]:
        """Which papers hold words of these roots, one or two or three side by side. The empty string: any words."""
        bits = [1 << paper for paper in range(max(self._papers) + 1)]
        of_words = [bits[paper] for paper in self._papers]
        roots = list(map(self._roots.__getitem__, self._words))
        pairs = list(map(" ".join, pairwise(roots)))
        triples = map(" ".join, zip(pairs, roots[2:], strict=False))
        found: dict[str, int] = {}
        # Those that cross from one text to the next begin or end in a blank, as no leaf does.
        for grams in (roots, pairs, triples):
            for gram, bit in zip(grams, of_words, strict=False):
                if gram in found:
                    found[gram] |= bit
                else:
                    found[gram] = bit
        self._add_joined(found, roots, of_words)
        return found | {"": -1}

    def _add_joined(self, found: dict[str, int], roots: list[str], of_words: Sequence[int]) -> None:
        """The same where one word or more are joined: those that come first say what comes after them."""
        roots.append(_END)
        for start, some in self._joined.items():
            bit, early = of_words[start], roots[start - 1]
            earlier = f"{roots[start - 2]} {early}"
            for end, joined in some:
                root = self._roots[joined]
                grams = [root, f"{early} {root}", f"{earlier} {root}"]
                for after, word in self._after(end, roots):
                    pair = f"{root} {word}"
                    grams += [pair, f"{early} {pair}", *(f"{pair} {one}" for _, one in self._after(after, roots))]
                for gram in grams:
                    found[gram] = found.get(gram, 0) | bit

    def _after(self, at: int, roots: Sequence[str]) -> list[tuple[int, str]]:
        """What begins at a place, with where the next begins."""
        if at not in self._joined:
            return [(at + 1, roots[at])]
        return [(at + 1, roots[at]), *((end, self._roots[word]) for end, word in self._joined[at])]

    def papers(self, wanted: str, roots: str = "") -> int:
        """Which papers hold a word or phrase, in one of the ways in which it may be spelled.

        `roots` are those of its first words, where they are known.
        """
        if "-" not in wanted and "~" not in wanted:
            return self._spelled_so(wanted.split(" "), roots)
        found = ways(wanted)
        if not found:
            return self._walked(steps(wanted))
        bits = 0
        for way in found:
            bits |= self._spelled_so(way)
        return bits

    def prefix(self, prefix: str) -> tuple[int, bool]:
        """Which papers hold a word that begins so, or may; and whether they surely do."""
        start = bisect_left(self._spelled, (prefix, ""))
        end = bisect_right(self._spelled, (prefix + "\U0010ffff", ""), start)
        words = {word for _, word in self._spelled[start:end]}
        return self._united(words), words.isdisjoint(self._respelt)

    def _spelled_so(self, words: Sequence[str], roots: str = "") -> int:
        """Which papers hold these words side by side."""
        found = [self._forms[word] for word in words]
        if len(words) <= MOST_ROOTS and "by_roots" in self.__dict__ and all(alone for _, alone in found):
            return self.by_roots.get(roots or " ".join(map(self._root_of, words)), 0)
        forms = [some for some, _ in found]
        if not all(forms):
            return 0
        if len(forms) == 1:
            return self._united(forms[0])
        if any(form in self._joined_places for some in forms for form in some):
            return self._walked(tuple(((at + 1, word),) for at, word in enumerate(words)))
        return self._side_by_side(forms)

    def _root_of(self, word: str) -> str:
        """The root of a query's word."""
        return root(compared(word)) if self._inflects else root(word)

    def _forms_of(self, word: str) -> "_Forms":
        group = self._same_root.get(self._root_of(word), [])
        wanted = accepted(word) if self._inflects else (word,)
        forms = [one for one in group if one in wanted]
        return forms, len(forms) == len(group)

    def _united(self, words: Iterable[str]) -> int:
        bits = 0
        for word in words:
            bits |= self._held[word]
        return bits

    def _holding(self, word: str) -> int:
        bits = self._bits(self._places.get(word, ()))
        return bits | self._bits(self._joined_places[word]) if word in self._joined_places else bits

    def _side_by_side(self, words: Sequence[Sequence[str]]) -> int:
        """Looked for from the rarest word outwards, so that the end of a text is met before the end of all."""
        counts = [sum(len(self._places[form]) for form in forms) for forms in words]
        rarest = counts.index(min(counts))
        found = [place for form in words[rarest] for place in self._places[form]]
        for number in sorted(range(len(words)), key=lambda number: abs(number - rarest))[1:]:
            forms, distance = frozenset(words[number]), number - rarest
            found = [place for place in found if self._words[place + distance] in forms]
        return self._bits(found)

    def _walked(self, some: Steps) -> int:
        """Looked for from the first word on, each way to spell them at once. What follows a word is of its own text."""
        forms = [[(end, frozenset(self._forms[word][0])) for end, word in here] for here in some]
        papers = [-1, *(0 for _ in some)]
        for number, here in enumerate(forms):
            for end, words in here:
                papers[end] |= papers[number] & self._united(words)
        reached: list[set[int]] = [set() for _ in range(len(some) + 1)]
        for end, words in forms[0]:
            reached[end] |= {after for after in self._ends_of(words) if papers[-1] >> self._papers[after] & 1}
        for number, here in enumerate(forms[1:], 1):
            for end, words in here:
                reached[end] |= {after for place in reached[number] for after in self._next(place, words)}
        return self._bits(reached[-1])

    def _ends_of(self, words: Iterable[str]) -> Iterator[int]:
        """Where these words end, wherever they stand."""
        for word in words:
            yield from (place + 1 for place in self._places.get(word, ()))
            for start in self._joined_places.get(word, ()):
                yield from (end for end, joined in self._joined[start] if joined == word)

    def _next(self, place: int, words: frozenset[str]) -> Iterator[int]:
        """Where one of these words ends that begins at a place."""
        if self._words[place] in words:
            yield place + 1
        yield from (end for end, word in self._joined.get(place, ()) if word in words)

    def _bits(self, places: Iterable[int]) -> int:
        bits = 0
        for paper in {self._papers[place] for place in places}:
            bits |= 1 << paper
        return bits


def _places(words: Sequence[str]) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        places[word].append(place)
    del places[_END]
    often = {word: array("I", some) for word, some in places.items() if len(some) > _OFTEN}
    return {**places, **often}
