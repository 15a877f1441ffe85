"""An entry of a feed as feedparser gives it, read by type: a field of any name may hold anything.

feedparser puts a feed's own elements beside its own keys, so `<authors>A;B;</authors>` and `<title_detail>` stand where
its lists and mappings do, and an attribute makes a mapping of any text.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from feeds.digests.fields import FIRST_YEAR, instant

_NOT_ITS_OWN = rb"authors|contributors|links|tags|enclosures|guidislink|href|\w+_detail|\w+_parsed"
_OWN_ELEMENT = re.compile(rb"<(/?)((?:" + _NOT_ITS_OWN + rb"))(?:\s[^<>]*?)?(/?)>", re.IGNORECASE)
"""Elements whose names are keys that feedparser fills itself, and then trusts: one `<links>` costs the whole feed."""
_ATTRIBUTED = re.compile(rb"<((?:dc:identifier|prism:\w+))\s[^<>]*?(/?)>", re.IGNORECASE)
"""An unknown element with attributes becomes a mapping of them, and loses its text."""
_AUTHORS = re.compile(
    rb"<(author|dc:creator|managingeditor)\b[^<>]*>(?:\s*<!\[CDATA\[)?[^<]{0,20000}@[^<]{0,20000}", re.IGNORECASE
)
"""feedparser looks for one mail address in an author, whose last part may have four letters, and keeps the rest."""
_EARLY = re.compile(r"(?<![+\-\d:.])0\d{3}(?![\d:])")
"""A year of four digits before 1000: feedparser reads 0001 as 2001."""
_FIGURES = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CALENDAR = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-3]\d(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)?)?")
"""Figures that are a date: 2026, 202601, 20260105, 202601051000, 20260105100000."""
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_MILLISECONDS = 10**11
_DAYS = (
    re.compile(r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"),
    re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?P<name>[^\W\d_]{3,10})\.?,?[ -](?P<year>\d{4})\b"),
    re.compile(r"\b(?P<name>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})\b"),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
)
"""A day as people write it, or beside a time that is none (24:00, 23:59:60)."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan gen ene", "feb fév", "mar mär", "apr abr avr", "may mai mag", "jun giu",
            "jul lug", "aug ago aoû", "sep set", "oct okt ott", "nov", "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
"""By the first three letters: English, German, French, Spanish, Italian."""


def prepared(data: bytes) -> bytes:
    """A feed in which no element has the name of one of feedparser's own keys, and no author an `@`."""
    data = _ATTRIBUTED.sub(rb"<\1\2>", _OWN_ELEMENT.sub(rb"<\1x-\2\3>", data))
    return _AUTHORS.sub(lambda author: author[0].replace(b"@", b"(at)"), data) if b"@" in data else data


class Entry:
    """What an entry, or the feed itself, has under a name, if it is of the type that is asked for."""

    def __init__(self, values: Any) -> None:
        self._values: dict[str, Any] = dict(values) if isinstance(values, Mapping) else {}

    def text(self, *names: str) -> str:
        """The first text among these names that is not blank, else an empty one."""
        return next((v for name in names if isinstance(v := self._values.get(name), str) and v.strip()), "")

    def detail(self, name: str) -> "Entry":
        """What feedparser says of a text beside it."""
        return Entry(self._values.get(f"{name}_detail"))

    def all(self, name: str) -> list["Entry"]:
        """Every mapping of a list of them."""
        values = self._values.get(name)
        return [Entry(value) for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []

    def time(self, name: str) -> datetime | None:
        """A time, from 1990 on; also one that feedparser could not read, or takes for a year."""
        parsed, written = self._values.get(f"{name}_parsed"), self.text(name).strip()
        if _EARLY.search(written):
            return None
        found = _from_parts(parsed) if isinstance(parsed, struct_time) else None
        reads = [_since_epoch(written), instant(written)]
        if not _FIGURES.fullmatch(written):
            reads = [_day(written, _DAYS[:1]), found, *reads, _day(written, _DAYS)]
        elif _CALENDAR.fullmatch(written):
            reads.insert(0, found)
        return next((read for read in reads if read and read.year >= FIRST_YEAR), None)


def _from_parts(parsed: struct_time) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None


def _day(written: str, patterns: Sequence[re.Pattern[str]]) -> datetime | None:
    """The beginning of the day that a text names."""
    for found in filter(None, (pattern.search(written[:200]) for pattern in patterns)):
        parts = found.groupdict()
        month = int(parts["month"]) if "month" in parts else _MONTHS.get(parts["name"][:3].lower(), 0)
        try:
            return datetime(int(parts["year"]), month, int(parts["day"]), tzinfo=UTC)
        except ValueError:
            continue
    return None


def _since_epoch(written: str) -> datetime | None:
    """A Unix time in seconds or milliseconds."""
    if not _EPOCH.fullmatch(written):
        return None
    seconds = float(written)
    return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
