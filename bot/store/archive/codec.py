"""Papers as JSON text in the database, and instants as Unix seconds. The store's own facts are columns, not JSON."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from bot.store.archive.paper_rows import PaperRow
from bot.store.engine import Row
from feeds.paper import Paper, Picture

_FACTS = {"announced", "key", "entry_id", "first_seen", "updated", "picture"}
_DECODER = json.JSONDecoder()
_VOTES = re.compile(r'"votes":\s*(-?\d+)')
"""In no text, where each quote has a backslash before it."""
_DEFAULTS = {field.name: field.default for field in fields(Paper)}


def dump(paper: Paper) -> str:
    """A paper's content as compact, ordered JSON: equal papers give equal text."""
    content: dict[str, Any] = {
        name: getattr(paper, name)
        for name, default in _DEFAULTS.items()
        if name not in _FACTS and getattr(paper, name) != default
    }
    if paper.published:
        content["published"] = paper.published.isoformat()
    if paper.links:
        content["links"] = dict(sorted(paper.links.items()))
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def shown(text: str) -> dict[str, Any]:
    """What of `dump` a page keeps up with; votes, comments and stars on it are those of then, and sources not on it."""
    content: dict[str, Any] = json.loads(text)
    return {name: value for name, value in content.items() if name not in {"votes", "comments", "stars", "sources"}}


def facts(text: str) -> dict[str, Any]:
    """What of `dump` is no number that rises."""
    content: dict[str, Any] = json.loads(text)
    return {name: value for name, value in content.items() if name not in {"votes", "comments", "stars"}}


def load(text: str) -> Paper:
    """The paper of `dump`."""
    return Paper(**_content(text))


def as_it_was(text: str, now: Paper) -> Paper:
    """A paper as it was stored before, with the store's facts of now."""
    return replace(load(text), **{name: getattr(now, name) for name in _FACTS})


def was(content: Mapping[str, Any], now: Paper) -> Paper:
    """A paper of such content and day announced, with the store's other facts of now."""
    facts = {name: getattr(now, name) for name in _FACTS}
    facts["announced"] = date.fromisoformat(content["announced"])
    rest = json.dumps({name: value for name, value in content.items() if name != "announced"})
    return replace(load(rest), **facts)


def by_votes(rows: Iterable[PaperRow]) -> list[PaperRow]:
    """Most votes first, equals in the order of feeds: as feeds.trending has papers, but no text is read for it."""
    by_id = sorted(rows, key=lambda row: _id(row.data))
    return sorted(by_id, key=lambda row: (_votes(row.data), row.announced, row.first_seen), reverse=True)


def _id(text: str) -> str:
    """What stands first in `dump`."""
    found: str = _DECODER.raw_decode(text, len('{"id":'))[0] if text.startswith('{"id":') else load(text).id
    return found


def _votes(text: str) -> int:
    found = _VOTES.search(text)
    return int(found[1]) if found else 0


def from_row(row: PaperRow | Row) -> Paper:
    """The paper of a row, with the store's facts."""
    return Paper(
        **_content(row.data),
        key=row.key,
        entry_id=row.entry_id,
        announced=date.fromisoformat(row.announced),
        first_seen=instant(row.first_seen),
        updated=instant(row.updated),
        picture=picture(row.picture),
    )


def written_picture(one: Picture) -> str:
    """A picture as the database has it: path, width and height."""
    return f"{one.path} {one.width} {one.height}"


def picture(text: str) -> Picture | None:
    """The picture of `written_picture`; None where there is none."""
    if not text:
        return None
    path, width, height = text.rsplit(" ", 2)
    return Picture(path, int(width), int(height))


def revision(entry_id: str, announced: str, updated: float, one: Paper) -> str:
    """What a paper's feed entry is made from, as 16 characters: the same entry, the same revision."""
    shown = (
        entry_id,
        announced,
        updated,
        one.title,
        one.abstract,
        one.authors,
        sorted(one.links.items()),
        one.sentence,
    )
    facts = json.dumps((*shown, one.categories, one.doi, one.publication))
    return hashlib.blake2b(facts.encode(), digest_size=8).hexdigest()


def _content(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text)
    if published := content.get("published"):
        content["published"] = datetime.fromisoformat(published)
    return content


def instant(seconds: float) -> datetime:
    """Unix seconds as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)
