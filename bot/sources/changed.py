"""A GET of what changed since an earlier answer: validators go back verbatim, max-age is obeyed.

It neither parses nor stores: what must be remembered is a stamp, with a hash in place of the address.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import Message
from http import HTTPStatus

from bot.fetch import Fetcher, FetchError
from bot.fetch.answer import LONGEST_PAUSE
from bot.rules.parts import Part
from bot.sources.source import Failed
from feeds.digests import DigestError

_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NEVER_FRESH = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_ENDED = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
_GOES_ON = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
"""What cannot stand after a feed's end. A cache may add a comment there, a site its scripts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address gave: nothing new (`body` is None), or a body; and what to remember of it."""

    body: bytes | None
    stamp: str
    address: str = ""
    """Where the body came from in the end."""
    charset: str = ""
    """What the Content-Type says that it is written in."""
    known: bool = False
    """Whether this address was read before, to its end."""

    @property
    def is_whole(self) -> bool:
        """Whether a feed was closed at its end. One that was cut off on its way is read again."""
        body = (self.body or b"").replace(b"\0", b"")  # UTF-16 has one beside each letter
        ends = [found.end() for found in _ENDED.finditer(body)]
        return bool(ends) and _GOES_ON.search(body, ends[-1]) is None


@dataclass(frozen=True, slots=True)
class _Memory:
    address: str
    etag: str | None
    last_modified: str | None
    fresh_until: float
    """Unix seconds until when the server said it would say the same."""


async def get_changed(fetcher: Fetcher, url: str, part: Part | None, now: datetime) -> Reading:
    """What changed at `url` since `part` was read; no request while that answer is fresh. Raises FetchError."""
    memory = _recalled(part.stamp if part else "", _hashed(url))
    read_before = part and part.read_at <= now  # else the clock was set back since
    if part and memory and read_before and now.timestamp() < memory.fresh_until <= now.timestamp() + LONGEST_PAUSE:
        return Reading(None, part.stamp, known=True)
    answer = await fetcher.get(
        url, etag=memory.etag if memory else None, last_modified=memory.last_modified if memory else None
    )
    fresh_for = max_age(answer.headers)
    fresh_until = now.timestamp() + fresh_for if fresh_for else 0.0
    kept = _Memory(_hashed(url), answer.etag, answer.last_modified, fresh_until)
    body = None if answer.not_modified else answer.body
    return Reading(body, json.dumps(asdict(kept)), answer.url, _charset(answer.headers), known=memory is not None)


def fresh_at_most(stamp: str, until: datetime) -> str:
    """What to remember of an answer that is not to be trusted for as long as the server said."""
    memory = json.loads(stamp)
    return json.dumps(memory | {"fresh_until": min(memory["fresh_until"], until.timestamp())})


def max_age(headers: Mapping[str, str]) -> float:
    """Seconds for which an answer stays fresh, at most a day (RFC 9111, 4.2.1: max-age less Age)."""
    control = headers.get("Cache-Control", "")
    found = _MAX_AGE.search(control)
    if not found or _NEVER_FRESH.search(control):
        return 0.0
    age = headers.get("Age", "").strip()
    return min(max(float(found[1]) - (int(age[:12]) if age.isdecimal() else 0), 0.0), LONGEST_PAUSE)


def _charset(headers: Mapping[str, str]) -> str:
    """The charset of a Content-Type (RFC 9110, 8.3.1); empty where it names none."""
    told = Message()
    told["Content-Type"] = headers.get("Content-Type", "")
    return str(told.get_content_charset("") or "")


def unread(part: str, error: FetchError | DigestError) -> Failed:
    """A failed reading; of the whole source (no part) where the server is gone or wants us to stay away."""
    if isinstance(error, DigestError):
        return Failed(part, str(error))
    stay_away = error.retry_after is not None or error.status == HTTPStatus.TOO_MANY_REQUESTS
    if error.no_answer or stay_away:
        return Failed("", f"{part}: {error.reason}", error.retry_after)
    return Failed(part, error.reason)


def _recalled(stamp: str, address: str) -> _Memory | None:
    try:
        memory = _Memory(**json.loads(stamp))
    except (ValueError, TypeError):
        return None
    return memory if memory.address == address else None


def _hashed(url: str) -> str:
    """An address may hold a token, which the database must not."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:16]
