"""Any RSS or Atom feed, however ill-formed, read with feedparser: journals, preprint servers, lab blogs.

arXiv's own feeds have their own module.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]  # it ships no types

from feeds.digests.arxiv_xml import ends_in_stub, without_dtd
from feeds.digests.authors import split_names
from feeds.digests.bounds import refuse_absurd_xml
from feeds.digests.entry import Entry, prepared
from feeds.digests.error import DigestError
from feeds.digests.fields import abstract_text, arxiv_id, arxiv_links, names, title_text, web_links, web_url
from feeds.digests.html import html_text
from feeds.digests.items import read_each
from feeds.digests.publisher import Told, are_names, told_by
from feeds.paper import Digest, Paper, Skipped, normal_doi, title_id
from feeds.paper.titles import digest, folded_title
from feeds.text import plain

_MOST_TAGS = 100_000
"""feedparser needs up to 60 µs a tag (measured), and no feed of 3,000 entries has more."""
_ENDLESS_WORD = re.compile(rb"[\w.+-]{1000,}")
"""feedparser looks for addresses in author names in quadratic time: 20,000 letters take it 10 s (measured)."""
_LONGEST_MARKUP = 200_000
"""Of one text: far more than the longest abstract that is kept."""
_AUTHORS_ALONE = "https://aclanthology.org/"
"""Its feed's descriptions are the authors."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """What tells an entry from the others of its feed."""

    entry: Entry
    title: str
    url: str
    guid: str
    doi: str
    told: Told


class _Shared:
    """Which links, ids and DOIs stand in entries that are not one: they are the feed's, and name no paper."""

    def __init__(self, outlines: Sequence[_Outline], home: str) -> None:
        guids = _owners((one.guid, (one.title, one.url)) for one in outlines)
        self.guids = {guid for guid, owners in guids.items() if owners > 1} | {home}
        self.urls = self._of(outlines, "url") | {home}
        self.dois = self._of(outlines, "doi")
        self.slugs = _owners((title_id(one.title), self._who(one)) for one in outlines)

    def own_guid(self, one: _Outline) -> str:
        """The id of an entry, if it is of this one alone."""
        return "" if one.guid in self.guids else one.guid

    def _of(self, outlines: Sequence[_Outline], name: str) -> set[str]:
        owners = _owners((getattr(one, name), self._who(one)) for one in outlines)
        return {value for value, count in owners.items() if count > 1}

    def _who(self, one: _Outline) -> str:
        return self.own_guid(one) or one.entry.text("summary") + folded_title(one.title)


def parse(data: bytes, address: str = "") -> Digest:
    """The entries of a feed as papers; one without a title is skipped. An abstract may be empty.

    `address` is where the feed came from in the end: its links may be relative to that. Raises DigestError if it is no
    feed.
    """
    feed = _read(data)
    if not feed.entries and (feed.bozo or not feed.get("version")):
        raise DigestError("not a feed: no RSS or Atom entries in it")
    entries = [Entry(entry) for entry in feed.entries]
    stub = entries.pop() if entries and feed.bozo and ends_in_stub(data, len(entries)) else None
    base = _base(Entry(feed.feed), str(feed.get("version")), address)
    outlines, skipped = read_each(entries, lambda entry: _outline(entry, base), _name)
    shared = _Shared(outlines, _joined(base, Entry(feed.feed).text("link")))
    read, unread = read_each(
        outlines, lambda one: (_paper(one, shared), shared.own_guid(one)), lambda one: one.title[:200]
    )
    cut = [Skipped(_name(stub), "cut off")] if stub else []
    guids = {paper.id: guid for paper, guid in read if guid}
    return Digest(tuple(paper for paper, _ in read), (*skipped, *unread, *cut), guids=guids)


def _owners(pairs: Iterable[tuple[str, object]]) -> Counter[str]:
    """How many different owners each value has."""
    return Counter(value for value, _ in set(pairs) if value)


def _read(data: bytes) -> Any:  # feedparser ships no types
    if data.count(b"<") + data.count(b"&lt;") > _MOST_TAGS:
        raise DigestError(f"a feed of more than {_MOST_TAGS:,} tags")
    refuse_absurd_xml(data)
    whole = BytesIO(prepared(_ENDLESS_WORD.sub(b"", without_dtd(data))))
    try:
        return feedparser.parse(whole)
    except Exception as error:
        raise DigestError(f"not a feed: {type(error).__name__}") from error


def _base(head: Entry, version: str, address: str) -> str:
    """What the links of entries are relative to: RSS's site, Atom's own address, or where the feed came from.

    What `xml:base` says was done by feedparser.
    """
    own = next((link.text("href") for link in head.all("links") if link.text("rel") == "self"), "")
    told = (own, address, head.text("link")) if version.startswith("atom") else (head.text("link"), own, address)
    return next((url for one in told if one and (url := _joined(address, one))), "")


def _outline(entry: Entry, base: str) -> _Outline:
    title = _title(entry)
    if not title:
        raise DigestError("has no title")
    url, guid = _url(entry, base), plain(entry.text("id"))
    told = _told(entry, url)
    given = (normal_doi(text) for text in (entry.text("prism_doi"), entry.text("dc_identifier"), guid, url))
    return _Outline(entry, title, url, guid, next(filter(None, given), told.doi), told)


def _paper(one: _Outline, shared: _Shared) -> Paper:
    """An entry as a paper; what other entries share with it says nothing of the paper."""
    own = one.url if one.url not in shared.urls else ""
    told = one.told
    doi = (one.doi if one.doi not in shared.dois else "") or normal_doi(own)
    arxiv = arxiv_id(own) or arxiv_id(shared.own_guid(one)) or arxiv_id(f"doi:{doi}")
    times = map(one.entry.time, ("published", "updated", "prism_publicationdate"))
    published = next(filter(None, times), None)
    return Paper(
        id=arxiv or (f"doi:{doi}" if doi else own or _slug(one, shared)),
        title=one.title,
        abstract=abstract_text(told.abstract),
        authors=told.authors,
        keywords=names(tag.text("term") for tag in one.entry.all("tags")),
        links=web_links({"abstract" if own else "page": one.url}) | (arxiv_links(arxiv) if arxiv else {}),
        announced=published.date() if published else None,
        doi=doi,
        publication=plain(one.entry.text("prism_publicationname")) or told.publication,
        published=published,
    )


def _slug(one: _Outline, shared: _Shared) -> str:
    """The id of an entry without an address of its own: its title, and if others have that too, what tells it apart."""
    slug = title_id(one.title)
    if shared.slugs[slug] < 2:
        return slug
    return f"{slug}-{digest(shared.own_guid(one) or one.entry.text('summary'))[:8]}"


def _url(entry: Entry, base: str) -> str:
    links = (link.text("href") for link in entry.all("links") if link.text("rel") == "alternate")
    given = entry.text("link") or next(links, "")
    if given == entry.text("id") and not given.startswith(("http", "/")):
        return ""  # an id that only forgot to say that it is no link
    return _joined(base, given)


def _joined(base: str, url: str) -> str:
    try:
        return web_url(urljoin(base, "".join(url.split()))) or ""
    except ValueError:
        return ""


def _title(entry: Entry) -> str:
    return title_text(_text(entry, "title"))


def _name(entry: Entry) -> str:
    return _title(entry)[:200] or plain(entry.text("id", "link") or "an entry")[:200]


def _text(entry: Entry, name: str) -> str:
    text = entry.text(name)[:_LONGEST_MARKUP]
    return text if entry.detail(name).text("type") == "text/plain" else html_text(text)


def _told(entry: Entry, url: str) -> Told:
    """The fuller of an entry's summary and contents, and what their head lines say."""
    summary = entry.text("summary")
    given = [*(content.text("value") for content in entry.all("content")), entry.text("dcterms_abstract")]
    contents = (text for text in given if text != summary)
    texts = [_text(entry, "summary"), *(html_text(text[:_LONGEST_MARKUP]) for text in contents)]
    told = [told_by(text) for text in texts]
    fullest = max(told, key=lambda found: len(found.abstract))
    written = (author.text("name") for author in entry.all("authors"))
    authors = split_names([*written, entry.text("x-authors")])
    fullest.authors = authors or next((found.authors for found in told if found.authors), ())
    fullest.publication = next((found.publication for found in told if found.publication), "")
    fullest.doi = next((found.doi for found in told if found.doi), "")
    if _is_authors(fullest, url):
        fullest.authors, fullest.abstract = fullest.authors or split_names([fullest.abstract]), ""
    return fullest


def _is_authors(told: Told, url: str) -> bool:
    """Whether the abstract is only the authors once more."""
    if len(told.abstract) > 20_000 or not told.abstract:
        return False
    said = folded_title(told.abstract)
    again = bool(said) and said == folded_title("".join(told.authors))
    return again or (url.startswith(_AUTHORS_ALONE) and are_names(told.abstract))
