"""Digests: `parse_digest` turns the bytes of an answer, page, mail or file into papers; one module a format.

Does not fetch, store or match.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from feeds.digests import (
    arxiv_api,
    arxiv_feed,
    arxiv_mail,
    daily_papers_mail,
    feed,
    huggingface,
    huggingface_page,
    page_text,
    scholar_mail,
)
from feeds.digests.error import DigestError
from feeds.digests.sniff import in_utf8, sniff
from feeds.paper import Digest, Paper

__all__ = ["PARSERS", "DigestError", "parse_digest", "sniff"]

PARSERS: Mapping[str, Callable[[bytes], Digest]] = {
    "huggingface": huggingface.parse,
    "huggingface-page": huggingface_page.parse,
    "page-text": page_text.parse,
    "arxiv-feed": arxiv_feed.parse,
    "arxiv-api": arxiv_api.parse,
    "arxiv-mail": arxiv_mail.parse,
    "scholar-mail": scholar_mail.parse,
    "daily-papers-mail": daily_papers_mail.parse,
    "feed": feed.parse,
}
"""Kind to parser."""


def parse_digest(data: bytes, kind: str | None = None) -> Digest:
    """The papers of a digest, each once; without a kind it is recognised by `sniff`.

    Raises DigestError if it holds nothing usable; a bad item is skipped and named instead. Raises KeyError for a
    kind that is none.
    """
    data = in_utf8(data)
    digest = PARSERS[kind or sniff(data)](data)
    return replace(digest, papers=_once(digest.papers))


def _once(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """Each paper once: pages list some twice, mails list a paper as new and as a cross-listing."""
    kept: dict[str, Paper] = {}
    for paper in papers:
        known = kept.get(paper.id)
        if known is None or (paper.replaced, paper.crossed) < (known.replaced, known.crossed):
            kept[paper.id] = paper
    return tuple(kept.values())
