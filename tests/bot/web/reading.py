"""What a reader reads on a page of the site, and where its links lead: the same as a file and served."""

from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html


def parsed(content: bytes) -> Any:
    return html.document_fromstring(content)


def titles(page: Any) -> list[str]:
    return [one.text_content() for one in page.xpath("//article/h3")]


def read(content: bytes, path: str) -> tuple[str, list[str]]:
    """The text, and links to pages; without what only a server has: search, orders, links to queries.

    Plots aside: that of a file ends with its feed's own newest week, so that other feeds do not change it.
    """
    page = parsed(content)
    for gone in page.xpath("//form | //p[@class='orders'] | //details[@class='plot'] | //*[@class='spark']"):
        gone.getparent().remove(gone)
    for mark in page.xpath("//mark"):
        mark.drop_tag()
    return "".join("".join(page.xpath("//title//text() | //body//text()")).split()), links(page, path)


def links(page: Any, path: str) -> list[str]:
    """Of this site, below its base address, in order."""
    found = (urlsplit(urljoin(f"/{path}", one)) for one in page.xpath("//a/@href"))
    return [unquote(one.path).lstrip("/") for one in found if not one.netloc and one.path != "/search"]
