r"""arXiv's listing mails and files: entries between `\\` lines, from the mailing of 1996 to today's.

Monthly and weekly listing files have no abstracts; their papers have none either.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from feeds.digests.arxiv_text import author_names, next_mailing
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, instant, names, title_text
from feeds.digests.mail import read_mail
from feeds.digests.withdrawal import is_withdrawn
from feeds.paper import Digest, Paper, Skipped, normal_doi
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


def parse(data: bytes) -> Digest:
    """The papers of a listing; replacements are marked and have no abstract, a cut-off entry is skipped and named.

    Raises DigestError if there is no entry in it.
    """
    mail = read_mail(data)
    text = mail.text
    found = list(_entries(text))
    entries = [entry for entry in found if isinstance(entry, _Entry)]
    if not found:
        raise DigestError("no entries in this arXiv listing")
    day = mail.day or _day_of_window(text) or _newest(entries)
    papers = tuple(_paper(entry, entry.day or day) for entry in entries)
    return Digest(papers, tuple(entry for entry in found if isinstance(entry, Skipped)), day)


def _entries(text: str) -> Iterator[_Entry | Skipped]:
    starts = list(_START.finditer(text))
    section = _REPLACEMENTS.search(text)
    bare = bool(_BARE_ENTRY.search(text))
    headings = list(_WEEK_DAY.finditer(text))
    positions = [found.start() for found in headings]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):  # no start: one end too many
        above = bisect(positions, start.start())
        under = instant(f"{headings[above - 1][1]} 00:00:00 GMT") if above else None
        yield _entry(
            start[1],
            text[start.start(1) + len(start[1]) : end],
            day=under.date() if under else None,
            replaced=bool(section and section.start() < start.start()),
            bare=bare,
        )


def _entry(written_id: str, text: str, *, day: date | None, replaced: bool, bare: bool) -> _Entry | Skipped:
    arxiv = arxiv_id(written_id)
    if not arxiv:
        return Skipped(plain(written_id)[:80] or "an entry", "has no arXiv id")
    header, closing, rest = _split_at_closing(text)
    fields = _fields(header)
    replaced = replaced or _REPLACED in header
    if not title_text(fields.get("Title", "")):
        return Skipped(arxiv, "cut off before its title" if not closing else "has no title")
    rule = _RULE.search(rest)
    body, body_closing, _ = _split_at_closing(rest[: rule.start()] if rule else rest)
    whole = rule or body_closing or replaced or bare or " (" in closing
    if not closing or not whole:
        return Skipped(arxiv, "cut off before the end of its abstract")
    return _Entry(arxiv, fields, body.strip() or None, replaced, _CROSSED in header, day)


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
        published=_submitted(entry),
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
    times = [time for entry in entries if (time := _submitted(entry))]
    return max(days or [time.date() for time in times], default=None)


def _submitted(entry: _Entry) -> datetime | None:
    found = _SUBMITTED.match(entry.fields.get("Date", ""))
    return instant(found[1]) if found else None
