"""Answers of the arXiv API, in the serialisations before and since November 2025.

They tell when a paper was submitted, never when it was announced.
"""

import re

from feeds.digests.arxiv_xml import Document, Fields, checked, entry_id, read_document, read_entries
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_links, instant, names, people, title_text
from feeds.digests.withdrawal import is_withdrawn
from feeds.paper import Digest, Paper, normal_doi
from feeds.text import plain

_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?")
"""`cs.LG`, `hep-ex`, `q-bio`; MSC and ACM classes stand among the categories too."""


def parse(data: bytes) -> Digest:
    """The papers of an answer.

    Raises DigestError if it is none, tells of an error, or promises results and gives none (it may when busy).
    """
    document = read_document(data)
    _refuse_error(document)
    papers, skipped = read_entries(document, _paper)
    if not papers and not skipped and _promised(document.head):
        raise DigestError("the arXiv API promised results and gave none: ask again")
    return Digest(papers, skipped)


def _paper(entry: Fields) -> Paper:
    arxiv = entry_id(entry)
    abstract, comment = entry.first("summary"), entry.first("comment")
    return checked(
        Paper(
            id=arxiv,
            title=title_text(entry.first("title")),
            abstract=abstract_text(abstract),
            authors=people(entry.all("author")),
            categories=names(term for term in entry.all("category") if _CATEGORY.fullmatch(term)),
            links=arxiv_links(arxiv),
            doi=normal_doi(entry.first("doi")),
            publication=plain(entry.first("journal_ref")),
            published=instant(entry.first("published")),
            withdrawn=is_withdrawn(comment, abstract),
        )
    )


def _refuse_error(document: Document) -> None:
    for entry in document.entries:
        if "/api/errors" in entry.first("id"):
            raise DigestError(f"the arXiv API says: {plain(entry.first('summary'))}")


def _promised(head: Fields) -> bool:
    total, start, page = (
        int(text) if (text := head.first(name).strip()[:12]).isdecimal() else 0
        for name in ("totalResults", "startIndex", "itemsPerPage")
    )
    return start < total and page > 0
