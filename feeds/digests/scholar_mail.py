"""Google Scholar's alert mails: title, where it leads, byline and the few lines Scholar shows of each result.

The lines are a snippet, not the abstract. Mail systems that forward such a mail write something of theirs before or
after its class names (Gmail `m_-8123...`, Outlook `x_`, Yahoo `yiv...`, Mail.ru `..._mr_css_attr`), drop them, move its
colours to other elements, and put an address of their own before its links.
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

_PARTS = "//*[self::a[@href] or self::div or self::p or self::td or self::font or self::span]"
"""One path: the union of several takes quadratic time (measured with libxml2 2.14)."""
_BYLINE_COLOUR = re.compile(r"\A#006621|color:\s*(?:#006621|rgba?\(\s*0\s*,?\s*102\s*,?\s*33\b)", re.IGNORECASE)
_LEADS_FROM_SCHOLAR = re.compile(r"scholar\.google\.[a-z.]+(?:/|%2f)scholar_url\b", re.IGNORECASE)
_INNER = ".//div|.//p|.//h3|.//a"
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
    is_bare: bool = False
    """Whether a mail system dropped the names of its parts: after the title comes the byline, then the snippet."""

    @property
    def lacks_snippet(self) -> bool:
        """Whether the next part that is a paragraph is the snippet."""
        return self.is_bare and bool(self.byline) and not self.snippet


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
        if part.tag == "a" and _is_title(part, classes):
            title = _KIND_MARK.sub("", part.text_content().strip())
            results.append(_Result(title, str(part.get("href", "")), is_bare="gse_alrt" not in classes.lower()))
        elif results and part.tag != "a" and _is_of(classes, "gse_alrt_sni"):
            results[-1].snippet = part.text_content()
        elif results and part.tag != "a" and not results[-1].byline and _is_green(part):
            results[-1].byline = part.text_content()
        elif results and results[-1].lacks_snippet and part.tag in {"div", "p"} and not part.xpath(_INNER):
            results[-1].snippet = part.text_content()
    return results


def _is_title(link: lxml.html.HtmlElement, classes: str) -> bool:
    """By its class; where a mail system dropped that, by where it leads."""
    if "gse_alrt" in classes.lower():
        return _is_of(classes, "gse_alrt_title")
    return bool(_LEADS_FROM_SCHOLAR.search(str(link.get("href", "")))) and bool(link.text_content().strip())


def _is_green(part: lxml.html.HtmlElement) -> bool:
    return any(_BYLINE_COLOUR.search(str(part.get(name, ""))) for name in ("style", "color"))


def _is_of(classes: str, name: str) -> bool:
    """Whether an element has a class, whatever a mail system wrote before or after it."""
    return name in classes.lower()


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
