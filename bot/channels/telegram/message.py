"""Papers as Telegram messages: HTML within the Bot API's limits, link buttons, the paper's image as preview."""

import html
import re
from collections.abc import Iterable, Sequence

from bot.channels.channel import Item, Packed, Payload
from bot.channels.excerpt import excerpts
from bot.channels.splitting import NO_HEADING, numbered, split
from bot.channels.wording import (
    WHY,
    Line,
    Piece,
    authors,
    brief,
    facts,
    fit,
    headline,
    links,
    safe,
    thumbnail,
    units,
    why,
)

TEXT, BYTES, ENTITIES = 4096, 32_768, 100
"""Code points after parsing (UTF-16 units here, to be sure), bytes before, entities shown (tdlib, PTB constants)."""
_NUMBER = len(" (999/999)")


def pack(item: Item) -> Payload:
    """One paper as a message: `text` (HTML), `buttons` (rows of label and URL), `preview` (URL or empty)."""
    paper = item.paper
    about = [authors(paper.authors), facts(paper), _searched(why(item.hits))]
    head = [(headline(paper),), *((Piece(line),) for line in about if line)]
    paragraphs = [_lines(head), *map(_line, excerpts(paper.abstract, item.hits))]
    return _payload("\n\n".join(paragraphs), links(paper), thumbnail(paper))


def pack_batch(heading: str, items: Sequence[Item]) -> list[Packed]:
    """Many papers as a list, split between papers."""
    heading = fit(heading, WHY).strip() or NO_HEADING
    entries = [_lines(_plain_title(brief(item))) for item in items]
    room = (TEXT - units(heading) - _NUMBER, BYTES - 2000, ENTITIES - 1)
    parts = split([_cost(entry) for entry in entries], room)
    packed = []
    for number, part in enumerate(parts, start=1):
        title = _line((Piece(numbered(heading, number, len(parts)), bold=True),))
        text = "\n\n".join([title, *entries[part.start : part.stop]])
        packed.append(Packed(_payload(text), len(part)))
    return packed


def unformatted(payload: Payload) -> Payload:
    """The same message as plain text."""
    return {**payload, "text": plain_text(payload["text"]), "parse_mode": ""} if payload["parse_mode"] else payload


def shortened(payload: Payload) -> Payload:
    """The start of the message as plain text, well below the limit."""
    plain = unformatted(payload)
    return {**plain, "text": fit(plain["text"], TEXT * 3 // 4), "buttons": []}


def without_buttons(payload: Payload) -> Payload:
    """The same message without its buttons."""
    return {**payload, "buttons": []}


def without_preview(payload: Payload) -> Payload:
    """The same message without its image."""
    return {**payload, "preview": ""}


def plain_text(markup: str) -> str:
    """What a reader sees of text that this module marked up."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def pack_text(text: str) -> Payload:
    """One short message of plain text."""
    return _payload(_markup(Piece(text)))


def _payload(text: str, buttons: Sequence[tuple[str, str]] = (), preview: str = "") -> Payload:
    row = [{"text": label, "url": url} for label, url in buttons]
    return {"text": text, "parse_mode": "HTML", "buttons": [row] if row else [], "preview": preview}


def _lines(lines: Iterable[Line]) -> str:
    return "\n".join(map(_line, lines))


def _line(line: Line) -> str:
    return "".join(map(_markup, line))


def _markup(piece: Piece) -> str:
    """The one place where text becomes HTML."""
    text = html.escape(safe(piece.text), quote=False)
    if piece.url:
        text = f'<a href="{html.escape(piece.url)}">{text}</a>'
    return f"<b>{text}</b>" if piece.bold else text


def _plain_title(lines: list[Line]) -> list[Line]:
    """Entries of a list without bold titles: half the entities, and the heading stands out."""
    title = lines[0][0]
    return [(Piece(title.text, url=title.url, bold=not title.url),), *lines[1:]]


def _searched(reason: str) -> str:
    return f"🔎 {reason}" if reason else ""


def _cost(entry: str) -> tuple[int, int, int]:
    return units(plain_text(entry)) + 2, len(entry.encode()) + 2, entry.count("</")
