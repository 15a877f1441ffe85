"""XML as arXiv's feeds and API give it: entries as plain fields, also from a document that was cut off.

Hardened: what a DTD declares is never expanded, nothing is fetched, depth and size are libxml2's own limits.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.entities import html5

from lxml import etree

from feeds.digests.bounds import refuse_absurd_xml
from feeds.digests.error import DigestError
from feeds.digests.fields import arxiv_id
from feeds.digests.items import read_each
from feeds.paper import Paper, Skipped
from feeds.text import plain

CUT_OFF = "cut off"
"""Why the stub of an entry is skipped, the last one of a document that did not come to its end."""
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(rb"<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?![\"'][^\"'&%]{0,1000}[\"'])")
"""An entity that is more than a short text: made of others, from elsewhere, or long."""
_USED = re.compile(rb"&([A-Za-z_][\w.-]*);")
_CLOSED = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENDED = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
_TAIL = 4096
"""A feed's end may be followed by a comment of a cache."""
_PROLOGUE = 65_536
"""A document type stands before the root; looking no further keeps the search linear."""
_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_ENTITY = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
"""libxml2 leaves out what it takes for an entity and does not know: the `&T` of a bare `AT&T`."""


class CutOffError(DigestError):
    """A document that broke off before it gave anything whole."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The children of an element by local name: their texts; attributes of links and categories as texts."""

    texts: dict[str, list[str]]

    def first(self, *names: str) -> str:
        """The first text among these names that is not blank, else an empty one."""
        return next((text for name in names for text in self.texts.get(name, ()) if text.strip()), "")

    def all(self, name: str) -> list[str]:
        """Every text of this name."""
        return self.texts.get(name, [])


@dataclass(frozen=True, slots=True)
class Document:
    """A feed: what it says of itself, its whole entries, and the stub of one if it was cut off."""

    head: Fields
    entries: tuple[Fields, ...]
    stub: Fields | None


def read_document(data: bytes) -> Document:
    """A feed's fields. Raises DigestError if there is no feed, or nothing whole before the cut."""
    refuse_absurd_xml(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(_prepared(data), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DigestError(f"not XML: {plain(str(error))[:200]}") from None
    if root is None or _local(root) not in {"rss", "feed", "RDF"}:
        raise DigestError("not a feed: expected rss, feed or RDF")
    head = next((child for child in root if _local(child) == "channel"), root)
    return _document(data, head, [element for element in root.iter() if _local(element) in {"item", "entry"}])


def read_entries(document: Document, read: Callable[[Fields], Paper]) -> tuple[tuple[Paper, ...], tuple[Skipped, ...]]:
    """Each entry read as a paper; what cannot be is skipped and named, and so is the stub."""
    papers, skipped = read_each(document.entries, read, _name)
    if document.stub:
        skipped.append(Skipped(_name(document.stub), CUT_OFF))
    return tuple(papers), tuple(skipped)


def entry_id(entry: Fields) -> str:
    """The arXiv id an entry names in its id or links. Raises DigestError if it names none."""
    for name in ("guid", "id", "@about", "link"):
        for text in entry.all(name):
            if found := arxiv_id(text):
                return found
    raise DigestError("has no arXiv id")


def checked(paper: Paper) -> Paper:
    """The paper, if it has what a paper needs; a replacement may lack the abstract. Raises DigestError."""
    if not paper.title:
        raise DigestError("has no title")
    if not paper.abstract and not paper.replaced:
        raise DigestError("has no abstract")
    return paper


def _name(entry: Fields) -> str:
    try:
        return entry_id(entry)
    except DigestError:
        return plain(entry.first("title", "id", "guid", "link"))[:200] or "an entry"


def _document(data: bytes, head: etree._Element, elements: list[etree._Element]) -> Document:
    entries = [_fields(element) for element in elements]
    stub = entries.pop() if entries and ends_in_stub(data, len(entries)) else None
    if not entries and not _ENDED.search(data[-_TAIL:]):
        raise CutOffError("cut off before its first whole entry")
    return Document(_fields(head), tuple(entries), stub)


def ends_in_stub(data: bytes, entries: int) -> bool:
    """Whether a feed was cut off within the last of its entries: neither it nor the feed is closed."""
    return not _ENDED.search(data[-_TAIL:]) and len(_CLOSED.findall(data)) < entries


def _prepared(data: bytes) -> bytes:
    """Without the DTD, and without controls that no XML may hold, which would end the document; bare `&` escaped."""
    return _NO_ENTITY.sub(b"&amp;", without_dtd(_ILLEGAL.sub(b"", data)))


def without_dtd(data: bytes) -> bytes:
    """XML without its document type: real feeds carry one, and nothing it declares is ever wanted.

    Raises DigestError where the texts use entities that the document makes of others, of files or of long texts.
    """
    start = data[:_PROLOGUE].upper().find(b"<!DOCTYPE")
    found = _DOCTYPE.match(data, start) if start >= 0 else None
    if not found:
        return data
    rest = data[:start] + data[found.end() :]
    declared = {name.decode() for name in _DECLARED.findall(found[0])}
    used = {name.decode() for name in _USED.findall(rest)} if declared else set()
    if made_up := {name for name in declared & used if f"{name};" not in html5}:
        raise DigestError(f"its texts are made of entities that it builds itself, as {min(made_up)[:40]!r}")
    return rest


def _fields(element: etree._Element) -> Fields:
    texts: dict[str, list[str]] = {}
    for name, text in _named_texts(element):
        texts.setdefault(name, []).append(text)
    return Fields(texts)


def _named_texts(element: etree._Element) -> Iterator[tuple[str, str]]:
    for attribute, value in element.attrib.items():
        yield f"@{_without_prefix(str(attribute))}", str(value)
    for child in element:
        name = _local(child)
        if name in {"item", "entry", ""}:
            continue
        named = next((part for part in child if _local(part) == "name"), child)  # an author's
        yield name, child.get("href") or child.get("term") or "".join(map(str, named.itertext()))


def _local(element: etree._Element) -> str:
    return _without_prefix(element.tag) if isinstance(element.tag, str) else ""


def _without_prefix(name: str) -> str:
    """A name without its namespace, or without the prefix of one that a broken document never declared."""
    return name.rpartition("}")[2].rpartition(":")[2]
