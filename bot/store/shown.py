"""What pages show of the archive beside its papers: how full feeds are, what is news, whether anything changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.feeds import LATELY
from bot.store.schema import feed, feed_paper, meta, paper, sighting

Fingerprint = tuple[object, ...]
_PAGE = "page "


def fingerprint(connection: Connection) -> Fingerprint:
    """Differs whenever papers or the feeds they stand in do; deliveries do not count."""
    seen = connection.execute(select(func.count(), func.max(sighting.c.updated))).one()
    members = connection.execute(select(func.count()).select_from(feed_paper)).scalar_one()
    papers = connection.execute(select(func.count(), func.max(paper.c.id))).one()
    queries = connection.execute(select(feed.c.slug, feed.c.query).order_by(feed.c.slug)).all()
    return (*seen, members, *papers, *(tuple(row) for row in queries))


def days_of_feeds(connection: Connection, slug: str = "") -> Mapping[str, Mapping[date, int]]:
    """How many papers of each day every feed has ever had, or that one."""
    joined = select(feed_paper.c.slug, paper.c.announced, func.count()).join(paper, paper.c.id == feed_paper.c.paper_id)
    if slug:
        joined = joined.where(feed_paper.c.slug == slug)
    found: dict[str, dict[date, int]] = {}
    for name, day, count in connection.execute(joined.group_by(feed_paper.c.slug, paper.c.announced)):
        found.setdefault(name, {})[date.fromisoformat(day)] = count
    return found


def newest_day(connection: Connection) -> date | None:
    """The last day that any paper was announced."""
    day = connection.execute(select(func.max(paper.c.announced))).scalar()
    return date.fromisoformat(day) if day else None


def news(connection: Connection, now: datetime) -> frozenset[int]:
    """The papers first seen within 48 hours, but for what a backfill brought."""
    given = select(sighting.c.paper_id).where(~sighting.c.past)
    lately = paper.c.first_seen >= (now - LATELY).timestamp()
    return frozenset(connection.execute(select(paper.c.id).where(lately, paper.c.id.in_(given))).scalars())


def feeds_of(connection: Connection, papers: Iterable[str]) -> Mapping[str, list[str]]:
    """The feeds that papers stand in, by the papers' keys."""
    wanted = list(papers)
    found: dict[str, list[str]] = {}
    joined = select(paper.c.key, feed_paper.c.slug).join(feed_paper, paper.c.id == feed_paper.c.paper_id)
    for start in range(0, len(wanted), 500):
        some = joined.where(paper.c.key.in_(wanted[start : start + 500])).order_by(feed_paper.c.slug)
        for key, slug in connection.execute(some):
            found.setdefault(key, []).append(slug)
    return found


def pages(connection: Connection) -> Mapping[str, str]:
    """What each page was made from, by its path below the published folder."""
    rows = connection.execute(select(meta).where(meta.c.name.startswith(_PAGE)))
    return {row.name.removeprefix(_PAGE): row.value for row in rows}


def note_page(connection: Connection, path: str, stamp: str) -> None:
    """A page was written, or found to be right."""
    row = upsert(meta).values(name=_PAGE + path, value=stamp)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": stamp}))


def forget_page(connection: Connection, path: str) -> None:
    """A page is no longer ours."""
    connection.execute(delete(meta).where(meta.c.name == _PAGE + path))
