"""A mail as MIME: its date, sender and texts. Also takes a text without headers, as one copies it from a mail.

Knows nothing of what the mail says.
"""

import re
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.message import Message

from feeds.digests.bounds import refuse_absurd_mail
from feeds.digests.error import DigestError
from feeds.digests.fields import FIRST_YEAR, instant
from feeds.text.encoding import as_meant

_HEADER = re.compile(rb"(?:From [^\r\n]*\r?\n)?[A-Za-z][A-Za-z0-9-]*:[ \t\r\n]")
_KNOWN = re.compile(
    rb"^(?:date|from|to|subject|received|delivered-to|return-path|mime-version|content-type|message-id):",
    re.IGNORECASE | re.MULTILINE,
)

_IS_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|div|pre|p|table)\b", re.IGNORECASE)
_UNSEEN = re.compile("^[\ufeff\u200b\u2060]+", re.MULTILINE)
"""What programs put before a line, and nobody sees."""
_MOST_NESTED = 3
"""Mails within attachments."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's date as its sender wrote it, and its texts."""

    day: date | None
    text: str
    """Every plain part, joined; also of attachments that are texts or mails, whatever type they were given."""
    html: str
    """Every HTML part, joined, likewise."""


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with a mail's headers."""
    head = re.split(rb"\r?\n\r?\n", data[:65536].lstrip(), maxsplit=1)[0]
    return bool(_HEADER.match(head)) and len({name.lower() for name in _KNOWN.findall(head)}) >= 2


def read_mail(data: bytes) -> Mail:
    """A mail's date and texts. Raises DigestError if its parts are nested absurdly, or it is absurdly long."""
    if not is_mail(data):
        return Mail(None, _decoded(data, "utf-8"), "")
    try:
        return _mail(data, _MOST_NESTED)
    except RecursionError:
        raise DigestError("a mail nested too deeply") from None


def _mail(data: bytes, deeper: int) -> Mail:
    refuse_absurd_mail(data)
    message = message_from_bytes(data.lstrip())
    texts: list[str] = []
    htmls: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/plain":
            texts.append(_text(part))
        elif kind == "text/html":
            htmls.append(_text(part))
        elif kind == "message/rfc822" and (encoded := _decoded_mail(part, deeper)):
            texts.append(encoded.text)
            htmls.append(encoded.html)
        elif part.get_content_maintype() in {"application", "text"} and (attached := _attached(part, deeper)):
            texts.append(attached.text)
            htmls.append(attached.html)
    return Mail(_day(message), "\n\n".join(filter(None, texts)), "\n\n".join(filter(None, htmls)))


def _decoded_mail(part: Message, deeper: int) -> Mail | None:
    """An attached mail that is encoded as other attachments are, which RFC 2046 forbids and some servers do."""
    coding, inner = str(part.get("Content-Transfer-Encoding", "")).strip().lower(), part.get_payload()
    if coding not in {"base64", "quoted-printable"} or not deeper or not isinstance(inner, list):
        return None
    coded = Message()
    coded["Content-Transfer-Encoding"] = coding
    coded.set_payload("".join(str(one.get_payload()) for one in inner if isinstance(one, Message)))
    payload = coded.get_payload(decode=True)
    return _mail(payload, deeper - 1) if isinstance(payload, bytes) and is_mail(payload) else None


def _attached(part: Message, deeper: int) -> Mail | None:
    """An attachment that is a mail, a page or a text; None for anything else."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload or b"\0" in payload:
        return None
    if is_mail(payload):
        return _mail(payload, deeper - 1) if deeper else None
    text = _decoded(payload, _charset(part))
    return Mail(None, "", text) if _IS_HTML.match(text) else Mail(None, text, "")


def _day(message: Message) -> date | None:
    written = message.get("Date")
    sent = instant(str(written)) if written else None
    return sent.date() if sent and sent.year >= FIRST_YEAR else None


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _decoded(payload, _charset(part)) if isinstance(payload, bytes) else ""


def _charset(part: Message) -> str:
    found = part.get_content_charset("utf-8")
    return "utf-8" if found in {"us-ascii", "ascii"} else found


def _decoded(data: bytes, charset: str) -> str:
    """The text; what is not in its charset is as it is meant: single bytes of arXiv's oldest listings are Latin-1."""
    try:
        text = data.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        text = as_meant(data)
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
