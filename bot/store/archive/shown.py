"""What pages show of the archive beside its papers: how full feeds are, what is news, whether anything changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.store.archive import paper_rows, past
from bot.store.archive.feeds import LATELY
from bot.store.engine import driver
from bot.store.noted import count
from bot.store.schema import meta, paper, sighting
from bot.store.schema_feeds import feed, feed_paper
from feeds.weeks import Covered

Fingerprint = tuple[object, ...]
_CHANGES = "changes"


def fingerprint(connection: Connection) -> Fingerprint:
    """Differs whenever papers or the feeds they stand in do; deliveries do not count."""
    changes = connection.execute(select(meta.c.value).where(meta.c.name == _CHANGES)).scalar()
    members = connection.execute(select(func.count()).select_from(feed_paper)).scalar_one()
    papers = connection.execute(select(func.count(), func.max(paper.c.id))).one()
    queries = connection.execute(select(feed.c.slug, feed.c.query).order_by(feed.c.slug)).all()
    return (changes, past.newest(connection), members, *papers, *(tuple(row) for row in queries))


def count_change(connection: Connection) -> None:
    """Papers differ from now on: counted, since two changes may have one time."""
    count(connection, _CHANGES)


def days_of_feeds(connection: Connection, slugs: Iterable[str]) -> Mapping[str, Sequence[date]]:
    """When each of the papers was announced that feeds hold."""
    days = {number: date.fromisoformat(day) for number, day in driver(connection).execute(_DAYS)}
    found: dict[str, Sequence[date]] = {}
    for slug in slugs:  # a look-up each: joined and grouped by SQLite, many take four times as long (measured)
        members = driver(connection).execute("SELECT paper_id FROM feed_paper WHERE slug = ?", (slug,))
        found[slug] = [days[number] for (number,) in members]
    return found


_DAYS = "SELECT id, announced FROM paper"


def covered(connection: Connection) -> Covered | None:
    """The days that plots show of the archive; None of an empty one."""
    ends = paper_rows.ends(connection)
    return Covered.shown(*ends) if ends else None


def news(connection: Connection, now: datetime) -> frozenset[int]:
    """The papers first seen within 48 hours, but for what a backfill brought."""
    given = select(sighting.c.paper_id).where(~sighting.c.past)
    lately = paper.c.first_seen >= (now - LATELY).timestamp()
    return frozenset(connection.execute(select(paper.c.id).where(lately, paper.c.id.in_(given))).scalars())


def feeds_of(connection: Connection, papers: Iterable[int]) -> Mapping[int, list[str]]:
    """The feeds that papers stand in, by the papers' rows."""
    found: dict[int, list[str]] = {}
    for row in papers:
        slugs = driver(connection).execute("SELECT slug FROM feed_paper WHERE paper_id = ? ORDER BY slug", (row,))
        found[row] = [slug for (slug,) in slugs]
    return found
