"""The words of a paper, and each two side by side, as they are counted: all forms and spellings of one are one.

A word is counted by its root (feeds.words.inflection), so that models is model; what a hyphen joins, or a number
follows, also as one word, so that multi-modal is multimodal and SAM 2 is SAM2 (feeds.words.reading).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

from feeds.known import Known
from feeds.likeness.words import FUNCTION
from feeds.paper import Paper
from feeds.words import folded, spans
from feeds.words.inflection import compared, root
from feeds.words.reading import Joined, Reading, read

_KEPT = 1 << 17
_ROOTS = Known[str, str](root, _KEPT, forgets=True)
_BETWEEN = frozenset({"", "-", "‐", "‑"})
"""What may stand between two words that are shown side by side."""


def terms(paper: Paper) -> set[str]:
    """All that it holds; of two words a comma apart too, so that nothing is taken for new that is not."""
    readings = _readings(paper)
    return _words(readings).union(*(map(" ".join, pairwise(_rooted(one))) for one in readings))


def held(some: Iterable[str], paper: Paper) -> set[str]:
    """Which of some terms that are one word a paper holds: quick where it holds none."""
    text = folded(f"{paper.title} {paper.abstract}")
    text = " ".join({text, *map(_ODD.__getitem__, _LETTERS.findall(text))})
    maybe = {term for term in some if _beginning(term) in text}
    return maybe & _words(_readings(paper)) if maybe else maybe


def _beginning(term: str) -> str:
    """What most forms of a word begin with: three letters of A to Z or fewer. A root's last may differ."""
    plain = "".join(takewhile(str.isascii, takewhile(str.isalpha, term)))
    return plain[: min(3, len(plain) - 1)] if plain == term else plain[:3]


def _odd(word: str) -> str:
    """The root of a word that begins otherwise: mice, oestrogen, syzygy. Of others nothing."""
    its = root(compared(word))
    return "" if word.startswith(_beginning(its)) else its


_ODD = Known[str, str](_odd, _KEPT, forgets=True)
_LETTERS = re.compile("[a-z]{2,}")


def _words(readings: Iterable[Reading]) -> set[str]:
    found: set[str] = set()
    for one in readings:
        found.update(_rooted(one))
        found.update(map(_as_one, one.joined()))
    return found


def _readings(paper: Paper) -> list[Reading]:
    return [read(paper.title), read(paper.abstract)]


def shown(paper: Paper) -> dict[str, str]:
    """The terms that are worth telling, as they are first spelled: no function words, no bare numbers or letters."""
    found: dict[str, str] = {}
    for text in (paper.title, paper.abstract):
        reading, where = read(text), spans(text)
        parts: set[int] = set()
        for term, start, end in _joined(reading):
            spelled = _spelled(text, where, start, end)
            if " " not in spelled:
                parts.update(range(start, end))
            if _is_a_name(spelled):
                found.setdefault(term, spelled)
        alone = (one for one in _alone(reading) if one[1] not in parts)
        for term, start, end in (*alone, *_pairs(reading, text, where)):
            found.setdefault(term, _spelled(text, where, start, end))
    return found


def _spelled(text: str, where: Sequence[tuple[int, int]], start: int, end: int) -> str:
    return " ".join(text[where[start][0] : where[end - 1][1]].split())


def _rooted(reading: Reading) -> list[str]:
    return [_ROOTS[word] for word in reading.compared()]


def _joined(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """Words that are one, and where they stand; not those that are part of a longer one."""
    known = 0
    for one in sorted(reading.joined(), key=lambda one: (one.start, -one.end)):
        if one.end > known:
            known = one.end
            yield _as_one(one), one.start, one.end


def _is_a_name(spelled: str) -> bool:
    """Whether words are one to a reader, too: `SAM 2`, but not `of 2026`."""
    first, blank, _ = spelled.partition(" ")
    return not blank or not (first.islower() or first.lower() in FUNCTION)


def _as_one(joined: Joined) -> str:
    return _ROOTS[compared(joined.marked)]


def _alone(reading: Reading) -> Iterator[tuple[str, int, int]]:
    for at, (word, term) in enumerate(zip(reading.plain, _rooted(reading), strict=True)):
        if _says_something(word):
            yield term, at, at + 1


def _pairs(reading: Reading, text: str, where: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    words = _rooted(reading)
    for at, (first, second) in enumerate(pairwise(reading.plain)):
        between = text[where[at][1] : where[at + 1][0]].strip()
        if between in _BETWEEN and _says_something(first) and _says_something(second):
            yield f"{words[at]} {words[at + 1]}", at, at + 2


def _says_something(word: str) -> bool:
    return len(word) > 1 and word not in FUNCTION and any(map(str.isalpha, word))
