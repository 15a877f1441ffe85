"""Text copied from a Daily Papers page, in whatever style: titles, each followed by its abstract.

Does not read HTML, and needs no ids: a paper without a link is known by its title.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, title_text, utc_day, web_links
from feeds.digests.items import read_each
from feeds.digests.page_pieces import Label, Piece, pieces
from feeds.paper import Digest, Paper, title_id
from feeds.text import plain

_BYLINE = re.compile(r"\band the research community[ \t]*$", re.MULTILINE)
_PAGE_TITLE = re.compile(r"^[# \t]*(?:Daily|Trending) Papers[ \t]*$", re.MULTILINE)
_LISTING_LINK = re.compile(r"/papers/date/(\d{4}-\d\d-\d\d)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*$|https?://\S+$")
_LARGEST = 4 * 1024 * 1024
_MOST_LINES = 50_000
"""A page of 1,000 papers has 1.5 MB and 4,000 to 20,000 lines, by its style."""
_PROSE = 250
"""A paragraph this long is no title: the longest title of 13,897 has 206 characters (measured)."""
_LONGEST_FULL_STOP = 100
"""One title of 13,897 ends in a full stop, and is short; an abstract's second paragraph does as a rule (measured)."""
_SHORTEST_ABSTRACT = 150
"""Below the shortest abstract seen, 165 characters (measured); a shorter one must at least end a sentence."""


@dataclass(slots=True)
class _Group:
    """A title and what follows it up to the next."""

    title: Piece
    votes: int | None = None
    texts: list[Piece] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Whether labels came after the text: what then follows is of the page, as its footer is."""
        return bool(self.texts and self.labels)


def parse(data: bytes) -> Digest:
    """The papers of a copied page; a title without an abstract is skipped and named.

    Raises DigestError if there is no paper in it, or far more than in any page.
    """
    if len(data) > _LARGEST or data.count(b"\n") + data.count(b"\r") > _MOST_LINES:
        raise DigestError("this text is too long for a page of papers")
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    start = _end_of_furniture(text)
    before, groups = _groups(list(pieces(text[start:])))
    day = _listing_day(before, text)
    papers, skipped = read_each(groups, lambda group: _paper(group, day), _name)
    if not papers:
        raise DigestError("no papers in this text: expected titles, each followed by its abstract")
    return Digest(tuple(papers), tuple(skipped), day)


def _end_of_furniture(text: str) -> int:
    """Where the list begins: after the byline, else after the page's title, else at once."""
    found = _BYLINE.search(text) or _PAGE_TITLE.search(text)
    return found.end() if found else 0


def _groups(found: Sequence[Piece | Label]) -> tuple[list[Label], list[_Group]]:
    """The labels before the first title, and the titles with what follows each.

    Of the numbers between two titles the last counts votes of the next, as the vote box stands beside the title.
    """
    before: list[Label] = []
    groups: list[_Group] = []
    for item, is_title in zip(found, _title_marks(found), strict=True):
        labels = groups[-1].labels if groups else before
        if isinstance(item, Label):
            labels.append(item)
        elif is_title:
            groups.append(_Group(item, votes=_take_votes(labels)))
        elif groups and not groups[-1].is_closed:
            groups[-1].texts.append(item)
    return before, groups


def _take_votes(labels: list[Label]) -> int | None:
    if labels and labels[-1].number is not None and not labels[-1].date:
        return labels.pop().number
    return None


def _title_marks(found: Sequence[Piece | Label]) -> list[bool]:
    """Which pieces are titles: by the page's headings, else by a link to another paper, else by their shape."""
    texts = [item if isinstance(item, Piece) else None for item in found]
    if any(text and text.heading for text in texts):
        return [bool(text and text.heading) for text in texts]
    ids = [_linked_id(text) if text else None for text in texts]
    if any(ids):
        return _changes(ids)
    marks = iter(_title_shapes([text.text for text in texts if text]))
    return [bool(text) and next(marks) for text in texts]


def _changes(ids: Iterable[str | None]) -> list[bool]:
    """Where an id stands that is not the last one seen."""
    last: str | None = None
    marks = []
    for one in ids:
        marks.append(one is not None and one != last)
        last = one or last
    return marks


def _title_shapes(texts: Sequence[str]) -> list[bool]:
    """Which of plain paragraphs are titles: they alternate with abstracts, unless one is missing or has paragraphs."""
    found = []
    has_title = has_abstract = False
    for text, following in zip(texts, [*texts[1:], ""], strict=False):
        if has_title and not has_abstract and _may_be_abstract(text):
            has_abstract = True
            found.append(False)
        else:
            is_title = _may_be_title(text) and (not _ends_sentence(text) or len(following) >= _PROSE)
            has_title, has_abstract = has_title or is_title, has_abstract and not is_title
            found.append(is_title)
    return found


def _may_be_title(text: str) -> bool:
    return len(text) < (_LONGEST_FULL_STOP if text.endswith(".") else _PROSE)


def _may_be_abstract(text: str) -> bool:
    return len(text) >= _SHORTEST_ABSTRACT or _ends_sentence(text)


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text[-_PROSE:]))


def _paper(group: _Group, day: date | None) -> Paper:
    title, abstract = title_text(group.title.text), _abstract(group)
    if not title or not abstract:
        raise DigestError("has no abstract" if not abstract else "has no title")
    arxiv = _linked_id(group.title)
    repository = next((label for label in group.labels if label.stars is not None), Label())
    links = {"page": f"https://huggingface.co/papers/{arxiv}"} | arxiv_links(arxiv) if arxiv else {}
    return Paper(
        id=arxiv or title_id(title),
        title=title,
        abstract=abstract,
        votes=group.votes,
        comments=_comments(group.labels),
        stars=repository.stars,
        org=next((plain(label.org) for label in group.labels if label.org), ""),
        links=links | web_links({"code": repository.target}),
        announced=day,
        published=_published(group.labels),
    )


def _comments(labels: Sequence[Label]) -> int | None:
    """The number beside or right after the paper's date; pages number their own parts too."""
    for label, following in pairwise([*labels, Label()]):
        if label.date:
            return following.number if label.number is None else label.number
    return None


def _abstract(group: _Group) -> str:
    """All text under the title; where the copy kept links, only what links to the same paper."""
    arxiv = _linked_id(group.title)
    linked = [text for text in group.texts if arxiv and _linked_id(text) == arxiv]
    return abstract_text("\n\n".join(text.text for text in linked or group.texts))


def _name(group: _Group) -> str:
    return title_text(group.title.text)[:200] or "untitled"


def _linked_id(piece: Piece) -> str | None:
    """The arXiv id of the Daily Papers page that a text linked to; a link to its comments does not count."""
    return None if "#" in piece.target else arxiv_id(piece.target)


def _published(labels: Iterable[Label]) -> datetime | None:
    """The paper's date, where it has a year: pages leave out the current one."""
    days = (_day(label.date) for label in labels if ", " in label.date)
    return next((datetime.combine(day, time(), UTC) for day in days if day), None)


def _listing_day(before: Iterable[Label], text: str) -> date | None:
    """The date over the list; its year, where left out, from the page's link to the day before or after."""
    written = next((label.date for label in before if label.date), "")
    if ", " in written or not written:
        return _day(written)
    neighbours = map(utc_day, _LISTING_LINK.findall(text))
    return next((day for neighbour in neighbours if neighbour and (day := _near(written, neighbour))), None)


def _near(written: str, neighbour: date) -> date | None:
    """The day of this month and day of month within a week of a neighbour."""
    days = (_day(f"{written}, {year}") for year in range(neighbour.year - 1, neighbour.year + 2))
    return next((day for day in days if day and abs(day - neighbour) <= timedelta(days=7)), None)


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%b %d, %Y").replace(tzinfo=UTC).date()
    except ValueError:
        return None
