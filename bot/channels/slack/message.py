"""Papers as Slack messages: Block Kit within Slack's limits, and a plain text for notifications.

Text stands in rich_text and plain_text objects, which have no markup: no mention, link, emoji or styling can hide in
a title, and what people copy has no invisible characters. Only the titles at the end of a long list stand as links in
mrkdwn: two messages instead of three, and Slack folds them.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.channels.channel import Issue, Item, Packed, Payload
from bot.channels.excerpt import said_of
from bot.channels.head import head_of, site_of
from bot.channels.slack.sheets import SECTION, Block, Sheets, cost
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
    thumbnail,
    titles,
    why,
)
from feeds.text import shorten

TEXT = 4000
"""Characters of text a message (Slack's reference)."""
_HEADER, _NAMES = 140, 60
"""Characters of a header, and in it of the alerts' names."""
_ALT = 200
_ABOUT: Block = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": word, "value": word, "text": {"type": "plain_text", "text": word.capitalize()}}
        for word in ("why", "more", "save", "cite")
    ],
}
"""Words for the bot (bot.chat.words)."""
_STYLED, _EMOJI = re.compile(r"[*_~`]|^&gt;"), re.compile(r":(?=[\w+'-]+:)")
"""What mrkdwn would style, and what it would take for an emoji: a character that nobody sees keeps it from that."""
_UNSEEN = "\u2060"


def pack(item: Item, *, asked: bool = False) -> Payload:
    """One paper as a message: `text` and `blocks`, and nothing that Slack would unfold, link or style by itself.

    `asked`: with a row of buttons by which people ask about it.
    """
    paper, said = item.paper, said_of(item.paper, item.hits)
    title, reason = headline(paper), why(item.hits)
    about = [authors(paper.authors), facts(paper), became(paper), f"🔎 {reason}" if reason else ""]
    beside = "\n\n".join(filter(None, (_plain(said.lead), "\n".join(filter(None, about)))))
    body = _joined(said.abstract, "\n\n")
    blocks = [_rich_text((title,)), *_beside(beside, thumbnail(paper), title.text)]
    blocks += [_rich_text(body)] if body else []
    blocks += [*_link_line(links(paper)), *([_ABOUT] if asked else [])]
    text = [title.text, _plain(said.lead), *about, *map(_plain, said.abstract)]
    return _payload(blocks, fallback(text, title.url))


def pack_issue(issue: Issue) -> list[Packed]:
    """Many papers: the first ones a block each, then the titles of the others, many a section; split between papers."""
    site = _site_line(issue)
    sheets = Sheets(cost(_header("x" * _HEADER)) + sum(map(cost, site)), 1 + len(site))
    for lines in in_full(issue):
        sheets.add_block(_rich_text(_joined(lines, "\n")))
    for title in titles(issue):
        sheets.add_line(_title(title))
    packed, left = [], iter(issue.items)
    for number, sheet in enumerate(sheets.all, start=1):
        head = fit(_plain(head_of(issue, number, len(sheets.all), _NAMES)), _HEADER)
        blocks = [_header(head), *(site if number == 1 else ()), *sheet.blocks]
        text = fallback([head, *(item.paper.title for item in islice(left, sheet.papers))], "")
        packed.append(Packed(_payload(blocks, text), sheet.papers))
    return packed


def pack_text(text: str) -> Payload:
    """One short message of plain text."""
    return _payload([_rich_text((Piece(text),))], escaped(text))


def without_blocks(payload: Payload) -> Payload:
    """The same message as plain text alone. Of an issue, its text has the first titles; its blocks have all papers."""
    rest = {name: value for name, value in payload.items() if name != "blocks"}
    blocks = payload.get("blocks") or [{}]
    whole = blocks[0].get("type") == "header"
    return {**rest, "text": "\n".join(map(spoken, blocks))} if whole else rest


def spoken(block: Block) -> str:
    """What one of our blocks says, as Slack's `text` argument takes it."""
    if "elements" not in block:
        own = str(block["text"]["text"])
        return own if block["text"]["type"] == "mrkdwn" else escaped(own)
    elements = (element for section in block["elements"] for element in section["elements"])
    return "".join(_spoken(element) for element in elements)


def _spoken(element: Block) -> str:
    text = escaped(element["text"])
    return f"<{escaped(element['url'])}|{text}>" if element["type"] == "link" else text


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


def _title(title: Piece) -> str:
    """A title as a link in mrkdwn; alone where its link is too long for a section of several."""
    text = _EMOJI.sub(f":{_UNSEEN}", _STYLED.sub(rf"{_UNSEEN}\g<0>", escaped(title.text).replace("|", "¦")))
    url = escaped(title.url).replace("|", "%7C")
    link = f"<{url}|{text}>"
    return link if url and len(link) <= SECTION else text


def _site_line(issue: Issue) -> list[Block]:
    pages = site_of(issue)
    days = [piece for page in pages for piece in (Piece(" · "), page)][1:]
    return [_rich_text((Piece("On the site: "), *days))] if days else []


def _beside(text: str, image: str, title: str) -> list[Block]:
    """What stands beside the paper's image, when it can be shown: Slack fetches https alone."""
    if not text:
        return []
    block: Block = {"type": "section", "text": {"type": "plain_text", "text": shorten(text, SECTION), "emoji": False}}
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
