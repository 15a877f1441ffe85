"""Entities, anchors, MathML and JATS that stand in a text as text. Other tags stay: `<think>`, `0<p<=2` are words."""

import html
import re

from feeds.text.letters import subscript, superscript
from feeds.text.mathml import without_mathml
from feeds.text.seams import sewn

_AMPERSANDS = re.compile(r"&(?:amp;)+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ANCHOR = re.compile(r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>]{1,500})[\"'][^<>]{0,300}>([^<>]{0,300})</a>", re.IGNORECASE)
_FORMULA_IN_TEX = re.compile(
    r"<(jats:)?tex-math(?:\s[^<>]{0,200})?>(?:[^<]|<(?!/?(?:jats:)?tex-math)){0,4000}+</(?:jats:)?tex-math>"
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING = re.compile(r"<jats:title>\s*(?:Abstract|Summary)\s*</jats:title>", re.IGNORECASE)
_JATS = re.compile(r"</?jats:([a-z-]{1,30})(?:\s[^<>]{0,300})?/?>", re.IGNORECASE)
_BLOCKS = frozenset(("p", "title", "sec", "list", "list-item", "break", "disp-formula", "def-list", "abstract"))
_SCRIPT = re.compile(r"<(sub|inf|sup)(?:\s[^<>]{0,80})?>([^<>]{0,80})</\1>", re.IGNORECASE)
_JATS_SCRIPT = re.compile(r"<jats:(sub|inf|sup)(?:\s[^<>]{0,80})?>([^<>]{0,80})</jats:\1>", re.IGNORECASE)
_PAIR = re.compile(
    r"<(sc|scp|smallcaps|sub|sup|inf|italic|bold|monospace|roman|sans-serif|underline|overline|"
    r"inline-formula|disp-formula|tex-math|formula|tex|alternatives|named-content|styled-content|ext-link|xref|uri|"
    r"i|b|em|strong|u|tt|small|span|p)(?:\s[^<>]{0,300})?>"
    r"((?:[^<]|<(?!\1[\s>])){0,2000}?)</\1>",
    re.IGNORECASE,
)  # fmt: skip
"""JATS without its prefix, IEEE's formulas, and what HTML has for looks. `<think>` and `<answer>` are words."""


def without_markup(text: str) -> str:
    """The text with one layer of entities decoded, known tags read, and each HTML link as its words and its address.

    arXiv's records hold entities and links (0704.2355 `&#64257;nding`, 2507.03745 `<a href=`), publishers' titles tags.
    """
    if "&" in text:
        text = _ENTITY.sub(_decoded, _AMPERSANDS.sub("&", text))
    return _without_tags(text) if "<" in text and ">" in text else text


def nameless(words: str) -> bool:
    """Whether a link's words say no more than that it is one."""
    return not words or words.rstrip(".").lower() in ("this https url", "this http url", "this url")


def _decoded(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _without_tags(text: str) -> str:
    if "<a" in text or "<A" in text:
        text = _ANCHOR.sub(_linked, text)
    if "<mml:" in text or "<m" in text or "</m" in text:
        text = without_mathml(_FORMULA_IN_TEX.sub("", text) if "tex-math" in text and "math>" in text else text)
    if "jats:" in text:
        text = _JATS.sub(_block, _JATS_SCRIPT.sub(_moved, _HEADING.sub("", text)))
    if "<br" in text or "<BR" in text:
        text = _BREAK.sub(" ", text)
    if "</" in text:
        text = _PAIR.sub(_shown, _SCRIPT.sub(_moved, text))
    return text


def _shown(pair: re.Match[str]) -> str:
    return f"\n\n{pair[2]}\n\n" if pair[1].lower() == "p" else pair[2]


def _block(tag: re.Match[str]) -> str:
    return "\n\n" if tag[1].lower() in _BLOCKS else ""


def _moved(script: re.Match[str]) -> str:
    content = script[2].strip()
    before = script.string[script.start() - 1 : script.start()]
    moved = superscript(content, before) if script[1].lower() == "sup" else subscript(content)
    following = script.string[script.end() : script.end() + 1]
    return sewn(moved + following).removesuffix(following) if following else sewn(moved)


def _linked(anchor: re.Match[str]) -> str:
    url, words = anchor[1], " ".join(anchor[2].split())
    return f"{url} " if words in url or nameless(words) else f"{words} ({url})"
