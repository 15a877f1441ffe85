"""Which papers stand in which feed. Kept up with each change, made anew when a feed's query is edited.

A feed's version grows whenever what it shows changes; votes are not shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.rules.best import Best
from bot.store.archive import best, page_numbers, papers
from bot.store.archive.references import near_for
from bot.store.engine import driver
from bot.store.schema import paper
from bot.store.schema_feeds import feed, feed_paper
from bot.store.upserts import upsert
from feeds.match import Batch, Matches, Near
from feeds.paper import Paper
from feeds.query import VERSION, Query

if TYPE_CHECKING:
    from feeds.likeness import References

AT_MOST = 1000
"""Entries of a feed, however many were first seen lately (contract: publish.entries)."""

CHUNK = 1000
"""Papers matched at once when a feed is filled from the archive: bounds memory."""

LATELY = timedelta(hours=48)

UNCUT: Mapping[str, Best] = MappingProxyType({})
"""No feed is cut down to the best of each period."""

Membership = tuple[str, int]
"""A feed's slug and a paper's row."""

Member = tuple[int, str]
"""A paper's row and revision."""


class Held(NamedTuple):
    """A paper of a feed, for its pages."""

    row: int
    day: date
    """When it was announced."""
    page: int
    """The number of what its page shows."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a feed holds, newest first, without the papers' texts."""

    members: Sequence[Member]
    """Every paper."""
    shown: Sequence[Member]
    """Those that it publishes: the newest, and all first seen within 48 hours."""
    until: float | None
    """When the next of them leaves by its age alone, in Unix seconds."""
    held: Sequence[Held]
    """The members, as pages want them."""


def fill(
    connection: Connection, queries: Mapping[str, Query], now: datetime, bests: Mapping[str, Best] = UNCUT
) -> None:
    """Fill new and edited feeds from the whole archive; forget feeds that are gone."""
    near = near_for(connection, queries.values())
    known = {row.slug: row.query for row in connection.execute(select(feed))}
    meanings = {slug: _meaning(query, bests.get(slug), now, near) for slug, query in queries.items()}
    fresh = {slug: query for slug, query in queries.items() if known.get(slug) != meanings[slug]}
    gone = known.keys() - queries.keys()
    for slug in gone | fresh.keys():
        page_numbers.renew(connection, _rows_of(connection, slug))
    for table, slugs in ((feed_paper, gone | fresh.keys()), (feed, gone)):
        if slugs:
            connection.execute(delete(table).where(table.c.slug == bindparam("gone")), [{"gone": s} for s in slugs])
    best.forget(connection, gone | fresh.keys())
    if not fresh:
        return
    ids = connection.execute(select(paper.c.id).order_by(paper.c.id)).scalars().all()
    for start in range(0, len(ids), CHUNK):
        some = papers.by_ids(connection, ids[start : start + CHUNK])
        found = belong(fresh, some, now, near)
        _include(connection, [one for one in found if one[0] not in bests])
        best.propose(connection, bests, [one for one in found if one[0] in bests], some)
    # A version begins at the clock, so that a feed which comes back is not taken for the one that was.
    row = upsert(connection, feed).values(
        slug=bindparam("slug"), query=bindparam("query"), version=int(now.timestamp())
    )
    anew = {"query": row.excluded.query, "version": feed.c.version + 1}
    rows = [{"slug": slug, "query": meanings[slug]} for slug in fresh]
    connection.execute(row.on_conflict_do_update(index_elements=["slug"], set_=anew), rows)


def follow(
    connection: Connection,
    found: Collection[Membership],
    changed: Mapping[int, Paper],
    bests: Mapping[str, Best] = UNCUT,
) -> None:
    """Put changed papers into the feeds that they belong into (`members`), and take them out of the others.

    What is decided for a feed of the best stays.
    """
    if bests:
        best.withdraw(connection, changed)
        best.propose(connection, bests, [one for one in found if one[0] in bests], changed)
    before = {one for one in _memberships(connection, changed) if one[0] not in bests}
    after = {one for one in found if one[0] not in bests}
    if gone := before - after:
        this = (feed_paper.c.slug == bindparam("s"), feed_paper.c.paper_id == bindparam("p"))
        connection.execute(delete(feed_paper).where(*this), [{"s": slug, "p": paper_id} for slug, paper_id in gone])
        page_numbers.renew(connection, {paper_id for _, paper_id in gone})
    _include(connection, after - before)
    if touched := {slug for slug, _ in before ^ after}:
        newer = update(feed).where(feed.c.slug == bindparam("s")).values(version=feed.c.version + 1)
        connection.execute(newer, [{"s": slug} for slug in sorted(touched)])


def members(queries: Mapping[str, Query], batch: Batch, ids: Mapping[str, int]) -> list[Membership]:
    """Which papers of a batch belong into which feed. `ids`: their rows by key."""
    matches = Matches(queries, batch)
    return [(slug, ids[one.key]) for slug in queries for one in matches[slug]]


def versions(connection: Connection) -> dict[str, int]:
    """Every feed's version."""
    return dict(driver(connection).execute("SELECT slug, version FROM feed"))


def outline(connection: Connection, slug: str, at_least: int, now: datetime) -> Outline:
    """What a feed holds, and shows of it."""
    rows = driver(connection).execute(_OUTLINE, (slug,)).fetchall()
    horizon = (now - LATELY).timestamp()
    late = {row[0]: row[2] for row in rows[at_least:] if row[2] >= horizon}
    if late:
        late = {paper_id: late[paper_id] for paper_id in late if _is_news(connection, paper_id)}
    members = [(row[0], row[1]) for row in rows]
    more = [member for member in members[at_least:] if member[0] in late]
    until = min(late.values()) + LATELY.total_seconds() if late else None
    return Outline(members, [*members[:at_least], *more][:AT_MOST], until, list(map(_held, rows)))


def held(connection: Connection, slug: str) -> list[Held]:
    """Every paper that a feed holds, newest first."""
    return list(map(_held, driver(connection).execute(_OUTLINE, (slug,))))


def _held(row: tuple[Any, ...]) -> Held:
    number, _, _, day, page = row
    return Held(number, date.fromisoformat(day), page)


_OUTLINE = """
SELECT paper.id, paper.revision, paper.first_seen, paper.announced, paper.page
FROM feed_paper JOIN paper ON paper.id = feed_paper.paper_id
WHERE feed_paper.slug = ?
ORDER BY paper.announced DESC, paper.first_seen DESC, paper.key
"""


def _is_news(connection: Connection, paper_id: int) -> bool:
    """What a backfill brings is no news."""
    given = driver(connection).execute("SELECT 1 FROM sighting WHERE paper_id = ? AND NOT past", (paper_id,))
    return given.fetchone() is not None


def slugs_of(connection: Connection, paper_id: int) -> Sequence[str]:
    """The feeds that a paper stands in."""
    wanted = select(feed_paper.c.slug).where(feed_paper.c.paper_id == paper_id).order_by(feed_paper.c.slug)
    return connection.execute(wanted).scalars().all()


def _meaning(query: Query, cut: Best | None, now: datetime, near: "References | None") -> str:
    """What a feed's membership depends on: its query, what the language means, the day where it asks for an age.

    And what it compares with that is not known yet.

    Of a feed of the best it is what was asked for alone: a later version, or day, decides nothing again.
    """
    if cut:
        return f"{query} top {cut.top} {cut.period}"
    unknown = "".join(f" without {one}" for one in sorted(query.near) if near and not near.knows(one))
    return f"{query} v{VERSION}" + (f" on {now.date()}" if query.compares("age") else "") + unknown


def belong(
    queries: Mapping[str, Query], some: Mapping[int, Paper], now: datetime, near: Near | None = None
) -> list[Membership]:
    """Which of these papers belong into which feed."""
    return members(
        queries, Batch(list(some.values()), now, near), {one.key: paper_id for paper_id, one in some.items()}
    )


def _memberships(connection: Connection, ids: Iterable[int]) -> set[Membership]:
    """In which feeds these papers stand."""
    standing = select(feed_paper.c.slug).where(feed_paper.c.paper_id == bindparam("p"))
    return {(slug, one) for one in ids for slug in connection.execute(standing, {"p": one}).scalars()}


def _include(connection: Connection, memberships: Collection[Membership]) -> None:
    if found := [{"slug": slug, "paper_id": paper_id} for slug, paper_id in memberships]:
        connection.execute(insert(feed_paper), found)
        page_numbers.renew(connection, {paper_id for _, paper_id in memberships})


def _rows_of(connection: Connection, slug: str) -> Sequence[int]:
    return connection.execute(select(feed_paper.c.paper_id).where(feed_paper.c.slug == slug)).scalars().all()
