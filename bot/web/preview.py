"""What a query would have brought: the numbers that `preview` gives in a chat, from the archive in memory."""

from datetime import datetime, timedelta

from bot.rules.backtest import Backtest, brought
from bot.rules.found import Found
from bot.web.archive import Archive
from bot.web.turns import Steps
from feeds.query import Query
from feeds.site import Brought
from feeds.weeks import Covered

DAYS = 30
"""Of the past, as in a chat."""
_SHOWN = 3


def previewed(archive: Archive, query: Query, now: datetime) -> Steps[Brought]:
    """In steps of some milliseconds."""
    since = now.date() - timedelta(days=DAYS)
    matched = yield from archive.matched(query)
    found = [Found(one, ()) for one in matched if one.announced and one.announced >= since]
    days = list(archive.days)  # the oldest first
    ends = (days[0], days[-1]) if days else None
    covered = Covered.asked(*ends, since, now.date()) if ends else None
    lacks = archive.near.lacks(query) if archive.near else ()
    told = Backtest(query, since, DAYS, ends, covered, found, [], lacks)
    return Brought(brought(told), [one.paper for one in found[:_SHOWN]])
