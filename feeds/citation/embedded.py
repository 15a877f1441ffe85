"""What a reference manager finds on a page: `citation_*` tags for one paper, a COinS span for each of a list.

By the rules of Zotero's translators "Embedded Metadata" and "COinS" (github.com/zotero/translators, openurl.js of
github.com/zotero/utilities).
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from feeds.citation.reference import Author, Reference, reference
from feeds.paper import Paper

_PREPRINT, _JOURNAL = "info:ofi/fmt:kev:mtx:dc", "info:ofi/fmt:kev:mtx:journal"

_EASY = re.compile(r"[A-Za-z0-9_.~ ,:/-]+")


def tags(paper: Paper) -> tuple[tuple[str, str], ...]:
    """The tags' names and contents."""
    one = reference(paper)
    known = {
        "citation_publication_date": one.iso_date.replace("-", "/"),
        "citation_journal_title": one.publication,
        "citation_arxiv_id": one.arxiv,
        "citation_doi": one.doi,
        "citation_pdf_url": one.pdf,
        "citation_abstract_html_url": one.url,
        "citation_abstract": one.abstract,
        "citation_keywords": "; ".join(word for word in one.keywords if ";" not in word),
    }
    authors = (("citation_author", _in_tag(author)) for author in one.authors)
    return (("citation_title", one.title), *authors, *((name, value) for name, value in known.items() if value))


def coins(paper: Paper) -> str:
    """The context object of a paper (NISO Z39.88-2004), the title of its span."""
    pairs = _pairs(reference(paper))
    return "&".join(f"{name}={_quoted(value)}" for name, value in pairs if value)


def _quoted(value: str) -> str:
    if _EASY.fullmatch(value):  # as names and most titles are: quote looks at each letter
        return value.replace(" ", "%20").replace(",", "%2C").replace(":", "%3A").replace("/", "%2F")
    return quote(value, safe="", errors="replace")


def _pairs(one: Reference) -> Iterator[tuple[str, str]]:
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", _JOURNAL if one.publication else _PREPRINT
    if one.publication:
        yield "rft.genre", "article"
        yield "rft.atitle", one.title
        yield "rft.jtitle", one.publication
    else:
        yield "rft.type", "preprint"
        yield "rft.title", one.title
        yield "rft.publisher", "arXiv" if one.arxiv else ""
    yield "rft.date", one.iso_date
    for author in one.authors:
        yield "rft.au", author.inverted
    yield "rft_id", f"info:doi/{one.doi}" if one.doi else ""
    yield "rft_id", one.url


def _in_tag(author: Author) -> str:
    """A semicolon parts authors; so does a comma, where it stands between words on both sides."""
    order = author.order
    if order and " " in order.family and " " in order.given:
        return f"{order.given} {order.family}".replace(";", " ")
    return author.inverted.replace(";", " ")
