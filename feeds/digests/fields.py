"""Single values as digests give them: counts, URLs, times, lists of names. What is wrong becomes None or is left out.

Knows no format.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from feeds import paper
from feeds.text import clean_text, clean_title, plain

FIRST_YEAR = 1990
"""No feed and no listing is older: a date before is a default value, or a number misread."""
_LARGEST_COUNT = 2**53  # what JSON and every database hold exactly
_LONGEST_URL = 2048
_LONGEST_TITLE = 2_000
"""Of letters: the longest of 190,000 titles has 278 (measured)."""
_LONGEST_ABSTRACT = 20_000
"""The longest abstract has 3,661 (measured); blogs put whole articles into their feeds."""
_LONGEST_NAME = 500
_PLAIN_URL = re.compile(r"https?://[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?:/[\w.~%&=?#/+-]*)?", re.ASCII)
"""Most addresses; they need no taking apart."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9.-]++(?: [A-Za-z0-9.-]++)*+")
_PLAIN_NAMES = re.compile(rf"{_PLAIN_NAME.pattern}(?:\n{_PLAIN_NAME.pattern})*+")
"""Most names need no cleaning, and there are ten times as many names as papers: they are looked at all at once."""


def title_text(raw: str) -> str:
    """A title for readers; of one that is absurdly long its beginning."""
    return clean_title(raw[:_LONGEST_TITLE])


def abstract_text(raw: str) -> str:
    """An abstract for readers; of a whole article its beginning, which is what a query and a message need."""
    return clean_text(raw[:_LONGEST_ABSTRACT])


def count(value: object) -> int | None:
    """A number of votes, comments or stars; None for anything but a whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _LARGEST_COUNT else None


def web_url(value: object) -> str | None:
    """An absolute http or https URL with a host and no credentials, trimmed; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST_URL:
        return None
    url = value.strip()
    if _PLAIN_URL.fullmatch(url):
        return url
    if not url.isprintable() or any(c in url for c in ' "<>\\'):
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # a broken port or IPv6 address
        return None
    return url if good else None


def web_links(named: Mapping[str, object]) -> dict[str, str]:
    """Links by name, the unusable left out."""
    checked = {name: web_url(value) for name, value in named.items()}
    return {name: url for name, url in checked.items() if url}


def instant(value: object) -> datetime | None:
    """An aware time from an ISO or RFC 5322 date, UTC where no zone is given; None if it is neither."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def utc_day(value: object) -> date | None:
    """The UTC day of a time; None if it is none, or a default value."""
    return day_in(UTC, value)


def day_in(zone: tzinfo, value: object) -> date | None:
    """The day of a time in a zone; None if it is no time, or a default value."""
    found = instant(value)
    try:
        day = found.astimezone(zone).date() if found else None
    except OverflowError:  # year 1 or 9999 at the edge of a zone
        return None
    return day if day and day.year >= FIRST_YEAR else None


def names(values: Iterable[object]) -> tuple[str, ...]:
    """The strings among the values, cleaned, without empty ones and repeats, in order."""
    return _cleaned(values, plain)


def people(values: Iterable[object]) -> tuple[str, ...]:
    """Names of authors: as `names`, with TeX accents made letters."""
    return _cleaned(values, clean_title)


def _cleaned(values: Iterable[object], clean: Callable[[str], str]) -> tuple[str, ...]:
    given = [value for value in values if isinstance(value, str)]
    if not _PLAIN_NAMES.fullmatch("\n".join(given)):
        given = [value if _PLAIN_NAME.fullmatch(value) else clean(value[:_LONGEST_NAME]) for value in given]
    return tuple(dict.fromkeys(filter(None, given)))


def arxiv_id(text: str) -> str | None:
    """The arXiv id in an id or URL of a digest (feeds.paper.arxiv_id)."""
    found = paper.arxiv_id(text)
    return found if found and found.isascii() else None


def arxiv_links(arxiv: str) -> dict[str, str]:
    """Where arXiv shows the paper of this id."""
    return {"abstract": f"https://arxiv.org/abs/{arxiv}", "pdf": f"https://arxiv.org/pdf/{arxiv}"}
