"""arXiv's announcement feeds: RSS 2.0 and Atom of rss.arxiv.org, and the RDF they were until 2024.

Not the API's answers, which are Atom too (arxiv_api).
"""

import re
from dataclasses import dataclass
from datetime import date

from feeds.digests.arxiv_text import author_names, eastern_day
from feeds.digests.arxiv_xml import Fields, checked, entry_id, read_document, read_entries
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_links, names, title_text
from feeds.digests.html import html_text
from feeds.digests.withdrawal import is_withdrawn
from feeds.paper import Digest, Paper, normal_doi
from feeds.text import plain

_HEAD = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*(?P<type>[\w-]+)\s*(?:Abstract:\s*)?")
_TITLE_TAIL = re.compile(r"\.?\s*\(arXiv:\S+\s+\[(?P<category>[\w.-]+)\](?P<note>[ A-Z]*)\)\s*\Z")


@dataclass(frozen=True, slots=True)
class _Announcement:
    """What an entry's description and title hold besides the abstract and the title."""

    title: str
    abstract: str
    replaced: bool
    crossed: bool
    categories: list[str]


def parse(data: bytes) -> Digest:
    """The announced papers; replaced ones are marked, the stub of a document that was cut off is skipped and named.

    Raises DigestError if it is no feed, or a feed that tells of an error.
    """
    document = read_document(data)
    error = document.head.first("title")
    if error.strip().startswith("Feed error"):
        raise DigestError(f"arXiv says: {plain(error)} {plain(document.head.first('description', 'subtitle'))}".strip())
    day = eastern_day(document.head.first("pubDate", "updated", "date"))
    papers, skipped = read_entries(document, lambda entry: _paper(entry, day))
    days = {paper.announced for paper in papers}
    return Digest(papers, skipped, days.pop() if len(days) == 1 else day)


def _paper(entry: Fields, day: date | None) -> Paper:
    announcement = _announcement(entry)
    arxiv = entry_id(entry)
    return checked(
        Paper(
            id=arxiv,
            title=title_text(announcement.title),
            abstract=abstract_text(announcement.abstract),
            authors=author_names(html_text(", ".join(entry.all("creator")))),
            categories=names(announcement.categories),
            links=arxiv_links(arxiv),
            announced=eastern_day(entry.first("pubDate", "published")) or day,
            doi=normal_doi(entry.first("DOI", "doi")),
            publication=plain(entry.first("journal_reference", "journal_ref")),
            replaced=announcement.replaced,
            crossed=announcement.crossed,
            withdrawn=is_withdrawn(announcement.abstract),
        )
    )


def _announcement(entry: Fields) -> _Announcement:
    title, description = " ".join(entry.first("title").split()), entry.first("description", "summary")
    tail = _TITLE_TAIL.search(title)
    if tail:  # RDF: its description is HTML
        note = tail["note"].strip()
        return _Announcement(
            title[: tail.start()], html_text(description), note == "UPDATED", note == "CROSS LISTED", [tail["category"]]
        )
    head = _HEAD.match(description)
    announced_as = entry.first("announce_type").strip() or (head["type"] if head else "")
    abstract = description[head.end() :] if head else description
    return _Announcement(
        title, abstract, announced_as.startswith("replace"), "cross" in announced_as, entry.all("category")
    )
