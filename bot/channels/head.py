"""What stands above the papers of an issue: how many, of which days, for what. In one line, in each of its messages."""

from collections.abc import Sequence
from datetime import date

from bot.channels.channel import Issue
from bot.channels.wording import Line, Piece, one_line, sound_url

NAMES = 300
"""UTF-16 units of the alerts' names."""


def head_of(issue: Issue, number: int, of: int, names: int = NAMES) -> Line:
    """The head of one message of several; its days lead to the site's pages. `names` is UTF-16 units of these."""
    days = sorted({item.paper.announced for item in issue.items if item.paper.announced})
    count = f"{len(issue.items):,} paper" + ("" if len(issue.items) == 1 else "s")
    late = issue.late and bool(days)
    pieces = [Piece(f"catching up: {count} of {len(days)} days" if late else count, bold=True)]
    if days:
        pieces += [Piece(", " if late else " of "), *_span(issue, days)]
    if what := one_line(" · ".join(issue.names), names):
        pieces += [Piece(", for " if late else " for "), Piece(what, bold=True)]
    return (*pieces, Piece(f" ({number}/{of})")) if of > 1 else tuple(pieces)


def site_of(issue: Issue) -> list[Piece]:
    """The site's pages of the first and the last day, newest first; none where no site is published."""
    days = sorted(issue.pages)
    ends = [_linked(issue, day, _full(day)) for day in dict.fromkeys((days[-1], days[0]))] if days else []
    return [piece for piece in ends if piece.url]


def _span(issue: Issue, days: Sequence[date]) -> list[Piece]:
    first, last = days[0], days[-1]
    if first == last:
        return [_linked(issue, last, _full(last))]
    if first.year != last.year:
        begins, dash = _full(first), " – "
    elif first.month != last.month:
        begins, dash = f"{first.day} {first:%b}", " – "
    else:
        begins, dash = f"{first.day}", "–"
    joint = " and " if len(days) == 2 else dash
    return [_linked(issue, first, begins), Piece(joint), _linked(issue, last, _full(last))]


def _linked(issue: Issue, day: date, text: str) -> Piece:
    return Piece(text, url=sound_url(issue.pages.get(day, "")))


def _full(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
