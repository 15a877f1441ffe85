"""Entities and anchors that stand in a text as text. Other tags stay: `<think>` and `0<p<=2` are words."""

import html
import re

_AMPERSANDS = re.compile(r"&(?:amp;)+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ANCHOR = re.compile(r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>]{1,500})[\"'][^<>]{0,300}>([^<>]{0,300})</a>", re.IGNORECASE)


def without_markup(text: str) -> str:
    """The text with one layer of entities decoded, and each HTML link as its words and its address.

    arXiv's records hold both (0704.2355 `&#64257;nding`, 2507.03745 `<a href=`).
    """
    if "&" in text:
        text = _ENTITY.sub(_decoded, _AMPERSANDS.sub("&", text))
    return _ANCHOR.sub(_linked, text) if "<a" in text or "<A" in text else text


def _decoded(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def nameless(words: str) -> bool:
    """Whether a link's words say no more than that it is one."""
    return not words or words.rstrip(".").lower() in ("this https url", "this http url", "this url")


def _linked(anchor: re.Match[str]) -> str:
    url, words = anchor[1], " ".join(anchor[2].split())
    return f"{url} " if words in url or nameless(words) else f"{words} ({url})"
