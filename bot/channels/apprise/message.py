"""Papers as a title and plain text, which Apprise turns into what each service shows. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.channel import Issue, Item, Packed, Payload
from bot.channels.excerpt import said_of
from bot.channels.head import head_of, site_of
from bot.channels.splitting import split
from bot.channels.wording import Line, authors, facts, fit, headline, in_full, titles, units, why

_CALLS = re.compile(r"(?<!\w)@(?=\w)|<(?=[@!#])")
"""What rings for people in some services: `@everyone`, `<!channel>`."""
_APART = "\u2060"


@dataclass(frozen=True, slots=True)
class Room:
    """What a message may take, in UTF-16 units."""

    title: int
    body: int


def pack(item: Item, room: Room) -> Payload:
    """One paper: as many of its lines as there is room for, and its address."""
    paper, title, said = item.paper, headline(item.paper, room.title), said_of(item.paper, item.hits)
    reason = why(item.hits)
    about = [authors(paper.authors), facts(paper), f"🔎 {reason}" if reason else ""]
    lines = [_text(said.lead), *about, *(_text(line) for line in said.abstract)]
    return _payload(title.text, _with_address(lines, title.url, room.body))


def pack_issue(issue: Issue, room: Room) -> list[Packed]:
    """Many papers as a list; several messages, split between papers, where one would be too large."""
    entries = [fit(one, room.body) for one in _entries(issue)]
    site = "\n".join(page.url for page in site_of(issue)[:1])
    left = room.body - units(site) - 2
    parts = split([(units(entry) + 2,) for entry in entries], (left if left > 0 else room.body,))
    packed = []
    for number, part in enumerate(parts, start=1):
        body = "\n\n".join(entries[part.start : part.stop])
        ends = f"\n\n{site}" if site and number == len(parts) and units(body) <= left else ""
        head = fit(_text(head_of(issue, number, len(parts))), room.title)
        packed.append(Packed(_payload(head, body + ends), len(part)))
    return packed


def pack_text(text: str, room: Room) -> Payload:
    """A notice."""
    return _payload("Paper Round", fit(text, room.body))


def _entries(issue: Issue) -> Iterator[str]:
    for lines in in_full(issue):
        yield "\n".join([*map(_text, lines), *filter(None, [lines[0][0].url])])
    for title in titles(issue):
        yield "\n".join(filter(None, [title.text, title.url]))


def _with_address(lines: Sequence[str], url: str, room: int) -> str:
    """The address stands whole where it fits at all: of the rest, what there is room for."""
    last = url if units(url) <= room else ""
    text = "\n".join(filter(None, lines))
    left = room - units(last) - (1 if last else 0)
    shown = fit(text, left) if left > 0 and text else ""
    return "\n".join(filter(None, [shown, last]))


def _text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def _payload(title: str, body: str) -> Payload:
    return {"title": _silenced(title), "body": _silenced(body or title)}


def _silenced(text: str) -> str:
    return _CALLS.sub(lambda found: found[0] + _APART, text)
