"""Telegram's HTML as tdlib reads it: the tags it knows, exact nesting, its own few entities, its words of refusal."""

import re
from dataclasses import dataclass, field

TAGS = frozenset(("a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "span", "pre", "code", "blockquote"))
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot);?|#(\d{1,7});?|#x([0-9a-fA-F]{1,6});?)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_NAME = re.compile(r"</?([a-zA-Z0-9-]*)")

Open = tuple[str, int, str]
"""A tag still open: its name, where its text begins, its link."""


class ParseError(ValueError):
    """The description of the 400 that Telegram answers."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Bad Request: can't parse entities: {what}")


@dataclass
class Parsed:
    text: str = ""
    """As readers see it."""
    entities: int = 0
    links: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)


def parse(html: str) -> Parsed:
    """Plain text and entities, or ParseError."""
    parsed, stack, at = Parsed(), list[Open](), 0
    while at < len(html):
        if html[at] == "&" and (found := _REFERENCE.match(html, at)):
            parsed.text, at = parsed.text + _character(found), found.end()
        elif html[at] != "<":
            parsed.text, at = parsed.text + html[at], at + 1
        elif html.startswith("</", at):
            at = _close(html, at, stack, parsed)
        else:
            name, url, at = _opened(html, at)
            stack.append((name, len(parsed.text), url))
    if stack:
        raise ParseError(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return parsed


def cleaned(text: str) -> str:
    """Controls become spaces, CR and U+2028-202E vanish, the ends are trimmed (tdlib, misc.cpp)."""
    text = re.sub(r"[\r\u2028-\u202e]", "", text)
    return re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text).strip()


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _NAMED[found[1]]
    number = int(found[2]) if found[2] else int(found[3], 16)
    return chr(number) if 0 < number <= 0x10FFFF else found[0]


def _opened(html: str, at: int) -> tuple[str, str, int]:
    offset = len(html[:at].encode())
    found = _NAME.match(html, at)
    assert found
    name, end, attributes = found[1].lower(), found.end(), dict[str, str]()
    if name not in TAGS:
        raise ParseError(f'Unsupported start tag "{name}" at byte offset {offset}')
    while attribute := _ATTRIBUTE.match(html, end):
        attributes[attribute[1].lower()] = _unquoted(attribute[2] or "")
        end = attribute.end()
    while end < len(html) and html[end].isspace():
        end += 1
    if end >= len(html) or html[end] != ">":
        raise ParseError(f"Unclosed start tag at byte offset {offset}")
    return name, attributes.get("href", "") if name == "a" else "", end + 1


def _unquoted(value: str) -> str:
    return _REFERENCE.sub(_character, value[1:-1] if value[:1] in {'"', "'"} else value)


def _close(html: str, at: int, stack: list[Open], parsed: Parsed) -> int:
    offset = len(html[:at].encode())
    found = _NAME.match(html, at)
    assert found
    if not stack:
        raise ParseError(f"Unexpected end tag at byte offset {offset}")
    if not html.startswith(">", found.end()):
        raise ParseError(f"Unclosed end tag at byte offset {offset}")
    name, start, url = stack.pop()
    if found[1].lower() not in {name, ""}:
        raise ParseError(
            f'Unmatched end tag at byte offset {offset}, expected "</{name}>", found "</{found[1].lower()}>"'
        )
    parsed.entities += len(parsed.text) > start
    parsed.links += [url] if url else []
    parsed.bold += [parsed.text[start:]] if name in {"b", "strong"} else []
    return found.end() + 1
