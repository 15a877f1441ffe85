"""What is known of papers' pictures: which are wanted, which could not be had and when to ask again, which are shown.

What is shown stands with the paper itself, so that it is known wherever the paper is.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store import noted
from bot.store.archive import codec, papers
from bot.store.archive import shown as pages
from bot.store.engine import driver
from feeds.paper import Paper, Picture

TRIES = 4
AGAIN = timedelta(days=1)
"""After a try that failed."""
CHUNK = 500
_BEGUN = "pictures"


class Wanted(NamedTuple):
    """A picture to be asked for."""

    paper_id: int
    key: str
    url: str


class Missed(NamedTuple):
    """One that could not be had."""

    paper_id: int
    url: str
    reason: str


class Had(NamedTuple):
    """One that pages may show now."""

    paper_id: int
    url: str
    picture: Picture


def begin(connection: Connection) -> None:
    """Every paper's picture is wanted: looked for in the whole archive once, since then by `follow`."""
    if noted.noted(connection, _BEGUN) is None:
        noted.note(connection, _BEGUN, "wanted")
        driver(connection).execute(_EVERY)


_EVERY = """
INSERT INTO picture (paper_id, url, next_at)
SELECT id, json_extract(data, '$.links.thumbnail'), 0 FROM paper
WHERE json_extract(data, '$.links.thumbnail') IS NOT NULL ON CONFLICT DO NOTHING
"""


def follow(connection: Connection, changed: Mapping[int, Paper]) -> None:
    """Papers are new, or have another picture."""
    found = [(row, one.links["thumbnail"]) for row, one in changed.items() if one.links.get("thumbnail")]
    driver(connection).executemany(_FOLLOW, found)


_FOLLOW = """
INSERT INTO picture (paper_id, url, next_at) VALUES (?, ?, 0)
ON CONFLICT (paper_id) DO UPDATE SET url = excluded.url, tries = 0, next_at = 0, reason = NULL
WHERE picture.url != excluded.url
"""


def wanted(connection: Connection, now: datetime, at_most: int) -> list[Wanted]:
    """Some of those to be asked for now, of the newest papers first. A clock set back holds nothing up."""
    at = now.timestamp()
    rows = driver(connection).execute(_WANTED, (at, at + AGAIN.total_seconds(), at_most))
    return list(map(Wanted._make, rows))


_WANTED = """
SELECT paper.id, paper.key, picture.url FROM picture JOIN paper ON paper.id = picture.paper_id
WHERE picture.next_at IS NOT NULL AND NOT (picture.next_at > ? AND picture.next_at <= ?)
ORDER BY paper.announced DESC, paper.first_seen DESC, paper.key LIMIT ?
"""


def note(connection: Connection, had: Collection[Had], missed: Iterable[Missed], now: datetime) -> None:
    """What became of those that were asked for; the pages of the papers show them from now on."""
    here, again = driver(connection), (now + AGAIN).timestamp()
    here.executemany(_MISSED, [(one.reason, TRIES, again, one.paper_id, one.url) for one in missed])
    here.executemany(_HAD, [(one.paper_id, one.url) for one in had])
    here.executemany(_SHOW, [(codec.written_picture(one.picture), one.paper_id) for one in had])
    _changed(connection, [one.paper_id for one in had])


_MISSED = """
UPDATE picture SET tries = tries + 1, reason = ?, next_at = CASE WHEN tries + 1 >= ? THEN NULL ELSE ? END
WHERE paper_id = ? AND url = ?
"""
_HAD = "UPDATE picture SET tries = 0, next_at = NULL, reason = NULL WHERE paper_id = ? AND url = ?"
_SHOW = "UPDATE paper SET picture = ? WHERE id = ?"


def shown(connection: Connection) -> dict[int, Picture]:
    """All that pages show, by their papers' rows."""
    rows = driver(connection).execute(_SHOWN).fetchall()
    return {row: picture for row, text in rows if (picture := codec.picture(text))}


_SHOWN = "SELECT id, picture FROM paper WHERE picture != ''"


def lose(connection: Connection, ids: Collection[int]) -> None:
    """The files of these are gone: no page shows them, and they are wanted again."""
    some = [(row,) for row in ids]
    driver(connection).executemany("UPDATE paper SET picture = '' WHERE id = ?", some)
    driver(connection).executemany("UPDATE picture SET tries = 0, next_at = 0 WHERE paper_id = ?", some)
    _changed(connection, ids)


def forget(connection: Connection) -> list[str]:
    """No picture is wanted any more, and no page shows one; the paths of their files."""
    if noted.noted(connection, _BEGUN) is None:
        return []
    known = shown(connection)
    lose(connection, known)
    driver(connection).execute("DELETE FROM picture")
    noted.forget(connection, _BEGUN)
    return sorted({one.path for one in known.values()})


def _changed(connection: Connection, ids: Collection[int]) -> None:
    every = list(ids)
    for start in range(0, len(every), CHUNK):
        papers.touch(connection, *every[start : start + CHUNK])
    if every:
        pages.count_change(connection)
