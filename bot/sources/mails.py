"""Mails that hold digests, one by one or many in an mbox file. A mail that holds none is named and left out."""

import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser

from feeds.digests import DigestError, parse_digest
from feeds.paper import Digest, Skipped
from feeds.text import plain

_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S[^\r\n]*\d\d:\d\d[^\r\n]*\r?\n(?=[A-Za-z][A-Za-z0-9-]*:)")
"""`From sender date` after an empty line and before a header (RFC 4155): a sentence in a mail has no time in it."""
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


def _subject(mail: bytes) -> str:
    headers = BytesHeaderParser().parsebytes(mail[:65536])
    return plain(str(headers.get("Subject", "")))[:100] or "a mail"
