"""The archive: every sighting of a paper, and the one paper that they make together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import went
from bot.store.archive import codec, page_numbers, paper_rows, past, pruned, published
from bot.store.archive.pruned import Pruned
from bot.store.archive.sameness import guid_key, known
from bot.store.engine import Row, driver
from bot.store.schema import due, hit, paper, paper_key, sighting
from bot.store.schema import news as marks
from bot.store.schema_feeds import candidate, feed, feed_paper, picture
from bot.store.schema_outliving import paper_vector
from bot.store.upserts import upsert
from feeds.paper import Paper, keys, merge, refreshed, title_id


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a source says now: a paper, the day it announced it if it said so, and whether this is about the past."""

    source: str
    kind: str
    paper: Paper
    day: date | None
    past: bool = False
    gathered: bool = False
    """From a folder or mailbox, which holds digests of many kinds: the fullest word stands, not the last."""
    guid: str = ""
    """What the source itself calls the entry."""
    read_on: date | None = None
    """Of a feed that was read before: the day of this reading, before which nothing that is new in it is announced."""

    @property
    def floored(self) -> date | None:
        """The day that counts when the source gives the paper for the first time."""
        return max(self.day, self.read_on) if self.day and self.read_on else self.day

    @property
    def dated(self) -> bool:
        """Whether the day is the source's own."""
        return self.day is not None and self.floored == self.day


@dataclass(frozen=True, slots=True)
class Stored:
    """A paper after a sighting was added. `changed` when matching must look at it (again)."""

    id: int
    paper: Paper
    new: bool
    changed: bool
    first_given: bool
    """Whether this source had not given it before."""
    before: str | None = None
    """What was stored of it; None: it is new."""
    whole: bool = True
    """Whether more than its numbers changed."""


def add(connection: Connection, seen: Sighting, now: datetime, name_entry: Callable[[date, str], str]) -> Stored:
    """Add or update one sighting. `name_entry(announced, key)` makes the entry id of a paper not seen before."""
    return _add(connection, seen, known(connection, seen.source, seen.paper, seen.guid), now, name_entry)


def add_kept(
    connection: Connection, seen: Sighting, now: datetime, name_entry: Callable[[date, str], str]
) -> Stored | None:
    """The same, unless it is of a paper that is no longer kept."""
    before = known(connection, seen.source, seen.paper, seen.guid)
    if not before and pruned.holds(connection, seen.source, seen.paper, seen.guid):
        return None
    return _add(connection, seen, before, now, name_entry)


def _add(
    connection: Connection,
    seen: Sighting,
    before: Sequence[Row],
    now: datetime,
    name_entry: Callable[[date, str], str],
) -> Stored:
    if not before:
        row = _insert(connection, seen, now, name_entry)
        return Stored(row.id, codec.from_row(row), new=True, changed=True, first_given=True)
    paper_id = before[0].id
    for other in before[1:]:
        _join(connection, paper_id, other.id, now)
    news = _see(connection, paper_id, seen, before[0].announced, now)
    stored = connection.execute(select(paper).where(paper.c.id == paper_id)).one()
    content_changed = _refresh(connection, stored, now)
    row = connection.execute(select(paper).where(paper.c.id == paper_id)).one()
    facts_differ = (codec.facts(row.data), row.announced) != (codec.facts(stored.data), stored.announced)
    whole = news or len(before) > 1 or (content_changed and facts_differ)
    changed = news or content_changed or len(before) > 1
    one = codec.from_row(row)
    return Stored(paper_id, one, new=False, changed=changed, first_given=news, before=stored.data, whole=whole)


def by_ids(connection: Connection, ids: Iterable[int]) -> dict[int, Paper]:
    """Papers by their row."""
    return {number: codec.from_row(row) for number, row in paper_rows.some(connection, ids).items()}


def find(connection: Connection, text: str) -> int | None:
    """The paper that a person names: an arXiv id, a DOI, an address, its key or its whole title."""
    return paper_rows.named(connection, text)


def find_pruned(connection: Connection, text: str) -> Pruned | None:
    """The same among those that are no longer kept."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return pruned.find(connection, text.strip(), paper_rows.meant(text))


def sightings(connection: Connection, paper_id: int) -> Sequence[Row]:
    """Where a paper was seen, first sighting first."""
    wanted = select(sighting).where(sighting.c.paper_id == paper_id)
    return connection.execute(wanted.order_by(sighting.c.first_seen, sighting.c.source)).all()


def given_before(connection: Connection, source: str, one: Paper) -> bool:
    """Whether a source gave a paper itself before, and not only its replacement."""
    mine = select(sighting.c.data).join(paper_key, paper_key.c.paper_id == sighting.c.paper_id)
    wanted = mine.where(sighting.c.source == source, paper_key.c.key == keys(one)[0])
    return any(not codec.load(data).replaced for data in connection.execute(wanted).scalars())


def touch(connection: Connection, *ids: int) -> None:
    """The pages of these papers show something else from now on, and so do the feeds that hold them."""
    holding = select(feed_paper.c.slug).where(feed_paper.c.paper_id.in_(ids))
    connection.execute(update(feed).where(feed.c.slug.in_(holding)).values(version=feed.c.version + 1))
    page_numbers.renew(connection, ids)


def _insert(connection: Connection, seen: Sighting, now: datetime, name_entry: Callable[[date, str], str]) -> Row:
    """A paper not seen before, with its first sighting."""
    announced = seen.floored or now.date()
    key = _free_key(connection, seen.paper.id or title_id(seen.paper.title))
    content = _content(seen)
    merged, entry_id = merge([content]), name_entry(announced, key)
    values = {
        "key": key,
        "entry_id": entry_id,
        "announced": announced.isoformat(),
        "first_seen": now.timestamp(),
        "updated": now.timestamp(),
        "data": codec.dump(merged),
        "revision": codec.revision(entry_id, announced.isoformat(), now.timestamp(), merged),
        "page": page_numbers.new(connection),
    }
    row = connection.execute(insert(paper).returning(paper), values).one()
    _add_keys(connection, row.id, seen, content)
    _insert_sighting(connection, row.id, seen, announced.isoformat(), now)
    past.added(connection, row.id, now)
    return row


def _free_key(connection: Connection, key: str) -> str:
    """Two papers of one title each get a key, and none gets one that led to another paper."""
    wanted, count = key, 1
    while driver(connection).execute(_TAKEN, (wanted, wanted, f"key:{wanted}")).fetchone():
        count += 1
        wanted = f"{key}-{count}"
    return wanted


_TAKEN = """
SELECT 1 FROM paper WHERE key = ? UNION ALL SELECT 1 FROM pruned WHERE key = ?
UNION ALL SELECT 1 FROM paper_key WHERE key = ?
"""


def _see(connection: Connection, paper_id: int, seen: Sighting, announced_before: str, now: datetime) -> bool:
    """Record the sighting and its keys; whether it makes the paper newly eligible for alerts."""
    row = connection.execute(
        select(sighting).where(sighting.c.paper_id == paper_id, sighting.c.source == seen.source)
    ).first()
    content = _content(seen)
    _add_keys(connection, paper_id, seen, content)
    if row is None:
        day = seen.floored.isoformat() if seen.floored else announced_before
        _insert_sighting(connection, paper_id, seen, day, now)
        return True
    return _see_again(connection, row, seen, content, now)


def _content(seen: Sighting) -> Paper:
    """What a sighting says of the paper itself: the day stands beside it."""
    return replace(seen.paper, sources=tuple(dict.fromkeys((seen.source, seen.kind))), announced=None)


def _add_keys(connection: Connection, paper_id: int, seen: Sighting, content: Paper) -> None:
    own = [guid_key(seen.source, seen.guid)] if seen.guid else []
    rows = [{"key": key, "paper_id": paper_id} for key in (*own, *keys(content))]
    connection.execute(upsert(connection, paper_key).on_conflict_do_nothing(), rows)


def _insert_sighting(connection: Connection, paper_id: int, seen: Sighting, day: str, now: datetime) -> None:
    values = {
        "paper_id": paper_id,
        "source": seen.source,
        "announced": day,
        "dated": seen.dated,
        "past": seen.past,
        "first_seen": now.timestamp(),
        "updated": now.timestamp(),
        "data": codec.dump(_content(seen)),
    }
    connection.execute(insert(sighting), values)


def _see_again(connection: Connection, row: Row, seen: Sighting, content: Paper, now: datetime) -> bool:
    day, dated = _day_again(row, seen)
    before = codec.load(row.data)
    data = codec.dump(merge([before, content]) if seen.gathered else refreshed(before, content))
    past = row.past and seen.past
    if (data, day, dated, past) == (row.data, row.announced, row.dated, row.past):
        return False
    connection.execute(
        update(sighting)
        .where(sighting.c.paper_id == row.paper_id, sighting.c.source == row.source)
        .values(announced=day, dated=dated, past=past, updated=now.timestamp(), data=data)
    )
    return bool(row.past and not past)


def _day_again(row: Row, seen: Sighting) -> tuple[str, bool]:
    """The day of a sighting once its source gave it again, and whether it is the source's own: the earliest stands.

    What counted from its first reading, because it was new in a feed read before, goes on counting from there.
    """
    if not seen.day or (seen.read_on and row.announced == codec.instant(row.first_seen).date().isoformat()):
        return row.announced, row.dated
    return (min(row.announced, seen.day.isoformat()) if row.dated else seen.day.isoformat()), True


def _refresh(connection: Connection, stored: Row, now: datetime) -> bool:
    """Make the paper anew from its sightings; whether anything changed."""
    paper_id = stored.id
    wanted = select(sighting).where(sighting.c.paper_id == paper_id)
    rows = connection.execute(wanted.order_by(sighting.c.updated, sighting.c.source)).all()
    merged = merge([codec.load(row.data) for row in rows])
    announced = min((row.announced for row in rows if row.dated), default=min(row.announced for row in rows))
    data = codec.dump(merged)
    if (data, announced) == (stored.data, stored.announced):
        return False
    text_changed = _text_of(codec.load(stored.data)) != _text_of(merged)
    updated = now.timestamp() if text_changed else stored.updated
    revision = codec.revision(stored.entry_id, announced, updated, merged)
    if (announced, codec.shown(data)) != (stored.announced, codec.shown(stored.data)):
        touch(connection, paper_id)
    past.changed(connection, paper_id, (stored.data, stored.announced), (data, announced), now)
    values = {"data": data, "announced": announced, "updated": updated, "revision": revision}
    connection.execute(update(paper).where(paper.c.id == paper_id).values(values))
    return True


def _text_of(one: Paper) -> tuple[object, ...]:
    return one.title, one.abstract, one.authors, dict(one.links)


def _join(connection: Connection, kept: int, other: int, now: datetime) -> None:
    """Two stored papers turn out to be one: the first keeps its key and entry id, the other's come along as keys."""
    row = connection.execute(select(paper).where(paper.c.id == other)).one()
    touch(connection, kept, other)
    past.joined(connection, kept, other, row.key, (row.data, row.announced), now)
    connection.execute(
        upsert(connection, paper_key).on_conflict_do_nothing().values(key=f"key:{row.key}", paper_id=kept)
    )
    for table in (paper_key, sighting, feed_paper, candidate):
        mine = table.c.key if table is paper_key else table.c.source if table is sighting else table.c.slug
        taken = select(mine).where(table.c.paper_id == kept)
        connection.execute(update(table).where(table.c.paper_id == other, mine.not_in(taken)).values(paper_id=kept))
        connection.execute(delete(table).where(table.c.paper_id == other))
    _join_deliveries(connection, kept, other)
    for table in (picture, paper_vector):  # the one has them anew
        connection.execute(delete(table).where(table.c.paper_id == other))
    published.forsake(connection, row.key)
    connection.execute(delete(paper).where(paper.c.id == other))


def _join_deliveries(connection: Connection, kept: int, other: int) -> None:
    lanes = select(due.c.destination_id).where(due.c.paper_id == kept).scalar_subquery()
    mine = due.c.paper_id == other
    connection.execute(update(due).where(mine, due.c.destination_id.not_in(lanes)).values(paper_id=kept))
    # Both were on their way to one destination: what is already packed stays packed, one waiting row is enough.
    doubled = select(due.c.id).where(mine).scalar_subquery()
    connection.execute(delete(hit).where(hit.c.due_id.in_(doubled)))
    connection.execute(delete(due).where(mine))
    went.papers_joined(connection, kept, other)
    connection.execute(delete(marks).where(marks.c.paper_id == other))  # the one that is kept gets a mark of its own
