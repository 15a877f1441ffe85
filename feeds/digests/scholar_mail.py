"""Google Scholar's alert mails: title, where it leads, byline and the few lines Scholar shows of each result.

The lines are a snippet, not the abstract. Mail systems that forward such a mail write their own prefix before its class
names (Gmail `m_-8123...`, Outlook `x_`, Yahoo `yiv...`), and their own address before its links.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import lxml.html

from feeds.digests.arxiv_text import author_names
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, title_text, web_links
from feeds.digests.html import parse_html
from feeds.digests.items import read_each
from feeds.digests.mail import read_mail
from feeds.digests.mail_links import target
from feeds.paper import Digest, Paper, normal_doi, title_id
from feeds.text import plain

_PARTS = "//*[self::a[@href] or self::div]"
"""One path: the union of several takes quadratic time (measured with libxml2 2.14)."""
_BYLINE_COLOUR = re.compile(r"color:\s*(?:#006621|rgb\(0,\s*102,\s*33\))", re.IGNORECASE)
_KIND_MARK = re.compile(r"^(?:\[[A-Z]+\]\s*)+")
"""`[PDF]`, `[HTML]` before a title."""
_PREPRINT = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5}|[a-z-]+/\d{7})\b", re.IGNORECASE)
"""Where a result stands, by its byline: `arXiv preprint arXiv:2608.00010`."""


@dataclass(slots=True)
class _Result:
    title: str
    url: str
    byline: str = ""
    snippet: str = ""


def parse(data: bytes) -> Digest:
    """The results of an alert; one without a title is skipped.

    Raises DigestError if it is no Scholar alert.
    """
    mail = read_mail(data)
    results = _results(parse_html((mail.html or mail.text).encode("utf-8", "replace")).xpath(_PARTS))
    if not results:
        raise DigestError("no results in this mail: not a Google Scholar alert")
    papers, skipped = read_each(results, lambda one: _paper(one, mail.day), lambda one: plain(one.url)[:200])
    return Digest(tuple(papers), tuple(skipped), mail.day)


def _results(parts: Iterable[lxml.html.HtmlElement]) -> list[_Result]:
    """Each title with the byline and snippet that follow it before the next."""
    results: list[_Result] = []
    for part in parts:
        classes = str(part.get("class", ""))
        if part.tag == "a" and _is_of(classes, "gse_alrt_title"):
            results.append(_Result(_KIND_MARK.sub("", part.text_content().strip()), str(part.get("href", ""))))
        elif part.tag == "div" and results and _is_of(classes, "gse_alrt_sni"):
            results[-1].snippet = part.text_content()
        elif part.tag == "div" and results and _BYLINE_COLOUR.search(str(part.get("style", ""))):
            results[-1].byline = part.text_content()
    return results


def _is_of(classes: str, name: str) -> bool:
    """Whether an element has a class, whatever a mail system wrote before it."""
    return any(one.endswith(name) for one in classes.split())


def _paper(result: _Result, day: date | None) -> Paper:
    title = title_text(result.title)
    if not title:
        raise DigestError("has no title")
    url = target(result.url)
    authors, publication = _byline(result.byline)
    preprint = _PREPRINT.search(publication)
    arxiv, doi = arxiv_id(url) or (arxiv_id(preprint[1]) if preprint else None), normal_doi(url)
    return Paper(
        id=arxiv or (f"doi:{doi}" if doi else url or title_id(title)),
        title=title,
        abstract=abstract_text(result.snippet),
        authors=authors,
        links=arxiv_links(arxiv) if arxiv else web_links({"abstract": url}),
        announced=day,
        doi=doi,
        publication=publication,
    )


def _byline(text: str) -> tuple[tuple[str, ...], str]:
    """Authors and publication of `A Author, B Author… - Venue, 2026`; a list that Scholar cut ends in an ellipsis."""
    authors, _, publication = plain(text).partition(" - ")
    return author_names(authors.replace("…", "")), plain(publication)
