"""Papers as Telegram messages: HTML within the Bot API's limits, link buttons, the paper's image as preview."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.channels.channel import Issue, Item, Packed, Payload
from bot.channels.excerpt import said_of
from bot.channels.head import head_of
from bot.channels.splitting import Cost, split
from bot.channels.wording import (
    Line,
    Piece,
    authors,
    became,
    facts,
    fit,
    headline,
    in_full,
    links,
    safe,
    thumbnail,
    titles,
    units,
    why,
)
from feeds.citation import pasted
from feeds.paper import Paper

TEXT, BYTES, ENTITIES = 4096, 32_768, 100
"""Code points after parsing (UTF-16 units here, to be sure), bytes before, entities shown (tdlib, PTB constants)."""
_ABOUT = [{"text": word.capitalize(), "callback_data": word} for word in ("why", "more", "save")]
"""Words for the bot (bot.chat.words)."""
_COPIED = 256
"""Characters that a button copies by itself (Bot API, CopyTextButton)."""
_LARGEST = 999
"""Messages of one issue, as far as the room for their numbers goes."""
_FOLDED = "<blockquote expandable>{}</blockquote>"


def pack(item: Item, *, silent: bool = False, asked: bool = False) -> Payload:
    """One paper: `text` (HTML), `buttons` (rows of label and URL), `preview` (URL or empty), `silent` (no sound).

    `asked`: with a row of buttons by which people ask about it.
    """
    paper, said = item.paper, said_of(item.paper, item.hits)
    head = [(headline(paper),), *([said.lead] if said.lead else [])]
    about = [authors(paper.authors), facts(paper), became(paper), _searched(why(item.hits))]
    paragraphs = [_lines(head), _lines((Piece(line),) for line in about if line), *map(_line, said.abstract)]
    text = "\n\n".join(filter(None, paragraphs))
    payload = _payload(text, links(paper), thumbnail(paper), silent=silent)
    return {**payload, "buttons": [*payload["buttons"], [*_ABOUT, _cite(paper)]]} if asked else payload


def _cite(paper: Paper) -> dict[str, Any]:
    """Copies the paper's entry of BibTeX where a button can, else asks the bot for it."""
    entry = pasted(paper).rstrip()
    copies = entry if units(entry) <= _COPIED else ""
    return {"text": "Cite", **({"copy_text": {"text": copies}} if copies else {"callback_data": "cite"})}


def pack_issue(issue: Issue) -> list[Packed]:
    """Many papers: the first ones in full, then the titles of the others in a folded quote. It rings once at most."""
    full = [_lines(_plain_title(lines)) for lines in in_full(issue)]
    others = [_markup(replace(title, bold=False)) for title in titles(issue)]
    parts = split([_cost(entry) for entry in (*full, *others)], _room_of(issue))
    packed = []
    for number, part in enumerate(parts, start=1):
        folded = others[max(part.start - len(full), 0) : max(part.stop - len(full), 0)]
        quote = [_FOLDED.format("\n\n".join(folded))] if folded else []
        text = "\n\n".join([_line(head_of(issue, number, len(parts))), *full[part.start : part.stop], *quote])
        packed.append(Packed(_payload(text, silent=issue.silent or number > 1), len(part)))
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


def _room_of(issue: Issue) -> Cost:
    """What a message has for papers, beside its head and a quote."""
    taken = _cost(_line(head_of(issue, _LARGEST, _LARGEST)) + _FOLDED.format(""))
    return tuple(limit - cost for limit, cost in zip((TEXT, BYTES, ENTITIES), taken, strict=True))


def _payload(text: str, buttons: Sequence[tuple[str, str]] = (), preview: str = "", *, silent: bool = False) -> Payload:
    row = [{"text": label, "url": url} for label, url in buttons]
    return {"text": text, "parse_mode": "HTML", "buttons": [row] if row else [], "preview": preview, "silent": silent}


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
