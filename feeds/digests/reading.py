"""From bytes to papers, by the format that they are in: feeds.digests as it is, with all its formats loaded."""

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
    sniffing,
)
from feeds.digests.encoding import in_utf8
from feeds.digests.error import DigestError
from feeds.digests.items import broken
from feeds.paper import Digest, Paper

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


def parsed(data: bytes, kind: str | None = None, *, address: str = "", charset: str = "") -> Digest:
    """See `feeds.digests.parse_digest`."""
    parse = PARSERS[kind] if kind else None
    try:
        data = in_utf8(data, charset)
        parse = parse or PARSERS[sniffing.kind_of(data, address)]
        digest = feed.parse(data, address) if parse is feed.parse else parse(data)
        return replace(digest, papers=_once(digest.papers))
    except DigestError:
        raise
    except Exception as error:  # whatever it is, it costs this digest alone
        raise DigestError(broken("the reader of this digest", error)) from error


def sniffed(data: bytes, *, address: str = "", charset: str = "") -> str:
    """See `feeds.digests.sniff`."""
    try:
        return sniffing.kind_of(in_utf8(data, charset), address)
    except DigestError:
        raise
    except Exception as error:  # likewise
        raise DigestError(broken("the recognition of this digest", error)) from error


def _once(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """Each paper once: pages list some twice, mails list a paper as new and as a cross-listing."""
    kept: dict[str, Paper] = {}
    for paper in papers:
        known = kept.get(paper.id)
        if known is None or (paper.replaced, paper.crossed) < (known.replaced, known.crossed):
            kept[paper.id] = paper
    return tuple(kept.values())
