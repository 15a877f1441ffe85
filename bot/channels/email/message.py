"""Papers as mails, each below what Gmail shows, and as the outbox keeps them: without whom they are to.

Tokens of a reader are put in when a mail is sent (bot.channels.email.letter).
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.channels.channel import Issue, Packed, Payload
from bot.channels.email.markup import entry_html, html_of
from bot.channels.email.text import entry_text, text_of, wrapped
from bot.channels.email.values import Entry, digest_of, entries_of
from bot.channels.splitting import split
from bot.channels.wording import one_line, safe

BYTES = 100_000
"""Of one mail: Gmail cuts off what is beyond 102 KB."""
_LETTERHEAD = 4_000
"""Bytes of it for its header, and for links with tokens."""
_HEADING = 300
"""Bytes of what stands around a group's name."""
_PICTURE = 300
"""Bytes of a picture's header."""
_MANY = 999
"""Mails of one issue, as far as the room for their numbers goes."""
_SUBJECT = 200
_PLAIN = bytes(byte for byte in range(32, 127) if byte != ord("="))


@dataclass(frozen=True, slots=True)
class Mail:
    """What a payload holds."""

    subject: str
    text: str
    html: str
    """Empty: it is text alone."""
    mark: str
    """Stands for a reader's tokens wherever they are to be put in: made from all that is said, so no paper holds it."""
    at: float
    """Unix seconds of its Date."""
    pictures: tuple[tuple[str, bytes], ...] = ()
    """Name and PNG of those that its HTML shows."""

    @property
    def payload(self) -> Payload:
        """As the outbox keeps it: a fifth of what it is unpacked."""
        pictures = [[name, b64encode(png).decode("ascii")] for name, png in self.pictures]
        written = json.dumps([self.text, self.html, *([pictures] if pictures else [])]).encode()
        packed = b64encode(zlib.compress(written)).decode("ascii")
        return {"subject": self.subject, "packed": packed, "mark": self.mark, "at": self.at}

    @classmethod
    def of(cls, payload: Payload) -> "Mail":
        """The same again."""
        text, html, *rest = json.loads(zlib.decompress(b64decode(payload["packed"])))
        pictures = tuple((name, b64decode(png)) for name, png in rest[0]) if rest else ()
        return cls(payload["subject"], text, html, payload["mark"], payload["at"], pictures)

    def to(self, manage: str, unsubscribe: str) -> tuple[str, str]:
        """Text and HTML with a reader's own tokens in place."""
        if not self.mark:
            return self.text, self.html
        first, second = _marks(self.mark)
        text, html = (part.replace(first, manage).replace(second, unsubscribe) for part in (self.text, self.html))
        return text, html


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a reader goes to change or end what comes: addresses of the site that end in a token."""

    site: str
    """With a slash at its end; empty: none is served, and who wants to end it writes to `sender`."""
    sender: str

    def manage(self, token: str) -> str:
        """The page that shows and changes subscriptions; empty: there is none."""
        return f"{self.site}manage/{token}" if self.site else ""

    def unsubscribe(self, token: str) -> str:
        """What ends all of them."""
        return f"{self.site}unsubscribe/{token}" if self.site else f"mailto:{self.sender}?subject=unsubscribe"


def pack_issue(issue: Issue, doors: Doors, now: datetime) -> list[Packed]:
    """As few mails as fit, split between papers, numbered."""
    entries = entries_of(issue)
    parts = split([(_cost(one),) for one in entries], (_room(issue, doors, now),))
    return [
        Packed(_mail(issue, entries[part.start : part.stop], (number, len(parts)), doors, now).payload, len(part))
        for number, part in enumerate(parts, start=1)
    ]


def pack_text(text: str, now: datetime) -> Payload:
    """A notice, as text alone; its first line is its subject."""
    subject = one_line(text.strip().partition("\n")[0], _SUBJECT)
    body = "\n".join(map(wrapped, safe(text).splitlines()))
    return Mail(subject, f"{body}\n", "", "", _second(now)).payload


def _mail(issue: Issue, entries: Sequence[Entry], place: tuple[int, int], doors: Doors, now: datetime) -> Mail:
    digest = digest_of(issue, entries, *place)
    mark = sha256(repr(digest).encode("utf-8", "replace")).hexdigest()[:32]
    first, second = _marks(mark)
    ways = (doors.manage(first), doors.unsubscribe(second))
    pictures = tuple((one.name, one.png) for one in digest.pictures)
    return Mail(digest.subject, text_of(digest, *ways), html_of(digest, *ways), mark, _second(now), pictures)


def _room(issue: Issue, doors: Doors, now: datetime) -> int:
    """Bytes that a mail has for papers."""
    empty = _mail(issue, [], (_MANY, _MANY), doors, now)
    return BYTES - _LETTERHEAD - _size(empty.text + empty.html) - sum(map(_size_of_picture, empty.pictures))


def _cost(one: Entry) -> int:
    """Bytes that a paper takes, with the heading that it may need."""
    heading = _HEADING + 4 * _size(one.group) if one.group else 0
    return heading + _size(entry_text(one) + entry_html(one)) + 4


def _size_of_picture(one: tuple[str, bytes]) -> int:
    """As base64, with its header."""
    return len(one[1]) * 7 // 5 + _PICTURE


def _size(written: str) -> int:
    """Bytes of a text as it goes: quoted-printable takes three for what is not ASCII, and breaks lines."""
    sent = written.encode("utf-8", "replace")
    size = len(sent) + 2 * len(sent.translate(None, _PLAIN))
    return size + size // 24


def _marks(mark: str) -> tuple[str, str]:
    return f"{mark}-manage", f"{mark}-unsubscribe"


def _second(now: datetime) -> float:
    return float(int(now.timestamp()))
