"""From bytes to papers, by the format that they are in. A format is loaded when the first digest of it comes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module

from feeds.digests.error import DigestError
from feeds.digests.items import broken
from feeds.paper import Digest, Paper
from feeds.text.encoding import in_utf8


def _loaded(kind: str) -> Callable[..., Digest]:
    def parse(data: bytes, *more: str) -> Digest:
        digest: Digest = import_module(f"feeds.digests.{kind.replace('-', '_')}").parse(data, *more)
        return digest

    return parse


_KINDS = (
    "huggingface",
    "huggingface-page",
    "page-text",
    "arxiv-feed",
    "arxiv-api",
    "arxiv-mail",
    "scholar-mail",
    "daily-papers-mail",
    "feed",
)
PARSERS: Mapping[str, Callable[..., Digest]] = {kind: _loaded(kind) for kind in _KINDS}
"""Kind to parser, of bytes; of a feed also of the address where it was."""


def parsed(data: bytes, kind: str | None = None, *, address: str = "", charset: str = "") -> Digest:
    """See `feeds.digests.parse_digest`."""
    parse = PARSERS[kind] if kind else None
    try:
        data = in_utf8(data, charset)
        kind = kind or _kind_of(data, address)
        digest = (parse or PARSERS[kind])(data, *([address] if kind == "feed" else []))
        return replace(digest, papers=_once(digest.papers))
    except DigestError:
        raise
    except Exception as error:  # whatever it is, it costs this digest alone
        raise DigestError(broken("the reader of this digest", error)) from error


def sniffed(data: bytes, *, address: str = "", charset: str = "") -> str:
    """See `feeds.digests.sniff`."""
    try:
        return _kind_of(in_utf8(data, charset), address)
    except DigestError:
        raise
    except Exception as error:  # likewise
        raise DigestError(broken("the recognition of this digest", error)) from error


def _kind_of(data: bytes, address: str) -> str:
    from feeds.digests.sniffing import kind_of  # noqa: PLC0415  (it knows formats; most sources know their own)

    return kind_of(data, address)


def _once(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """Each paper once: pages list some twice, mails list a paper as new and as a cross-listing."""
    kept: dict[str, Paper] = {}
    for paper in papers:
        known = kept.get(paper.id)
        if known is None or (paper.replaced, paper.crossed) < (known.replaced, known.crossed):
            kept[paper.id] = paper
    return tuple(kept.values())
