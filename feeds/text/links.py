"""Macros that lead elsewhere, and notes: what is read of them."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from feeds.text.markup import nameless
from feeds.text.reader import Handler, Reader
from feeds.text.seams import apart

_ADDRESS = re.compile(r"(?:https?:|ftp:|mailto:|www\.)\S+|[\w.-]+\.(?:com|org|net|io|edu|ai|dev|gov|co)(?:/\S*)?")
_ESCAPED = re.compile(r"\\([_%#&$^{}-])")
_TILDE = re.compile(r"\{?\\(?:textasciitilde|~)\s*(?:\{\s*\})?\}?")


def _url(reader: Reader, before: str, _depth: int) -> str:
    return apart(before) + _address(reader.raw()).removesuffix(".")


def _link(reader: Reader, before: str, depth: int) -> str:
    """`text (address)`, whichever came first, or the address alone where the text says no more."""
    reader.star()
    reader.option()
    url, text = _address(reader.raw()), reader.argument(depth) if reader.opens() else ""
    if url and not _ADDRESS.fullmatch(url) and _ADDRESS.fullmatch(text):
        text, url = url, text  # if TeX stands in it, the next round reads it
    lone = nameless(text) or text.casefold() in url.casefold() or (url and url in text)
    return apart(before) + (text if not url else url if lone else f"{text} ({url})")


def _address(raw: str) -> str:
    return _ESCAPED.sub(r"\1", _TILDE.sub("~", raw)) if "\\" in raw else raw


def _footnote(reader: Reader, before: str, depth: int) -> str:
    reader.option()
    content = reader.argument(depth) if reader.opens() else ""
    return f"{apart(before)}({content})" if content else ""


LINKS: Mapping[str, Handler] = MappingProxyType({
    **dict.fromkeys(("footnote", "thanks", "blfootnote", "footnotetext"), _footnote),
    **dict.fromkeys(("url", "nolinkurl", "path"), _url),
    "href": _link,
})  # fmt: skip
