"""What no digest is made of: tags, references and entries beyond reason, on which parsers spend minutes.

Each bound is far above what was recorded, and was set by measuring what 8 MB of the thing does to the parser.
"""

import re

from feeds.digests.error import DigestError

_MOST_REFERENCES = 200_000
_MOST_ENTRIES = 20_000
"""arXiv gives 2,000 at most; the longest recorded feed has 3,139."""
_LONG_TAG = re.compile(rb"<[A-Za-z/!?][^<>]{100000}")
"""A tag of as many letters has 20,000 attributes, and parsers compare each with all others."""
_QUOTED = re.compile(rb"=\s*(?:\"[^\"]*\"|'[^']*')")
_LONG_TYPE = re.compile(rb"^content-type:(?:[^\n]|\n[ \t]){2000}", re.IGNORECASE | re.MULTILINE)
_LARGEST_MAIL = 4 * 1024 * 1024
"""arXiv's listing of 220 papers has 400 KB."""

_MOST_PARTS = 20_000
"""The rules between an arXiv listing's entries begin as parts do; there is one for each paper."""


def refuse_absurd_xml(data: bytes) -> None:
    """Raises DigestError."""
    if data.count(b"&") > _MOST_REFERENCES:
        raise DigestError(f"a feed of more than {_MOST_REFERENCES:,} entities")
    if data.count(b"<item") + data.count(b"<entry") > _MOST_ENTRIES:
        raise DigestError(f"a feed of more than {_MOST_ENTRIES:,} entries")
    if _LONG_TAG.search(data):
        raise DigestError("a feed with a tag that does not end")


def refuse_absurd_html(data: bytes) -> None:
    """Raises DigestError. A value may be long: pages carry all their data in one."""
    if len(data) > 100_000 and _LONG_TAG.search(_QUOTED.sub(b"=", data)):
        raise DigestError("a page with a tag that does not end")


def refuse_absurd_mail(data: bytes) -> None:
    """Raises DigestError."""
    if len(data) > _LARGEST_MAIL:
        raise DigestError(f"a mail of {len(data):,} bytes: no digest is so long")
    if data.count(b"\n--") > _MOST_PARTS:
        raise DigestError(f"a mail of more than {_MOST_PARTS:,} parts")
    if _LONG_TYPE.search(data):
        raise DigestError("a mail whose Content-Type does not end")
