"""What pages are made from. Decides nothing and draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from feeds.paper import Paper
from feeds.query import Query, QueryError
from feeds.render import Feed, Kind
from feeds.site.periods import Period
from feeds.site.sheets import Order, Sheet
from feeds.weeks import Covered, Week, plotted


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share."""

    base_url: str
    formats: tuple[Kind, ...]
    served: bool = False
    """A server answers: queries lead somewhere."""
    feeds: tuple[Feed, ...] = ()
    """Those that a page tells a browser of which has none of its own; the first hundred are told."""
    telegram_bot: str = ""
    """The bot that people can subscribe with, without the @."""
    by_mail: bool = False
    """A server answers that lets them subscribe by mail."""
    libraries: tuple[str, ...] = ()
    """Names of those that a server sorts by."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the papers of a query are read beside feeds: a public channel that they are posted to."""

    name: str
    """The platform's."""
    href: str


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """A feed among others: how many papers it ever had, when the newest, and how many in the weeks before that."""

    feed: Feed
    papers: int
    newest: date | None
    weeks: tuple[Week, ...]

    @classmethod
    def of(cls, feed: Feed, days: Sequence[date], covered: Covered | None) -> "FeedSummary":
        """Of the days of its papers, and those that the archive covers: nothing else changes it."""
        return cls(feed, len(days), max(days, default=None), plotted(days, covered) if days else ())


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as it stands in a list of papers."""

    day: date | None
    html: Markup


@dataclass(frozen=True, slots=True)
class Stretch:
    """One sheet of a list of papers."""

    papers: Sequence[Listed]
    sheet: Sheet
    order: Order = "new"


@dataclass(frozen=True, slots=True)
class Times:
    """A day, week or month with papers, and those before and after it that have some."""

    period: Period
    previous: Period | None = None
    next: Period | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A query and what came of it; without `feed`, nothing was asked yet, or it was no query."""

    text: str
    query: Query | None = None
    feed: Feed | None = None
    papers: tuple[Paper, ...] = ()
    """Those of the sheet, in its order."""
    sheet: Sheet = Sheet(0, 0, 0)  # noqa: RUF009  (as frozen as this)
    order: Order = "new"
    within: Period | None = None
    """Only papers announced then were looked for."""
    weeks: tuple[Week, ...] = ()
    others: tuple[tuple[str, Query, int], ...] = ()
    """Other spellings: what changes, the query spelled so, how many papers it finds."""
    error: QueryError | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    archive_is_empty: bool = False
    """Nothing was collected yet, so nothing can be found."""

    @property
    def offers(self) -> tuple[tuple[str, Query, int], ...]:
        """What a page has room for: one that finds more, and one that finds less; all where nothing was found."""
        found = self.sheet.total
        more = [one for one in self.others if one[2] > found]
        less = [one for one in self.others if one[2] < found]
        return tuple([*more[:1], *less[:1]] if found else more)

    @property
    def usual(self) -> Order:
        """The order that its address need not name: a day, week or month is read by votes."""
        return "votes" if self.within else "new"
