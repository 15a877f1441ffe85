"""Papers as Slack messages: Block Kit within Slack's limits, and a plain text for notifications.

Text stands in rich_text and plain_text objects, which have no markup: no mention, link, emoji or styling can hide in
a title, and what people copy has no invisible characters (U+2060 before each `*` would).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.channels.channel import Item, Packed, Payload
from bot.channels.excerpt import excerpts
from bot.channels.splitting import NO_HEADING, numbered, split
from bot.channels.wording import Line, Piece, authors, brief, facts, fit, headline, links, thumbnail, why
from feeds.text import shorten

TEXT, SECTION, BLOCKS, ALL_BLOCKS = 4000, 3000, 50, 13_000
"""Characters of text, of a section, of all blocks as JSON, and blocks a message (Slack's reference; bolt-js#2509)."""
_HEADER = 140
_ALT = 200

Block = dict[str, Any]


def pack(item: Item) -> Payload:
    """One paper as a message: `text` and `blocks`, and nothing that Slack would unfold, link or style by itself."""
    paper = item.paper
    title, reason = headline(paper), why(item.hits)
    about = [line for line in (authors(paper.authors), facts(paper)) if line]
    found = [(Piece(f"🔎 {reason}"),)] if reason else []
    shown = excerpts(paper.abstract, item.hits)
    body = _joined([*found, *shown], "\n\n")
    blocks = [_rich_text((title,)), *_about(about, thumbnail(paper), title.text)]
    blocks += [_rich_text(body)] if body else []
    blocks += _link_line(links(paper))
    text = [title.text, *about, *map(_plain, found), *map(_plain, shown)]
    return _payload(blocks, fallback(text, title.url))


def pack_batch(heading: str, items: Sequence[Item]) -> list[Packed]:
    """Many papers as a list, one block a paper, split between papers."""
    heading = fit(heading, _HEADER).strip() or NO_HEADING
    entries = [_entry(item) for item in items]
    costs = [(len(json.dumps(block, ensure_ascii=False)) + 2, 1, len(text) + 1) for block, text in entries]
    room = (ALL_BLOCKS - 2 * _HEADER - 100, BLOCKS - 1, TEXT - 5 * _HEADER)
    parts = split(costs, room)
    packed = []
    for number, part in enumerate(parts, start=1):
        title = numbered(heading, number, len(parts))
        chosen = entries[part.start : part.stop]
        blocks = [_header(title), *(block for block, _ in chosen)]
        text = "\n".join([escaped(title), *(text for _, text in chosen)])
        packed.append(Packed(_payload(blocks, text), len(part)))
    return packed


def pack_text(text: str) -> Payload:
    """One short message of plain text."""
    return _payload([_rich_text((Piece(text),))], escaped(text))


def without_blocks(payload: Payload) -> Payload:
    """The same message as plain text alone."""
    return {name: value for name, value in payload.items() if name != "blocks"}


def escaped(text: str) -> str:
    """Text as Slack's `text` argument takes it: these three characters, and only these (Slack's formatting page)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(lines: Iterable[str], url: str) -> str:
    """Plain lines escaped, as many as fit into Slack's text, and the link."""
    link = _link(url)
    kept, left = [], TEXT - len(link)
    for line in filter(None, lines):
        safe_line = _escaped_to(line, TEXT // 4)
        if len(safe_line) >= left:
            break
        kept.append(safe_line)
        left -= len(safe_line) + 1
    return "\n".join(filter(None, [*kept, link]))


def _link(url: str) -> str:
    """A link of ours; with `parse="none"` Slack makes none of the URLs that stand in texts."""
    return f"<{escaped(url)}>" if url and len(escaped(url)) < TEXT // 2 else ""


def _escaped_to(text: str, limit: int) -> str:
    whole = escaped(text)
    return whole if len(whole) <= limit else escaped(shorten(text, limit // len("&amp;")))


def _payload(blocks: list[Block], text: str) -> Payload:
    return {"text": text, "blocks": blocks, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def _entry(item: Item) -> tuple[Block, str]:
    lines = brief(item)
    title = lines[0][0]
    text = "\n".join(filter(None, (_escaped_to(title.text, TEXT // 4), _link(title.url))))
    return _rich_text(_joined(lines, "\n")), text


def _about(lines: list[str], image: str, title: str) -> list[Block]:
    """Authors and numbers, beside the paper's image when it can be shown: Slack fetches https alone."""
    if not lines:
        return []
    text = {"type": "plain_text", "text": shorten("\n".join(lines), SECTION), "emoji": False}
    block: Block = {"type": "section", "text": text}
    if image.startswith("https://"):
        block["accessory"] = {"type": "image", "image_url": image, "alt_text": fit(title, _ALT)}
    return [block]


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _rich_text(line: Line) -> Block:
    section = {"type": "rich_text_section", "elements": [_element(piece) for piece in line if piece.text]}
    return {"type": "rich_text", "elements": [section]}


def _element(piece: Piece) -> Block:
    element = {"type": "link", "url": piece.url} if piece.url else {"type": "text"}
    style = {"style": {"bold": True}} if piece.bold else {}
    return {**element, "text": piece.text, **style}


def _link_line(known: Sequence[tuple[str, str]]) -> list[Block]:
    """Links as mrkdwn: buttons with a URL warn where an app takes no interactions. The labels are ours."""
    if not known:
        return []
    text = " · ".join(f"<{escaped(url).replace('|', '%7C')}|{label}>" for label, url in known)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}] if len(text) <= SECTION else []


def _joined(lines: Iterable[Line], separator: str) -> Line:
    pieces = [piece for line in lines for piece in (Piece(separator), *line)]
    return tuple(pieces[1:])


def _plain(line: Line) -> str:
    return "".join(piece.text for piece in line)
