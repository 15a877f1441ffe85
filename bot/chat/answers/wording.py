"""Words that several answers share. Pure."""

from collections.abc import Callable, Iterable, Sequence

from bot.rules.backtest import Backtest, brought
from bot.rules.standing import Times
from bot.rules.words import printable
from bot.store.subscriptions.rows import Kept
from feeds.paper import Paper

_QUERY = 160
"""Characters of a query in a list."""
_TITLE = 200
MANY = 70.0
"""Papers a week from which a query is called broad: ten a day."""


def short(text: str, most: int = _QUERY) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(printable(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def in_words(times: Times) -> str:
    """When papers come."""
    modes = {"each": "each at once", "batch": "together, once a round"}
    said = modes.get(times.deliver) or f"{times.deliver} {times.timezone}"
    return f"{said}, quiet {times.quiet} {times.timezone}" if times.quiet else said


def line_of(row: Kept) -> str:
    """A subscription in a list."""
    return f"{short(row.query)} ({in_words(row.times)}{', paused' if row.paused else ''})"


def lines_of(papers: Iterable[Paper]) -> list[str]:
    """Papers, each with its address."""
    return [f"- {short(one.title, _TITLE)} ({one.announced})\n  {address(one)}".rstrip() for one in papers]


def address(paper: Paper) -> str:
    """Where it can be read."""
    return paper.links.get("abstract", "") or next(iter(paper.links.values()), "")


def tried(told: Backtest, newest: int = 3) -> list[str]:
    """What a query would have brought, and the newest of it."""
    return [brought(told), *lines_of(one.paper for one in told.found[:newest])]


def better(told: Backtest) -> tuple[str, str] | None:
    """Why a query is too broad or too narrow, and a spelling that is less so; None: it is neither."""
    count = len(told.found)
    if told.covered and not count:
        wider = _first(told.others, lambda n: n > 0)
        return ("Nothing matched it", wider) if wider else None
    if told.weekly > MANY:
        return ("That is much", _first(told.others, lambda n: 0 < n < count))
    return None


def _first(others: Sequence[tuple[str, str, int]], wanted: Callable[[int], bool]) -> str:
    """The first spelling that finds as many as is wanted; empty: none does."""
    return next((query for _, query, count in others if wanted(count)), "")
