"""Which format some bytes are in, judged by their beginning and by marks that only one format has.

Does not parse; a wrong guess ends in the parser's own error.
"""

import re

from feeds.digests.arxiv_mail import listing_in
from feeds.digests.error import DigestError
from feeds.digests.mail import Mail, is_mail, read_mail
from feeds.digests.page_feeds import feed_of_page

_JSON = re.compile(rb"\s*(?:\[\s*[\]{\"]|\[(?:\s*\[){2}|\{\s*[\"}])")
_XML = re.compile(rb"\s*<(?:\?xml|rss|feed|rdf:RDF|atom:feed)\b", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(?:!DOCTYPE html|html|head|body|div)\b", re.I | re.S
)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", re.IGNORECASE)
_ARXIV_API = re.compile(rb"<id>\s*https?://(?:export\.)?arxiv\.org/api/|<title[^>]*>\s*arxiv query:", re.IGNORECASE)
_ARXIV_FEED = re.compile(
    rb"https?://(?:export\.)?(?:rss\.)?arxiv\.org/(?:rss|atom)\b|rdf:about=\"https?://(?:export\.)?arxiv\.org/\""
    rb"|updates on (?:the )?arXiv|oai:arXiv\.org:|Feed error for query",
    re.IGNORECASE,
)
_DAILY_PAPERS_PAGE = re.compile(rb"data-target\s*=\s*[\"']?(?:DailyPapers|PaperContent)\b")
_SCHOLAR = re.compile(rb"gse_alrt_title", re.IGNORECASE)
_FROM_SCHOLAR = re.compile(rb"scholar\.google\.[a-z.]+(?:/|%2f)scholar_url\b", re.IGNORECASE)
"""Links of an alert whose class names a mail system dropped."""
_DAILY_PAPERS_LINK = re.compile(rb"(?:huggingface|hf)\.co(?:/|%2F|_)papers(?:/|%2F|_)\d{4}\.\d{4,5}", re.IGNORECASE)
"""Also inside the address of a mail system's guard."""
_BYLINE = re.compile(rb"\bthe research community[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_PAGE_TITLE = re.compile(
    rb"^[# \t]*(?:Daily|Trending) Papers(?: - Hugging Face)?[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)
_CODE = re.compile(rb"^[ \t]*```", re.MULTILINE)
"""No page of papers has a block of code; a README that is about one does."""
_LINK_AT_END = re.compile(rb"(?:huggingface|hf)\.co/papers/(\d{4}\.\d{4,5})\)?[ \t\r]*$", re.MULTILINE)
_HEAD = 4096
"""Marks of a feed stand in its own head, never first in an entry's text."""


def kind_of(data: bytes, address: str = "") -> str:
    """The kind of a digest in UTF-8, a name in reading.PARSERS. Raises DigestError if it is none."""
    if _JSON.match(data):
        return "huggingface"
    if is_mail(data):
        return _mail_kind(read_mail(data))
    if _HTML.match(data):
        return _html_kind(data, address)
    if _XML.match(data) or _FEED.search(data[:_HEAD]):
        return _feed_kind(data[:_HEAD])
    return _text_kind(data)


def _mail_kind(mail: Mail) -> str:
    if listing_in(mail):
        return "arxiv-mail"
    data = f"{mail.text}\n{mail.html}".encode("utf-8", "replace")
    if _SCHOLAR.search(data):
        return "scholar-mail"
    if _DAILY_PAPERS_LINK.search(data):
        return "daily-papers-mail"
    if _FROM_SCHOLAR.search(data):
        return "scholar-mail"
    raise DigestError("not a digest in any known format")


def _text_kind(data: bytes) -> str:
    if listing_in(read_mail(data)):
        return "arxiv-mail"
    if _SCHOLAR.search(data):
        return "scholar-mail"
    if _is_page_text(data):
        return "page-text"
    raise DigestError("not a digest in any known format")


def _is_page_text(data: bytes) -> bool:
    """Whether a text is a copied page: by its byline or its title on a line of its own, not by words in a sentence.

    A part of a page may have neither: there the title and the abstract of a paper link to the same place.
    """
    if _BYLINE.search(data) or (_PAGE_TITLE.search(data) and not _CODE.search(data)):
        return True
    linked = _LINK_AT_END.findall(data)
    return len(set(linked)) < len(linked)


def _html_kind(data: bytes, address: str) -> str:
    if _DAILY_PAPERS_PAGE.search(data):
        return "huggingface-page"
    if _SCHOLAR.search(data):
        return "scholar-mail"
    if listing_in(read_mail(data)):
        return "arxiv-mail"
    if feed := feed_of_page(data, address):
        raise DigestError(f"this is a web page; its feed is {feed}")
    raise DigestError("a web page, but not one of Daily Papers, and it names no feed")


def _feed_kind(head: bytes) -> str:
    if _ARXIV_API.search(head):
        return "arxiv-api"
    return "arxiv-feed" if _ARXIV_FEED.search(head) else "feed"
