"""Papers that are no longer kept go: their texts and all that hangs on them. What tells them when seen again stays.

A paper goes when it was first seen before a moment and nothing needs it: it stands in no feed and may not be chosen by
one, nothing of it waits or is parked, and what was sent of it is no longer kept either.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.store.archive import codec, past, published, shown
from bot.store.engine import driver
from feeds.paper import Paper
from feeds.paper.identity import arxiv_of, doi_of

AT_ONCE = 20
"""Papers that go in one transaction, some 10 ms."""
LOOKED_AT = 500
"""Papers that are looked at in one."""
_AUTHORS = 5
"""So many tell whether two titles are one paper's (feeds.paper.people)."""


def papers(connection: Connection, after: int, before: datetime, now: datetime) -> int | None:
    """Some that were first seen before a moment go, from behind one row on. Where to go on; None: that was all."""
    raw, horizon, gone = driver(connection), before.timestamp(), 0
    rows = raw.execute(_OLDEST, (after, LOOKED_AT)).fetchall()
    for number, first_seen, is_free in rows:
        if first_seen >= horizon:  # rows are made in the order of time
            return None
        if is_free:
            _prune(connection, number, now)
            gone += 1
        after = number
        if gone >= AT_ONCE:
            break
    if gone:
        shown.count_change(connection)
    return after if rows else None


def _prune(connection: Connection, number: int, now: datetime) -> None:
    raw = driver(connection)
    key, first_seen, data = raw.execute("SELECT key, first_seen, data FROM paper WHERE id = ?", (number,)).fetchone()
    ((sent,),) = raw.execute("SELECT count(*) FROM went WHERE paper_id = ? AND NOT skipped", (number,)).fetchall()
    whole = codec.load(data)
    rest = codec.dump(Paper(whole.id, whole.title, "", doi=whole.doi))
    ((row,),) = raw.execute(_REMEMBER, (key, first_seen, now.timestamp(), sent, rest)).fetchall()
    said = raw.execute("SELECT source, data FROM sighting WHERE paper_id = ?", (number,)).fetchall()
    raw.executemany(_SAID, [(row, source, codec.dump(_rest(codec.load(text)))) for source, text in said])
    raw.execute("INSERT INTO pruned_key SELECT key, ? FROM paper_key WHERE paper_id = ?", (row, number))
    past.forget(connection, number)
    for table in ("went", "paper_key", "sighting", "picture", "paper_vector"):
        raw.execute(f"DELETE FROM {table} WHERE paper_id = ?", (number,))  # noqa: S608  (of our own words)
    published.forsake(connection, key)
    raw.execute("DELETE FROM paper WHERE id = ?", (number,))


def _rest(said: Paper) -> Paper:
    """What tells a sighting from others: its text only where it has no id or address."""
    address = said.links.get("abstract", "")
    told = bool(address or arxiv_of(said) or doi_of(said))
    links = {"abstract": address} if address else {}
    rest = Paper(said.id, said.title, "" if told else said.abstract, said.authors[:_AUTHORS], doi=said.doi)
    return replace(rest, links=links)


_OLDEST = """
SELECT id, first_seen, NOT EXISTS (SELECT 1 FROM feed_paper WHERE paper_id = paper.id)
AND NOT EXISTS (SELECT 1 FROM candidate WHERE paper_id = paper.id)
AND NOT EXISTS (SELECT 1 FROM due WHERE paper_id = paper.id)
AND NOT EXISTS (SELECT 1 FROM news WHERE paper_id = paper.id)
FROM paper WHERE id > ? ORDER BY id LIMIT ?
"""
_REMEMBER = "INSERT INTO pruned (key, first_seen, pruned, sent, data) VALUES (?, ?, ?, ?, ?) RETURNING id"
_SAID = "INSERT INTO pruned_sighting VALUES (?, ?, ?)"
