"""Papers as a JSON Feed (jsonfeed.org/version/1.1): facts as in our feeds, and what the moment knows beside them."""

import json
from collections.abc import Sequence
from typing import Any

from bot.channels.channel import Hit, Issue, Item, Packed, Payload
from bot.channels.head import head_of, site_of
from bot.channels.splitting import split
from bot.channels.wording import headline, safe, sound_url
from feeds.paper import Paper, sentence_of

VERSION = "https://jsonfeed.org/version/1.1"
BYTES = 1_000_000
"""Of one message: what servers take by default (nginx: 1 MB)."""


def pack(item: Item) -> Payload:
    """One paper as a feed of one item."""
    return _feed("New papers", [_item(item)])


def pack_issue(issue: Issue) -> list[Packed]:
    """Many papers as one feed, or several where one would be too large. A program shows what it likes: all in full."""
    entries = [_item(item) for item in issue.items]
    parts = split([(len(body(entry)) + 1,) for entry in entries], (BYTES - 10_000,))
    site = next((page.url for page in site_of(issue)), "")
    packed = []
    for number, part in enumerate(parts, start=1):
        title = "".join(piece.text for piece in head_of(issue, number, len(parts)))
        packed.append(Packed(_feed(title, entries[part.start : part.stop], site), len(part)))
    return packed


def pack_text(text: str) -> Payload:
    """A notice as an item without a paper."""
    return _feed("Paper Round", [{"id": "notice", "content_text": text}])


def body(payload: Payload) -> bytes:
    """The bytes that are signed and sent; the same for the same payload."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _feed(title: str, items: list[dict[str, Any]], site: str = "") -> Payload:
    page = {"home_page_url": site} if site else {}
    return {"version": VERSION, "title": title, **page, "items": items}


def _item(item: Item) -> dict[str, Any]:
    paper, sentence = item.paper, sentence_of(item.paper)
    facts = {
        "id": paper.entry_id or paper.key or paper.id,
        "url": headline(paper).url,
        "title": safe(paper.title),
        "summary": safe(sentence.text),
        "content_text": safe(paper.abstract),
        "date_published": paper.announced and f"{paper.announced}T00:00:00Z",
        "authors": [{"name": name} for name in paper.authors],
        "tags": [*paper.categories, *paper.keywords],
    }
    kept = {name: value for name, value in facts.items() if value or name in {"title", "content_text"}}
    by_ai = {"summary_by_ai": True} if sentence.by_ai else {}
    return kept | {"_paperround": _moment(paper, item.hits) | by_ai}


def _moment(paper: Paper, hits: Sequence[Hit]) -> dict[str, Any]:
    numbers = {"votes": paper.votes, "comments": paper.comments, "stars": paper.stars}
    known = {name: value for name, value in numbers.items() if value is not None}
    links = {name: url for name, url in paper.links.items() if sound_url(url)}
    reasons = [{"alert": hit.alert, "terms": list(dict.fromkeys(one.term for one in hit.reasons))} for hit in hits]
    return {"key": paper.key or paper.id, **known, "links": links, "reasons": reasons}
