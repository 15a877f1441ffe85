"""RIS, read by rispy: one reference at a time, since it goes on with the field of the one before.

A line that wraps right after a reference's type would else break the whole file.
"""

import re
from collections.abc import Iterator
from typing import Any

import rispy

from feeds.library.entry import Entry

_TITLES = ("title", "primary_title", "translated_title", "short_title")
_ABSTRACTS = ("abstract", "notes_abstract")
_NUMBERS = ("url", "urls", "number", "accession_number", "id", "file_attachments1", "file_attachments2", "notes")
_END = re.compile(r"^ER  -.*$", re.MULTILINE)


def entries(text: str) -> Iterator[Entry]:
    """Each reference that has an end."""
    whole = _END.split(text)[:-1]
    found: list[dict[str, Any]] = [one for part in whole for one in rispy.loads(f"{part}\nER  - ")]
    for one in found:
        yield Entry(
            _first(one, _TITLES),
            _first(one, _ABSTRACTS),
            _first(one, ("doi",)),
            tuple(text for key in _NUMBERS for text in _texts(one.get(key))),
            _first(one, ("publication_year", "year", "date")),
            tuple(_texts(one.get("authors") or one.get("first_authors"))),
        )


def _first(one: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((text for key in keys for text in _texts(one.get(key))), "")


def _texts(value: object) -> list[str]:
    some = value if isinstance(value, list) else [value]
    return [one for one in some if isinstance(one, str) and one]
