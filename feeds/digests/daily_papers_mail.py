"""Hugging Face's Daily Papers mail: the papers it links to.

Its layout is not documented, so only the links count: `huggingface.co/papers/<id>` and the longest text each one had.
"""

import re
from datetime import date

from feeds.digests.error import DigestError
from feeds.digests.fields import arxiv_links, title_text
from feeds.digests.html import parse_html
from feeds.digests.items import read_each
from feeds.digests.mail import read_mail
from feeds.digests.mail_links import target
from feeds.paper import Digest, Paper

_LINK = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/papers/(\d{4}\.\d{4,5})(?:v\d+)?(?![\w.]*\w)")
_MARKDOWN = re.compile(r"\[([^\[\]]+)\]\((https?://[^)\s\[]+)\)")
_AROUND = " -–—:•*<>()[]"
_BUTTON = re.compile(r"(?:read|view|see|open|go|check|click|upvote|learn|link|\d+)\b.{0,30}", re.IGNORECASE)


def parse(data: bytes) -> Digest:
    """The papers of a mail, with no abstract; one whose title is not known is called by its id.

    Raises DigestError if the mail links to no paper.
    """
    mail = read_mail(data)
    titles: dict[str, str] = {}
    for url, text in [*_html_links(mail.html), *_text_links(mail.text)]:
        if found := _LINK.search(target(url)):
            titles[found[1]] = max(titles.get(found[1], ""), _title(text), key=len)
    if not titles:
        raise DigestError("no links to Daily Papers in this mail")
    papers, skipped = read_each(titles.items(), lambda one: _paper(*one, mail.day), lambda one: one[0])
    return Digest(tuple(papers), tuple(skipped), mail.day)


def _paper(arxiv: str, title: str, day: date | None) -> Paper:
    return Paper(
        id=arxiv,
        title=title or f"arXiv:{arxiv}",
        abstract="",
        links=arxiv_links(arxiv) | {"page": f"https://huggingface.co/papers/{arxiv}"},
        announced=day,
    )


def _html_links(markup: str) -> list[tuple[str, str]]:
    if not markup.strip():
        return []
    tree = parse_html(markup.encode("utf-8", "replace"))
    return [(str(link.get("href")), link.text_content()) for link in tree.xpath("//a[@href]")]


def _text_links(text: str) -> list[tuple[str, str]]:
    """Links in plain text: as markdown, or after the title, on its line or the next."""
    marked = [(url, title) for title, url in _MARKDOWN.findall(text)]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    bare = []
    for above, line in zip(["", *lines], lines, strict=False):
        if found := _LINK.search(line):
            before = line[: found.start()].strip(_AROUND)
            bare.append((found[0], before or ("" if _LINK.search(above) else above.strip(_AROUND))))
    return marked + bare


def _title(text: str) -> str:
    title = title_text(text)
    return "" if _BUTTON.fullmatch(title) or "://" in title else title
