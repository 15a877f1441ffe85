"""What arXiv writes into its fields: author lists, announcement heads, remarks on withdrawal, days of announcement.

Used by its feeds, its API and its mails alike.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from feeds.digests.fields import day_in, people

_EASTERN = ZoneInfo("America/New_York")
"""arXiv's day: its feeds are dated midnight there, its announcements come at 20:00 (info.arxiv.org, availability)."""
_AFFILIATION = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|:\s+")
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?")
_NO_AUTHOR = re.compile(r"(?:et\.? al\.?|and)", re.IGNORECASE)


def author_names(written: str) -> tuple[str, ...]:
    """Names from arXiv's one line of authors: separated by commas or `and`, affiliations in parentheses left out."""
    written = _without_affiliations(" ".join(written.split()))
    found: list[str] = []
    for part in map(str.strip, _BETWEEN.split(written)):
        if found and _SUFFIX.fullmatch(part):
            found[-1] += f", {part}"
        elif part and not _NO_AUTHOR.fullmatch(part):
            found.append(part)
    return people(found)


def _without_affiliations(written: str) -> str:
    for _ in range(4):  # they nest, rarely and shallowly
        written = _AFFILIATION.sub("", written)
    return written.partition(" (")[0] if written.count("(") != written.count(")") else written


def eastern_day(written: str) -> date | None:
    """The day of a time where arXiv counts its days, US Eastern; None if it is no time, or a default value."""
    return day_in(_EASTERN, written)


def next_mailing(until: datetime) -> date:
    """The day on which papers received until this time are mailed: the next weekday."""
    day = until.date() + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
