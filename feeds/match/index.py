"""Where each word of some texts stands: for a word or phrase, the papers that hold it as one integer.

Words are numbers of a sorted vocabulary, and what stands where are arrays: an archive in memory is mostly this, and
takes a third of what dictionaries of lists took.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, compress, pairwise
from operator import itemgetter, ne
from sys import intern

from feeds.known import Known
from feeds.match.line import Line
from feeds.query.compiled import MOST_ROOTS
from feeds.query.steps import Steps, steps, ways
from feeds.words.inflection import accepted, compared, root

_Forms = tuple[Sequence[int], bool]
"""The forms of a word that the texts have, and whether no other word of theirs has its root: then the root will do."""
_END = ""
"""Stands between two texts, so that no phrase crosses from one to the next. Sorted, it is the first word."""


class Index:
    """Papers by word. A text is its paper's number, below 65,536, and its line."""

    def __init__(self, texts: Iterable[tuple[int, Line]], *, inflects: bool) -> None:
        words, papers = [_END], array("H", [0])
        joined: list[tuple[int, int, str]] = []
        spelled: set[tuple[str, str]] = set()
        for paper, line in texts:
            first = len(words)
            words += line.words
            words.append(_END)
            papers.extend([paper] * (len(line.words) + 1))
            joined += [(first + start, first + edge.end, intern(edge.compared)) for start, edge in line.joined]
            spelled.update(compress(zip(line.plain, line.words, strict=True), map(ne, line.plain, line.words)))
            spelled.update((edge.plain, edge.compared) for _, edge in line.joined if edge.plain != edge.compared)
        self._vocabulary = sorted({*words, *map(itemgetter(2), joined)})
        numbers = {word: number for number, word in enumerate(self._vocabulary)}
        self._words = array("I", map(numbers.__getitem__, words))
        self._papers = array("H", papers)
        """The paper of each word."""
        self._places, self._starts = _grouped(self._words, len(self._vocabulary))
        self._joined = _Joined(sorted((start, end, numbers[word]) for start, end, word in joined))
        self._spelled = sorted((plain, numbers[word]) for plain, word in spelled)
        """Words as they begin where they compare as others, each with what it compares as."""
        self._respelt = frozenset(word for _, word in self._spelled)
        self._inflects = inflects
        self._roots = [intern(root(word)) if word else _END for word in self._vocabulary]
        self._by_root = array("I", sorted(range(len(numbers)), key=self._roots.__getitem__))
        self._sorted_roots = [self._roots[number] for number in self._by_root]
        self._forms = Known[str, _Forms](self._forms_of)
        self._held = Known[int, int](self._holding)

    def forget(self) -> None:
        """What was asked of it: strangers choose the words, and it may stand for years."""
        self._forms.clear()

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
        for start, end, joined in self._joined:
            bit, early = of_words[start], roots[start - 1]
            earlier, root = f"{roots[start - 2]} {early}", self._roots[joined]
            grams = [root, f"{early} {root}", f"{earlier} {root}"]
            for after, word in self._after(end, roots):
                pair = f"{root} {word}"
                grams += [pair, f"{early} {pair}", *(f"{pair} {one}" for _, one in self._after(after, roots))]
            for gram in grams:
                found[gram] = found.get(gram, 0) | bit

    def _after(self, at: int, roots: Sequence[str]) -> list[tuple[int, str]]:
        """What begins at a place, with where the next begins."""
        return [(at + 1, roots[at]), *((end, self._roots[word]) for end, word in self._joined.at(at))]

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
        above = prefix + "\U0010ffff"
        start, end = bisect_left(self._vocabulary, prefix), bisect_right(self._vocabulary, above)
        some = self._spelled[bisect_left(self._spelled, (prefix, -1)) : bisect_right(self._spelled, (above, -1))]
        words = {*range(start, end), *map(itemgetter(1), some)}
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
        if any(self._joined.has(form) for some in forms for form in some):
            return self._walked(tuple(((at + 1, word),) for at, word in enumerate(words)))
        return self._side_by_side(forms)

    def _root_of(self, word: str) -> str:
        """The root of a query's word."""
        return root(compared(word)) if self._inflects else root(word)

    def _forms_of(self, word: str) -> "_Forms":
        its = self._root_of(word)
        start, end = bisect_left(self._sorted_roots, its), bisect_right(self._sorted_roots, its)
        wanted = accepted(word) if self._inflects else (word,)
        forms = [number for number in self._by_root[start:end] if self._vocabulary[number] in wanted]
        return forms, len(forms) == end - start

    def _united(self, words: Iterable[int]) -> int:
        bits = 0
        for word in words:
            bits |= self._held[word]
        return bits

    def _holding(self, word: int) -> int:
        bits = self._bits(self._places_of(word))
        return bits | self._bits(start for start, _ in self._joined.of(word)) if self._joined.has(word) else bits

    def _places_of(self, word: int) -> Sequence[int]:
        return self._places[self._starts[word] : self._starts[word + 1]]

    def _side_by_side(self, words: Sequence[Sequence[int]]) -> int:
        """Looked for from the rarest word outwards, so that the end of a text is met before the end of all."""
        counts = [sum(self._starts[form + 1] - self._starts[form] for form in forms) for forms in words]
        rarest = counts.index(min(counts))
        found = [place for form in words[rarest] for place in self._places_of(form)]
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

    def _ends_of(self, words: Iterable[int]) -> Iterator[int]:
        """Where these words end, wherever they stand."""
        for word in words:
            yield from (place + 1 for place in self._places_of(word))
            yield from (end for _, end in self._joined.of(word))

    def _next(self, place: int, words: frozenset[int]) -> Iterator[int]:
        """Where one of these words ends that begins at a place."""
        if self._words[place] in words:
            yield place + 1
        yield from (end for end, word in self._joined.at(place) if word in words)

    def _bits(self, places: Iterable[int]) -> int:
        bits = 0
        for paper in set(map(self._papers.__getitem__, places)):
            bits |= 1 << paper
        return bits


class _Joined:
    """Words that are one with their neighbours: where each begins, where the next one does, and the word."""

    def __init__(self, some: Sequence[tuple[int, int, int]]) -> None:
        self._starts, self._ends, self._words = (array("I", map(itemgetter(part), some)) for part in range(3))
        self._by_word = array("I", sorted(range(len(some)), key=self._words.__getitem__))
        self._sorted_words = array("I", map(self._words.__getitem__, self._by_word))

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self._starts, self._ends, self._words, strict=True)

    def has(self, word: int) -> bool:
        """Whether a word is one of them."""
        at = bisect_left(self._sorted_words, word)
        return at < len(self._sorted_words) and self._sorted_words[at] == word

    def at(self, place: int) -> Sequence[tuple[int, int]]:
        """Those that begin at a place: where the next begins, and the word."""
        start = bisect_left(self._starts, place)
        if start == len(self._starts) or self._starts[start] != place:
            return ()
        end = bisect_right(self._starts, place, start)
        return list(zip(self._ends[start:end], self._words[start:end], strict=True))

    def of(self, word: int) -> Iterator[tuple[int, int]]:
        """Where a word begins, and where the next one does."""
        start, end = bisect_left(self._sorted_words, word), bisect_right(self._sorted_words, word)
        return ((self._starts[at], self._ends[at]) for at in self._by_word[start:end])


def _grouped(words: Sequence[int], count: int) -> tuple[Sequence[int], Sequence[int]]:
    """The places of each word, one after the other, and where among them those of each begin."""
    places: list[list[int]] = [[] for _ in range(count)]
    for place, word in enumerate(words):
        places[word].append(place)
    places[0].clear()
    return array("I", chain.from_iterable(places)), array("I", accumulate(map(len, places), initial=0))
