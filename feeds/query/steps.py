"""The words of a phrase as the compiled form writes them, and the ways in which a text may spell them.

Between two words stands a blank; `-` where they may be one word, `pre-training`; `~` where they may be one with a
number, `sam~2`. Words are marked as feeds.words.reading marks them.
"""

import re
from collections.abc import Sequence

from feeds.known import remembered
from feeds.words.inflection import KEPT_S, PLURAL_S
from feeds.words.reading import MOST_PARTS, Reading, closed

Steps = tuple[tuple[tuple[int, str], ...], ...]
"""For each word: (the number of the word after it, the word), and the same for longer words that begin with it."""
_GAPS = re.compile("([ ~-])")
_ENOUGH = 8
"""Ways to spell a phrase that are looked at one by one."""


def written(reading: Reading) -> str:
    """The words of a query's phrase as the compiled form holds them, where they do not inflect."""
    return _with_gaps(reading, reading.plain)


def inflecting(reading: Reading, *, begins: bool) -> str:
    """The same where they do; of a prefix, the last is as it is."""
    words = [*map(_meant, reading.marked())] if reading.gaps else reading.compared()
    return _with_gaps(reading, [*words[:-1], reading.plain[-1]] if begins else words)


def _with_gaps(reading: Reading, words: Sequence[str]) -> str:
    if not reading.gaps:
        return " ".join(words)
    return "".join(f"{reading.gaps.get(at, ' ')}{word}" for at, word in enumerate(words))[1:]


def _meant(word: str) -> str:
    """IDs asks for what ID asks for."""
    return word[:-1] if word[-1] == PLURAL_S else word


@remembered(1 << 14)
def steps(wanted: str) -> Steps:
    """The ways through a phrase, by its words."""
    words, gaps = pieces(wanted)
    return tuple(tuple(_from(at, words, gaps)) for at in range(len(words)))


def pieces(wanted: str) -> tuple[Sequence[str], Sequence[str]]:
    """The words of a phrase, and what stands between them."""
    found = _GAPS.split(wanted)
    return found[::2], found[1::2]


@remembered(1 << 14)
def ways(wanted: str) -> tuple[tuple[str, ...], ...]:
    """Every way in which a text may spell the phrase, as words side by side; none if there are too many."""
    if " " in wanted or "-" in wanted or "~" in wanted:
        known = steps(wanted)
        found: list[list[tuple[str, ...]]] = [[] for _ in known] + [[()]]
        for at in reversed(range(len(known))):
            found[at] = [(word, *rest) for end, word in known[at] for rest in found[end]]
            if len(found[at]) > _ENOUGH:
                return ()
        return tuple(found[0])
    return ((wanted,),)


def _from(at: int, words: Sequence[str], gaps: Sequence[str]) -> list[tuple[int, str]]:
    found = [(at + 1, words[at])]
    if gaps[at : at + 1] == ["~"]:
        found.append((at + 2, unmarked(words[at]) + words[at + 1]))
    last, word = at, unmarked(words[at])
    while gaps[last : last + 1] == ["-"] and last - at < MOST_PARTS - 1:
        last += 1
        word += unmarked(words[last])
        found.append((last + 1, closed(word, words[last])))
    return found


def unmarked(word: str) -> str:
    """A marked word as it is."""
    return word[:-1] + "s" if word[-1] == KEPT_S else word
