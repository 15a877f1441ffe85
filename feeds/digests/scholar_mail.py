"""Google Scholar's alert mails: title, where it leads, byline and the few lines Scholar shows of each result.

The lines are a snippet, not the abstract.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

import lxml.html

from feeds.digests.arxiv_text import author_names
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, title_text, web_links, web_url
from feeds.digests.html import parse_html
from feeds.digests.mail import read_mail
from feeds.paper import Digest, Paper, Skipped, normal_doi, title_id
from feeds.text import plain

_PARTS = (
    '//*[self::a[contains(concat(" ", @class, " "), " gse_alrt_title ")]'
    ' or self::div[contains(translate(@style, " ", ""), "color:#006621")'
    ' or contains(concat(" ", @class, " "), " gse_alrt_sni ")]]'
)
"""One path: the union of three takes quadratic time (measured with libxml2 2.14)."""
_KIND_MARK = re.compile(r"^(?:\[[A-Z]+\]\s*)+")
"""`[PDF]`, `[HTML]` before a title."""


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
    papers = [_paper(result, mail.day) for result in results if title_text(result.title)]
    skipped = [Skipped(plain(result.url)[:200], "has no title") for result in results if not title_text(result.title)]
    return Digest(tuple(papers), tuple(skipped), mail.day)


def _results(parts: Iterable[lxml.html.HtmlElement]) -> list[_Result]:
    """Each title with the byline and snippet that follow it before the next."""
    results: list[_Result] = []
    for part in parts:
        text = part.text_content()
        if part.tag == "a":
            results.append(_Result(_KIND_MARK.sub("", text.strip()), str(part.get("href", ""))))
        elif results and "gse_alrt_sni" in str(part.get("class", "")):
            results[-1].snippet = text
        elif results:
            results[-1].byline = text
    return results


def _paper(result: _Result, day: date | None) -> Paper:
    title = title_text(result.title)
    url = _target(result.url) or ""
    arxiv, doi = arxiv_id(url), normal_doi(url)
    authors, publication = _byline(result.byline)
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


def _target(url: str) -> str | None:
    """Where a result leads: Scholar wraps it as `scholar_url?url=...`."""
    try:
        parts = urlsplit(url)
        wrapped = parse_qs(parts.query).get("url") if parts.path.endswith("/scholar_url") else None
    except ValueError:
        return None
    return web_url(wrapped[0] if wrapped else url)


def _byline(text: str) -> tuple[tuple[str, ...], str]:
    """Authors and publication of `A Author, B Author… - Venue, 2026`; a list that Scholar cut ends in an ellipsis."""
    authors, _, publication = plain(text).partition(" - ")
    return author_names(authors.replace("…", "")), plain(publication)
