"""Which papers stand in which feed. Kept up with each change, made anew when a feed's query is edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store import codec, papers
from bot.store.schema import feed, feed_paper, paper, sighting
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query
from feeds.query.tree import Comparison, leaves

AT_MOST = 1000
"""Entries of a feed, however many were first seen lately (contract: publish.entries)."""

CHUNK = 1000
"""Papers matched at once when a feed is filled from the archive: bounds memory."""

LATELY = timedelta(hours=48)


def register(connection: Connection, queries: Mapping[str, Query], now: datetime) -> None:
    """Fill new and edited feeds from the whole archive; forget feeds that are gone."""
    known = {row.slug: row.query for row in connection.execute(select(feed))}
    fresh = {slug: query for slug, query in queries.items() if known.get(slug) != _version(query, now)}
    for slug in [*(known.keys() - queries.keys()), *fresh]:
        connection.execute(delete(feed_paper).where(feed_paper.c.slug == slug))
        connection.execute(delete(feed).where(feed.c.slug == slug))
    if not fresh:
        return
    ids = connection.execute(select(paper.c.id).order_by(paper.c.id)).scalars().all()
    for start in range(0, len(ids), CHUNK):
        _include(connection, fresh, papers.by_ids(connection, ids[start : start + CHUNK]), now)
    connection.execute(insert(feed), [{"slug": slug, "query": _version(query, now)} for slug, query in fresh.items()])


def follow(connection: Connection, queries: Mapping[str, Query], changed: Mapping[int, Paper], now: datetime) -> None:
    """Put changed papers into the feeds that they match now, and take them out of the others."""
    for paper_id in changed:
        connection.execute(delete(feed_paper).where(feed_paper.c.paper_id == paper_id))
    _include(connection, queries, changed, now)


def entries(connection: Connection, slug: str, at_least: int, now: datetime) -> list[Paper]:
    """The papers that a feed publishes: the newest, and all first seen within 48 hours."""
    members = select(paper).join(feed_paper, feed_paper.c.paper_id == paper.c.id).where(feed_paper.c.slug == slug)
    newest = members.order_by(paper.c.announced.desc(), paper.c.first_seen.desc(), paper.c.key)
    rows = connection.execute(newest.limit(at_least)).all()
    shown = {row.id for row in rows}
    given = select(sighting.c.paper_id).where(~sighting.c.past)  # what a backfill brings is no news
    lately = paper.c.first_seen >= (now - LATELY).timestamp()
    more = connection.execute(newest.where(lately, paper.c.id.in_(given)).limit(AT_MOST)).all()
    rows = [*rows, *(row for row in more if row.id not in shown)][:AT_MOST]
    return [codec.from_row(row) for row in rows]


def slugs_of(connection: Connection, paper_id: int) -> Sequence[str]:
    """The feeds that a paper stands in."""
    wanted = select(feed_paper.c.slug).where(feed_paper.c.paper_id == paper_id).order_by(feed_paper.c.slug)
    return connection.execute(wanted).scalars().all()


def _version(query: Query, now: datetime) -> str:
    """What a feed's membership depends on: its query, and the day where that asks for an age."""
    ages = any(isinstance(leaf, Comparison) and leaf.name == "age" for leaf in leaves(query.tree))
    return f"{query} on {now.date()}" if ages else str(query)


def _include(connection: Connection, queries: Mapping[str, Query], some: Mapping[int, Paper], now: datetime) -> None:
    matches = match(queries, list(some.values()), now)
    by_key = {one.key: paper_id for paper_id, one in some.items()}
    rows = [{"slug": slug, "paper_id": by_key[one.key]} for slug in queries for one in matches[slug]]
    if rows:
        connection.execute(insert(feed_paper), rows)
