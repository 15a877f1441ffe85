"""What a mail says of an issue: values that its HTML and its text are both made from. Knows no markup of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.channels.channel import Hit, Issue, Item
from bot.channels.email.plot import Picture
from bot.channels.email.week import WeekPart, week_of
from bot.channels.excerpt import said_of
from bot.channels.head import head_of, site_of
from bot.channels.wording import (
    BRIEF_TITLE,
    SENTENCE,
    Line,
    Piece,
    authors,
    became,
    facts,
    headline,
    keywords,
    lead,
    links,
    one_line,
    units,
    why,
)
from feeds.paper import Paper, sentence_of
from feeds.site.marking import marked

_HEADING, _SUBJECT_NAMES = 120, 60
"""UTF-16 units of a query above its papers, and of all queries in a subject."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper. Of one that is not in full, title, link and votes alone."""

    group: str
    """The query that called for it, the first one of several; empty where the mail is of one query."""
    full: bool
    title: str
    shown: Markup
    """The title, with the words that matched marked."""
    url: str
    votes: str
    about: str = ""
    """Who, when, and what the readers' numbers are."""
    said: Line = ()
    """Its sentence; what matched stands in bold pieces."""
    reason: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Papers of one query, by votes."""

    name: str
    full: tuple[Entry, ...]
    titles: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A whole mail, but for whom it is to."""

    subject: str
    head: Line
    groups: tuple[Group, ...]
    """In the order of their first papers."""
    pages: tuple[Piece, ...]
    """The site's, of its days."""
    week: WeekPart | None = None
    """What stands below the papers of a weekly mail, in the last of several."""

    @property
    def pictures(self) -> list[Picture]:
        """Those that go with it, each once."""
        plots = self.week.plots if self.week else ()
        return list(dict.fromkeys(one.picture for one in plots if one.picture))


def entries_of(issue: Issue) -> list[Entry]:
    """An issue's papers, in its order."""
    several = len(issue.names) > 1
    return [_entry(item, full=place < issue.full, several=several) for place, item in enumerate(issue.items)]


def digest_of(issue: Issue, entries: Sequence[Entry], number: int, of: int) -> Digest:
    """One mail of several, with some of an issue's papers."""
    names = dict.fromkeys(one.group for one in entries)
    return Digest(
        subject="".join(piece.text for piece in head_of(issue, number, of, _SUBJECT_NAMES)),
        head=head_of(issue, number, of),
        groups=tuple(_group(name, [one for one in entries if one.group == name]) for name in names),
        pages=tuple(site_of(issue)),
        week=week_of(issue.roundup) if issue.roundup and number == of else None,
    )


def _group(name: str, entries: Sequence[Entry]) -> Group:
    full = tuple(one for one in entries if one.full)
    return Group(name, full, tuple(one for one in entries if not one.full))


def _entry(item: Item, *, full: bool, several: bool) -> Entry:
    paper = item.paper
    group = one_line(item.hits[0].alert, _HEADING) if several and item.hits else ""
    heading = (group, full, *_heading(item))
    if not full:
        return Entry(*heading)
    about = " · ".join(filter(None, (authors(paper.authors), facts(paper), became(paper))))
    reason = why(item.hits) if several else keywords(item.hits)
    return Entry(*heading, about, _said(item), reason, tuple(links(paper)))


def _heading(item: Item) -> tuple[str, Markup, str, str]:
    """Title, title with marks, link, votes."""
    paper = item.paper
    title = headline(paper, BRIEF_TITLE)
    return title.text, _marked(paper, title.text, item.hits), title.url, _votes(paper)


def _marked(paper: Paper, shown: str, hits: Sequence[Hit]) -> Markup:
    """The title with its marks, where it is shown as it is: what was cut or joined has its words elsewhere."""
    spans = [(one.start, one.end) for hit in hits for one in hit.reasons if one.field == "title"]
    return marked(shown, spans if shown == paper.title else ())


def _said(item: Item) -> Line:
    sentence = sentence_of(item.paper)
    if units(sentence.text) > SENTENCE:
        return lead(sentence, SENTENCE)
    return said_of(item.paper, item.hits).lead


def _votes(paper: Paper) -> str:
    return f"▲\N{NO-BREAK SPACE}{paper.votes:,}" if paper.votes is not None else ""
