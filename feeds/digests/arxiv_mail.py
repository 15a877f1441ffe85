r"""arXiv's listing mails and files: entries between `\\` lines, from the mailing of 1996 to today's.

Monthly and weekly listing files have no abstracts; their papers have none either.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from feeds.digests.arxiv_text import author_names, next_mailing
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, instant, names, title_text
from feeds.digests.html import html_lines
from feeds.digests.items import read_each
from feeds.digests.mail import Mail, read_mail
from feeds.digests.withdrawal import is_withdrawn
from feeds.paper import Digest, Paper, normal_doi
from feeds.text import plain

_START = re.compile(r"^\\\\[ \t]*\n(?:arXiv|Paper)(?: \([^)\n]*\))?: ?(\S+)[^\n]*$", re.MULTILINE)
_RULE = re.compile(r"^(?:-{20,}|%[-%]{20,}) *$", re.MULTILINE)
_REPLACEMENTS = re.compile(r"^%%--%%--", re.MULTILINE)
_CLOSING = re.compile(r"^\\\\(?:[ \t]*| \(.*)$", re.MULTILINE)
_BARE_ENTRY = re.compile(r"^\\\\[ \t]*\n-{20,}", re.MULTILINE)
"""Only listing files without abstracts have a rule right after the header."""
_WINDOW = re.compile(r"^ ?received from .*? to +(\w{3} +\d{1,2} \w{3} \d{2,4} [\d:]{8} GMT)", re.MULTILINE)
_WEEK_DAY = re.compile(r"^/\* (\w{3}, +\d{1,2} \w{3} \d{4}) \*/$", re.MULTILINE)
_FIELD = re.compile(
    r"(Title|Authors?|Categories|Comments|Report-no|MSC-class|ACM-class|Journal-ref|DOI|From|Date(?: \([^)]*\))?"
    r"|Proxy|License|Notes?):[ \t]*(.*)"
)
_REPLACED = "replaced with revised version"
_CROSSED = "(*cross-listing*)"
_SUBMITTED = re.compile(r"(.*?GMT)")
_QUOTED = re.compile(r"^(?:[ \t]*[>|])+ ?", re.MULTILINE)
_MARGIN = re.compile(r"^[ \t]+", re.MULTILINE)
_LINES_OF_HTML = re.compile(r"<(?:br|pre|div|p|tr|li)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Piece:
    """An entry's text, and what its place in the listing says of it."""

    arxiv: str
    """Its id as written."""
    text: str
    heading: str
    """The day it stands under."""
    replaced: bool
    bare: bool
    """Whether entries of this listing have no abstracts."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry in its parts; `abstract` is None where the listing has none."""

    arxiv: str
    fields: dict[str, str]
    abstract: str | None
    replaced: bool
    crossed: bool
    day: date | None
    """The day it stands under in a weekly listing."""
    submitted: datetime | None


def parse(data: bytes) -> Digest:
    """The papers of a listing; replacements are marked and have no abstract, a cut-off entry is skipped and named.

    Raises DigestError if there is no entry in it.
    """
    mail = read_mail(data)
    text = listing_in(mail)
    entries, skipped = read_each(_pieces(text), _entry, lambda piece: plain(piece.arxiv)[:80] or "an entry")
    if not entries and not skipped:
        raise DigestError("no entries in this arXiv listing")
    day = mail.day or _day_of_window(text) or _newest(entries)
    papers, unread = read_each(entries, lambda entry: _paper(entry, entry.day or day), lambda entry: entry.arxiv)
    return Digest(tuple(papers), (*skipped, *unread), day)


def listing_in(mail: Mail) -> str:
    """The text of a mail that is a listing: as it is, unquoted, or as its HTML shows it; empty if there is none."""
    if "\\\\" not in mail.text and "\\\\" not in mail.html:
        return ""
    if not mail.html and _START.search(mail.text) and not _LINES_OF_HTML.search(mail.text):
        return mail.text
    fullest = max(_readings(mail), key=lambda text: len(_START.findall(text)))
    return fullest if _START.search(fullest) else ""


def _readings(mail: Mail) -> Iterator[str]:
    shown = [html_lines(markup) for markup in (mail.html, mail.text) if _LINES_OF_HTML.search(markup)]
    for text in (mail.text, *shown):
        yield text
        yield _MARGIN.sub("", _QUOTED.sub("", text))


def _pieces(text: str) -> Iterator[_Piece]:
    starts = list(_START.finditer(text))
    section = _REPLACEMENTS.search(text)
    bare = bool(_BARE_ENTRY.search(text))
    headings = list(_WEEK_DAY.finditer(text))
    positions = [found.start() for found in headings]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):  # no start: one end too many
        above = bisect(positions, start.start())
        yield _Piece(
            start[1],
            text[start.start(1) + len(start[1]) : end],
            heading=headings[above - 1][1] if above else "",
            replaced=bool(section and section.start() < start.start()),
            bare=bare,
        )


def _entry(piece: _Piece) -> _Entry:
    arxiv = arxiv_id(piece.arxiv)
    if not arxiv:
        raise DigestError("has no arXiv id")
    header, closing, rest = _split_at_closing(piece.text)
    fields = _fields(header)
    replaced = piece.replaced or _REPLACED in header
    if not title_text(fields.get("Title", "")):
        raise DigestError("cut off before its title" if not closing else "has no title")
    rule = _RULE.search(rest)
    body, body_closing, _ = _split_at_closing(rest[: rule.start()] if rule else rest)
    whole = rule or body_closing or replaced or piece.bare or " (" in closing
    if not closing or not whole:
        raise DigestError("cut off before the end of its abstract")
    under = instant(f"{piece.heading} 00:00:00 GMT") if piece.heading else None
    return _Entry(
        arxiv,
        fields,
        body.strip() or None,
        replaced,
        _CROSSED in header,
        under.date() if under else None,
        _submitted(fields),
    )


def _split_at_closing(text: str) -> tuple[str, str, str]:
    r"""What stands before the next line that begins with `\\`, that line, and what follows it."""
    found = _CLOSING.search(text)
    return (text[: found.start()], found[0].strip(), text[found.end() :]) if found else (text, "", "")


def _fields(header: str) -> dict[str, str]:
    """Header fields; a line that begins none continues the one before, also where a copy lost its indentation.

    Of two fields of one name the first counts: the second is of an entry whose beginning was lost.
    """
    fields: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in header.splitlines():
        if found := _FIELD.match(line):
            lines = [found[2]]
            fields.setdefault(found[1], lines)
        elif line.strip():
            lines.append(line)
    return {name: "\n".join(lines) for name, lines in fields.items()}


def _paper(entry: _Entry, day: date | None) -> Paper:
    fields, abstract = entry.fields, entry.abstract or ""
    return Paper(
        id=entry.arxiv,
        title=title_text(fields["Title"]),
        abstract=abstract_text(abstract),
        authors=author_names(fields.get("Authors") or fields.get("Author", "")),
        categories=names(fields.get("Categories", "").split()),
        links=arxiv_links(entry.arxiv),
        announced=day,
        doi=normal_doi(fields.get("DOI", "").partition(" ")[0]),
        publication=plain(fields.get("Journal-ref", "")),
        published=entry.submitted,
        replaced=entry.replaced,
        crossed=entry.crossed,
        withdrawn=is_withdrawn(fields.get("Comments", ""), abstract),
    )


def _day_of_window(text: str) -> date | None:
    """The day of a mailing that was copied without its headers, from the time until which it received papers."""
    found = _WINDOW.search(text)
    until = instant(found[1]) if found else None
    return next_mailing(until) if until else None


def _newest(entries: Iterable[_Entry]) -> date | None:
    """The last day a weekly listing names; a listing without any date is no older than its newest paper."""
    days = [entry.day for entry in entries if entry.day]
    times = [entry.submitted.date() for entry in entries if entry.submitted]
    return max(days or times, default=None)


def _submitted(fields: Mapping[str, str]) -> datetime | None:
    found = _SUBMITTED.match(fields.get("Date", ""))
    return instant(found[1]) if found else None
