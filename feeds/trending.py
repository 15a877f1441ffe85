"""Trending: the papers with the most votes of a day, week or month, the same wherever somebody asks.

A period is the calendar's: a week begins on Monday. Papers with as many votes stand in the order of feeds.
"""

from collections.abc import Iterable
from datetime import date

from feeds.paper import Paper
from feeds.render import in_order
from feeds.site.periods import Period, Span
from feeds.site.sheets import by_votes as of_ordered


def by_votes(papers: Iterable[Paper]) -> list[Paper]:
    """Most votes first, whatever the order given."""
    return of_ordered(in_order(papers))


def newest(days: Iterable[date], span: Span, today: date) -> Period:
    """The period that is meant by "this" one: of the newest of these days, or of today where there is none.

    So it is not empty on a weekend or before the first list of a day; a day that is still to come does not count.
    """
    return Period.around(max((day for day in days if day <= today), default=today), span)
