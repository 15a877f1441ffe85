"""Mails that hold digests, one by one or many in an mbox file. A mail that holds none is named and left out."""

import re
from collections.abc import Iterator
from datetime import date
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser

from feeds.digests import DigestError, parse_digest
from feeds.digests.fields import instant
from feeds.digests.mail import read_mail
from feeds.paper import Digest, Skipped
from feeds.text import plain

_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S[^\r\n]*\d\d:\d\d[^\r\n]*\r?\n(?=[A-Za-z][A-Za-z0-9-]*:)")
"""`From sender date` after an empty line and before a header (RFC 4155): a sentence in a mail has no time in it."""
_SENDERS = ("From", "Sender", "Reply-To", "Return-Path", "List-Id", "X-Original-From")
_LISTS = re.compile(r"scholaralerts-noreply@google\.com|no-reply@arxiv\.org|rabble@arxiv\.org")
_LISTING = re.compile(r"\bdaily\b.*\bmailing\b|\bsubj-class mailing\b", re.IGNORECASE)
_PAPER = re.compile(
    r"""^[> \t]{0,20}(?:<[^>]{0,200}>){0,9}[ \t]{0,20}arXiv:(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})
    | gse_alrt_title["'][^>]{0,500}?href=["']([^"']{1,2000})
    | href=["']([^"']{1,2000})["'][^>]{0,500}?gse_alrt_title
    | huggingface\.co/papers/(\d{4}\.\d{4,5})""",
    re.VERBOSE | re.MULTILINE,
)
"""A paper as the digests name it: at the head of a listing's entry, a title of an alert, a page of Daily Papers."""
_BREAK = re.compile(r"<(?:br|p|pre|div)\b[^>]{0,200}>", re.IGNORECASE)
_ENOUGH = 1024 * 1024
"""Characters of a mail that are looked at for papers."""
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_mbox(data: bytes) -> bool:
    """Whether a file holds mails behind `From ` lines."""
    return _SEPARATOR.match(data) is not None


def mails_of(data: bytes) -> Iterator[bytes]:
    """The mails of an mbox file, without their `From ` lines."""
    starts = list(_SEPARATOR.finditer(data))
    ends = [start.start() for start in starts[1:]] + [len(data)]
    for start, end in zip(starts, ends, strict=True):
        yield _QUOTED.sub(rb"\1", data[start.end() : end])


def digest_of(mail: bytes) -> Digest:
    """What a mail announces. One that is no digest (a welcome, a receipt) is a skipped item, named by its subject."""
    try:
        return parse_digest(mail)
    except DigestError as error:
        return Digest((), (Skipped(_subject(mail), str(error)),))


def announces_papers(mail: bytes) -> bool:
    """Whether a mail that was not read looks like a digest all the same, so that papers may be in it.

    It does by its sender, arXiv's listings or Scholar's alerts; by the subject of a listing; or, forwarded or from
    anywhere, by naming two papers in the way that digests do (one, in a mail of Hugging Face). A welcome, a receipt, or
    a letter with a link to a paper does not.
    """
    headers = _headers(mail)
    senders = " ".join(str(headers.get(name, "")) for name in _SENDERS).lower()
    if _LISTS.search(senders) or _LISTING.search(_decoded(headers, "Subject")):
        return True
    try:
        read = read_mail(mail)
    except DigestError:
        return False
    text = _BREAK.sub("\n", f"{read.text}\n{read.html}"[:_ENOUGH])
    papers = set(_PAPER.findall(text))
    return len(papers) >= (1 if "huggingface.co" in senders else 2)


def caption(mail: bytes) -> str:
    """A mail, or its headers, for people: its subject and its day."""
    sent = sent_on(mail)
    return f'"{_subject(mail)}"' + (f" of {sent}" if sent else "")


def sent_on(mail: bytes) -> date | None:
    """The day that a mail, or its headers, gives itself."""
    sent = instant(str(_headers(mail).get("Date", "")))
    return sent.date() if sent else None


def _subject(mail: bytes) -> str:
    return plain(_decoded(_headers(mail), "Subject"))[:100] or "a mail"


def _headers(mail: bytes) -> Message:
    return BytesHeaderParser().parsebytes(mail[:65536])


def _decoded(headers: Message, name: str) -> str:
    """A header as people read it (RFC 2047)."""
    written = headers.get(name, "")
    try:
        return str(make_header(decode_header(written)))
    except (ValueError, LookupError):
        return str(written)
