"""Papers as a JSON Feed (jsonfeed.org/version/1.1): facts as in our feeds, and what the moment knows beside them."""

import json
from collections.abc import Sequence
from typing import Any

from bot.channels.channel import Hit, Item, Packed, Payload
from bot.channels.splitting import NO_HEADING, numbered, split
from bot.channels.wording import headline, safe, sound_url
from feeds.paper import Paper

VERSION = "https://jsonfeed.org/version/1.1"
BYTES = 1_000_000
"""Of one message: what servers take by default (nginx: 1 MB)."""


def pack(items: Sequence[Item]) -> Payload:
    """One paper as a feed of one item."""
    return _feed(NO_HEADING, [_item(item) for item in items])


def pack_batch(heading: str, items: Sequence[Item]) -> list[Packed]:
    """Many papers as one feed, or several where one would be too large."""
    entries = [_item(item) for item in items]
    parts = split([(len(body(entry)) + 1,) for entry in entries], (BYTES - 1000,))
    title = heading or NO_HEADING
    return [
        Packed(_feed(numbered(title, number, len(parts)), entries[part.start : part.stop]), len(part))
        for number, part in enumerate(parts, start=1)
    ]


def pack_text(text: str) -> Payload:
    """A notice as an item without a paper."""
    return _feed("Paper Round", [{"id": "notice", "content_text": text}])


def body(payload: Payload) -> bytes:
    """The bytes that are signed and sent; the same for the same payload."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _feed(title: str, items: list[dict[str, Any]]) -> Payload:
    return {"version": VERSION, "title": title, "items": items}


def _item(item: Item) -> dict[str, Any]:
    paper = item.paper
    facts = {
        "id": paper.entry_id or paper.key or paper.id,
        "url": headline(paper).url,
        "title": safe(paper.title),
        "content_text": safe(paper.abstract),
        "date_published": paper.announced and f"{paper.announced}T00:00:00Z",
        "authors": [{"name": name} for name in paper.authors],
        "tags": [*paper.categories, *paper.keywords],
    }
    kept = {name: value for name, value in facts.items() if value or name in {"title", "content_text"}}
    return kept | {"_paperround": _moment(paper, item.hits)}


def _moment(paper: Paper, hits: Sequence[Hit]) -> dict[str, Any]:
    numbers = {"votes": paper.votes, "comments": paper.comments, "stars": paper.stars}
    known = {name: value for name, value in numbers.items() if value is not None}
    links = {name: url for name, url in paper.links.items() if sound_url(url)}
    reasons = [{"alert": hit.alert, "terms": list(dict.fromkeys(one.term for one in hit.reasons))} for hit in hits]
    return {"key": paper.key or paper.id, **known, "links": links, "reasons": reasons}
