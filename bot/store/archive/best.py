"""Feeds of the papers with most votes of each period: who may be chosen, and what was, once and for good.

A paper that such a feed's query matches is a candidate until its period is decided; only then it stands in the feed.
A period without candidates is not decided: they may come late, as after a long stop.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bot.rules.best import Best, end_of
from bot.store.archive import page_numbers
from bot.store.engine import driver
from bot.store.noted import note, noted
from feeds.paper import Paper

BACKFILL = timedelta(minutes=10)
"""For so long a backfill that says nothing more counts as still at work."""
_BACKFILL = "backfill until"


class Period(NamedTuple):
    """A period of a feed, by the first day after it."""

    slug: str
    ends: str


def propose(
    connection: Connection, bests: Mapping[str, Best], found: Iterable[tuple[str, int]], some: Mapping[int, Paper]
) -> None:
    """These papers (feed, row) match now: each is a candidate of its period, unless that is decided."""
    wanted = [(slug, row, _end(some[row], bests[slug])) for slug, row in found]
    driver(connection).executemany(_PROPOSE, [(*one, one[0], one[2]) for one in wanted])


_PROPOSE = """
INSERT INTO candidate (slug, paper_id, ends)
SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM decision WHERE slug = ? AND ends = ?)
ON CONFLICT (slug, paper_id) DO UPDATE SET ends = excluded.ends
"""


def withdraw(connection: Connection, rows: Iterable[int]) -> None:
    """These papers changed: they are no candidates but where they are proposed again."""
    driver(connection).executemany("DELETE FROM candidate WHERE paper_id = ?", [(row,) for row in rows])


def forget(connection: Connection, slugs: Iterable[str]) -> None:
    """These feeds begin anew, or are gone."""
    for table in ("candidate", "decision"):
        driver(connection).executemany(f"DELETE FROM {table} WHERE slug = ?", [(slug,) for slug in slugs])  # noqa: S608


def ended(connection: Connection, up_to: date, now: datetime) -> list[Period]:
    """The periods with candidates that ended by this day; not those that a backfill is filling."""
    rows = map(Period._make, driver(connection).execute(_ENDED, (up_to.isoformat(),)).fetchall())
    if not _is_backfilling(connection, now):
        return list(rows)
    return [one for one in rows if not driver(connection).execute(_FROM_THE_PAST, one).fetchone()]


_ENDED = "SELECT DISTINCT slug, ends FROM candidate WHERE ends <= ? ORDER BY ends, slug"
_FROM_THE_PAST = """
SELECT 1 FROM candidate WHERE slug = ? AND ends = ?
AND NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.paper_id = candidate.paper_id AND NOT past) LIMIT 1
"""


def decide(connection: Connection, periods: Collection[Period], bests: Mapping[str, Best], now: datetime) -> None:
    """Put the papers with most votes of these periods into their feeds, for good; equals in the order of feeds."""
    here = driver(connection)
    for one in periods:
        chosen = [row for (row,) in here.execute(_CHOSEN, (*one, bests[one.slug].top))]
        here.executemany("INSERT INTO feed_paper VALUES (?, ?)", [(one.slug, row) for row in chosen])
        page_numbers.renew(connection, chosen)
        here.execute("UPDATE feed SET version = version + 1 WHERE slug = ?", (one.slug,))
        here.execute("INSERT INTO decision VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (*one, now.timestamp()))
        here.execute("DELETE FROM candidate WHERE slug = ? AND ends = ?", one)


_CHOSEN = """
SELECT paper.id FROM candidate JOIN paper ON paper.id = candidate.paper_id
WHERE candidate.slug = ? AND candidate.ends = ?
AND NOT EXISTS (SELECT 1 FROM feed_paper WHERE slug = candidate.slug AND feed_paper.paper_id = paper.id)
ORDER BY coalesce(cast(json_extract(paper.data, '$.votes') AS integer), 0) DESC,
         paper.announced DESC, paper.first_seen DESC, paper.key
LIMIT ?
"""


def waiting_in(connection: Connection, paper_id: int) -> list[str]:
    """The feeds that may still choose a paper."""
    rows = driver(connection).execute("SELECT slug FROM candidate WHERE paper_id = ? ORDER BY slug", (paper_id,))
    return [slug for (slug,) in rows]


def backfill_goes_on(connection: Connection, now: datetime | None) -> None:
    """A backfill is at work: what it fills is not decided by the half. None: it has ended."""
    until = (now + BACKFILL).timestamp() if now else 0.0
    note(connection, _BACKFILL, str(until))


def _is_backfilling(connection: Connection, now: datetime) -> bool:
    until = noted(connection, _BACKFILL)
    left = float(until) - now.timestamp() if until else 0.0
    return 0 < left <= BACKFILL.total_seconds()


def _end(paper: Paper, best: Best) -> str:
    assert paper.announced is not None  # the store gives every paper a day
    return end_of(paper.announced, best.period).isoformat()
