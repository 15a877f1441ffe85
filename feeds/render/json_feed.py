"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). An item is one line, so items can be kept and used again."""

import json
from collections.abc import Iterable
from datetime import datetime

from feeds.render.entry import Entry
from feeds.render.feed import Feed
from feeds.render.safe import web_url


def entries_bytes(entries: Iterable[Entry]) -> list[bytes]:
    """Each item, as it stands in any feed."""
    return [_item(entry) for entry in entries]


def _item(entry: Entry) -> bytes:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "image": entry.thumbnail,
        "date_published": _rfc3339(entry.published),
        "date_modified": _rfc3339(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
        "tags": entry.categories,
    }
    # content_html is required even when empty; an empty optional field is left out.
    kept = {name: value for name, value in item.items() if value or name == "content_html"}
    return b"\n    " + json.dumps(kept, ensure_ascii=False).encode()


def frame(feed: Feed) -> tuple[bytes, bytes]:
    """What stands before and after the items. A JSON feed has no date of its own."""
    facts: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": feed.page_url,
        "feed_url": feed.url("json"),
        "description": feed.about,
        "user_comment": feed.note,
        "language": "en",
    }
    if feed.before:
        facts["next_url"] = feed.archived(feed.before).url("json")
    if hub := web_url(feed.hub):
        facts["hubs"] = [{"type": "WebSub", "url": hub}]
    head = json.dumps(facts, ensure_ascii=False, indent=2).removesuffix("\n}")
    return head.encode() + b',\n  "items": [', b"\n  ]\n}\n"


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat()
