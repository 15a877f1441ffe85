"""HTML read with lxml, as a tree or as the text a reader sees. Pages, mails and entries of feeds hold it.

Cleans nothing: that is feeds.text.
"""

import re

import lxml.html
from lxml import etree

from feeds.digests.bounds import refuse_absurd_html
from feeds.digests.error import DigestError
from feeds.text import plain
from feeds.text.encoding import as_meant

_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "blockquote",
    "pre",
    "section",
    *(f"h{n}" for n in range(1, 7)),
}
_UNSEEN = {"script", "style", "template", "noscript", "title"}
_RAISED = str.maketrans("0123456789+-−()=ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾⁼ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−()=", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎₌")
_BLANKS = re.compile(r"[ \t\n]+")
_XML_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*>")


def parse_html(data: bytes) -> lxml.html.HtmlElement:
    """The tree of a page in UTF-8, or what is meant to be. Raises DigestError if there is none."""
    refuse_absurd_html(data)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    page = _XML_DECLARATION.sub(b"", as_meant(data).encode())
    try:
        tree = lxml.html.document_fromstring(page, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DigestError(f"not HTML: {plain(str(error))[:200]}") from None
    return tree


def html_text(markup: str) -> str:
    """The text a reader sees, paragraphs separated by an empty line; markup that cannot be read stays as it is."""
    if "<" not in markup and "&" not in markup:
        return markup
    try:
        tree = parse_html(markup.encode("utf-8", "replace"))
    except DigestError:
        return markup
    _raise_scripts(tree)
    return "".join(_texts(tree)).strip()


def _raise_scripts(tree: lxml.html.HtmlElement) -> None:
    """10<sup>6</sup> is 10⁶ and not 106: raised and lowered figures keep saying so. Words are left as they are."""
    for element in tree.iter("sup", "sub"):
        content, table = (element.text or "").strip(), _RAISED if element.tag == "sup" else _LOWERED
        if not len(element) and content and all(ord(letter) in table for letter in content):
            element.text = content.translate(table)


def html_lines(markup: str) -> str:
    """The lines that a reader sees, each without the blanks around it: what a text in `<pre>` or with `<br>` was."""
    try:
        tree = parse_html(markup.encode("utf-8", "replace"))
    except DigestError:
        return markup
    found = ["\n"]
    kept = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        kept += (event == "start") - (event == "end") if tag == "pre" else 0
        text = element.text if event == "start" else element.tail
        if (tag == "br" and event == "start") or (tag in _BLOCKS - {"br"} and not found[-1].endswith("\n")):
            found.append("\n")
        shown = (text or "") if kept else _BLANKS.sub(" ", text or "")
        if shown.strip(" ") or not found[-1].endswith("\n"):
            found.append(shown)
    return "\n".join(line.strip() for line in "".join(found).replace("\xa0", " ").split("\n"))


def _texts(tree: lxml.html.HtmlElement) -> list[str]:
    """Texts in order, walked by events: markup may be nested deeper than Python's stack."""
    found: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            unseen += tag in _UNSEEN
            text = element.text
        else:
            unseen -= event == "end" and tag in _UNSEEN
            text = element.tail
        if tag in _BLOCKS:
            found.append("\n\n")
        if text and not unseen:
            found.append(text)
    return found
