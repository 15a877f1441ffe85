"""CSL-JSON, as Zotero and Mendeley export it."""

import json
from collections.abc import Iterator
from typing import Any

from feeds.library.entry import Entry


def entries(text: str) -> Iterator[Entry]:
    """Each item; nothing where it is no JSON."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return
    items = read.get("items", [read]) if isinstance(read, dict) else read
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield _entry({str(key): value for key, value in item.items()})


def _entry(item: dict[str, Any]) -> Entry:
    numbers = tuple(_text(item.get(key)) for key in ("URL", "number", "archive_location", "id", "note"))
    names = item.get("author")
    authors = tuple(filter(None, (_name(one) for one in names))) if isinstance(names, list) else ()
    date = _date(item.get("issued"))
    return Entry(_text(item.get("title")), _text(item.get("abstract")), _text(item.get("DOI")), numbers, date, authors)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _name(one: object) -> str:
    if not isinstance(one, dict):
        return ""
    return _text(one.get("literal")) or " ".join(filter(None, (_text(one.get("given")), _text(one.get("family")))))


def _date(issued: object) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return "-".join(map(str, parts[0]))
    return _text(issued.get("raw")) or _text(issued.get("literal"))
