"""Any RSS or Atom feed, however ill-formed, read with feedparser: journals, preprint servers, lab blogs.

arXiv's own feeds have their own module.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any, TypeAlias
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]  # it ships no types

from feeds.digests.arxiv_xml import ends_in_stub, without_dtd
from feeds.digests.bounds import refuse_absurd_xml
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, names, people, title_text, web_links, web_url
from feeds.digests.html import html_text
from feeds.paper import Digest, Paper, Skipped, normal_doi, title_id
from feeds.text import plain

Entry: TypeAlias = Mapping[str, Any]
"""An entry as feedparser gives it."""
_MOST_TAGS = 100_000
"""feedparser needs up to 60 µs a tag (measured), and no feed of 3,000 entries has more."""
_ENDLESS_WORD = re.compile(rb"[\w.+-]{1000,}")
"""feedparser looks for addresses in author names in quadratic time: 20,000 letters take it 10 s (measured)."""
_SURNAME_FIRST = re.compile(r"[^,;]{1,60}, (?:[^\W\d_]\.[ -]?)+")
"""`Kukla, D., Crampton, A.`: commas inside names and between them, as bioRxiv writes."""


def parse(data: bytes) -> Digest:
    """The entries of a feed as papers; one without a title is skipped. An abstract may be empty.

    Raises DigestError if it is no feed.
    """
    feed = _read(data)
    if not feed.entries and (feed.bozo or not feed.get("version")):
        raise DigestError("not a feed: no RSS or Atom entries in it")
    entries = [dict(entry) for entry in feed.entries]  # its own mapping answers for keys that are not there
    stub = entries.pop() if entries and feed.bozo and ends_in_stub(data, len(entries)) else None
    papers = _papers(entries, str(feed.feed.get("link", "")))
    skipped = [Skipped(_name(entry), "has no title") for entry in entries if not _title(entry)]
    if stub:
        skipped.append(Skipped(_name(stub), "cut off"))
    return Digest(papers, tuple(skipped))


def _papers(entries: Sequence[Entry], base: str) -> tuple[Paper, ...]:
    titled = [(entry, title, _url(entry, base) or "") for entry in entries if (title := _title(entry))]
    titles_of: dict[str, set[str]] = {}
    for _, title, url in titled:
        titles_of.setdefault(url, set()).add(title)
    return tuple(_paper(entry, title, url, is_own=len(titles_of[url]) == 1) for entry, title, url in titled)


def _read(data: bytes) -> Any:  # feedparser ships no types
    if data.count(b"<") + data.count(b"&lt;") > _MOST_TAGS:
        raise DigestError(f"a feed of more than {_MOST_TAGS:,} tags")
    refuse_absurd_xml(data)
    whole = BytesIO(_ENDLESS_WORD.sub(b"", without_dtd(data)))
    try:
        return feedparser.parse(whole)
    except Exception as error:  # noqa: BLE001 - on broken bytes its parsers raise whatever their parts raise
        raise DigestError(f"not a feed: {type(error).__name__}") from None


def _paper(entry: Entry, title: str, url: str, *, is_own: bool) -> Paper:
    """An entry as a paper; a link that entries of other titles share is the feed's, and says nothing of the paper."""
    own = url if is_own else ""
    doi = _doi(entry, own)
    arxiv = arxiv_id(own) or arxiv_id(str(entry.get("id", ""))) or arxiv_id(f"doi:{doi}")
    published = _time(entry.get("published_parsed")) or _time(entry.get("updated_parsed"))
    return Paper(
        id=arxiv or (f"doi:{doi}" if doi else own or title_id(title)),
        title=title,
        abstract=abstract_text(_abstract(entry)),
        authors=_authors(entry),
        keywords=names(tag.get("term") for tag in entry.get("tags", ())),
        links=web_links({"abstract" if is_own else "page": url}) | (arxiv_links(arxiv) if arxiv else {}),
        announced=published.date() if published else None,
        doi=doi,
        publication=plain(str(entry.get("prism_publicationname", ""))),
        published=published,
    )


def _url(entry: Entry, base: str) -> str | None:
    try:
        return web_url(urljoin(base, "".join(str(entry.get("link", "")).split())))
    except ValueError:
        return None


def _title(entry: Entry) -> str:
    return title_text(_text(entry, "title"))


def _name(entry: Entry) -> str:
    return _title(entry)[:200] or plain(str(entry.get("id") or entry.get("link") or "an entry"))[:200]


def _doi(entry: Entry, url: str) -> str:
    for given in (entry.get("prism_doi"), entry.get("dc_identifier"), entry.get("id"), url):
        if given and (doi := normal_doi(str(given))):
            return doi
    return ""


def _abstract(entry: Entry) -> str:
    contents = entry.get("content") or [{}]
    text = _text(entry, "summary")
    return text if text.strip() else html_text(str(contents[0].get("value", "")))


def _text(entry: Entry, name: str) -> str:
    detail = entry.get(f"{name}_detail") or {}
    text = str(entry.get(name, ""))
    return text if detail.get("type") == "text/plain" else html_text(text)


def _authors(entry: Entry) -> tuple[str, ...]:
    found: list[str] = []
    for author in entry.get("authors", ()):
        name = plain(str(author.get("name", "")))
        pairs = _SURNAME_FIRST.findall(name)
        found += [pair.strip(", ") for pair in pairs] if len(pairs) > 1 else [name]
    return people(found)


def _time(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    except ValueError:
        return None
