"""One HTTP answer as a value, and what its headers say."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 24 * 3600.0
"""Seconds: what a server may ask for at most, should its or our clock be wrong."""
UNTOLD_PAUSE = 300.0
"""Seconds to stay away from a server that wants us to, and does not say for how long."""
_AWAY = re.compile(rb"\s*\W*(?:rate limit(?:ed| exceeded)?|rate exceeded|too many requests|slow down)\b", re.IGNORECASE)
_SHORT = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. With `not_modified` the body is empty, and the validators are the ones to keep."""

    status: int
    url: str
    """Where it came from in the end, without credentials."""
    headers: Mapping[str, str] = field(repr=False)
    """By name in any case."""
    body: bytes = field(repr=False)
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


def is_sent_away(body: bytes) -> bool:
    """Whether an answer of status 200 is a refusal in words: arXiv's API says `Rate exceeded.` so."""
    return len(body) <= _SHORT and _AWAY.match(body) is not None


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to stay away, 0 to 24 h, by a Retry-After header in either form (RFC 9110, 10.2.3); None if unusable."""
    if not header:
        return None
    try:
        seconds = float(header) if header.strip().isdecimal() else _seconds_until(header, now)
    except (ValueError, OverflowError):  # a date far beyond all years
        return None
    return math.ceil(min(max(seconds, 0.0), LONGEST_PAUSE))


def _seconds_until(date: str, now: datetime) -> float:
    then = parsedate_to_datetime(date)
    return ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()
