"""`why`, `more`, `save`, `watch`, `cite`, `saved`: of the papers in a message that is answered."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.asked import Asked
from bot.chat.commands import AboutPaper, Saved
from bot.chat.reply import Reply
from bot.rules.found import found_by
from bot.rules.words import counted
from bot.store import keeping
from bot.store.archive import papers
from bot.store.archive.references import near_for
from bot.store.outbox import lanes, posted
from bot.store.subscriptions import rows
from bot.store.subscriptions.rows import Kept
from feeds.citation import pasted
from feeds.match import match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query
from feeds.site import citation_path, search_path

_SHOWN, _TAKEN = 10, 50
"""Papers that `saved` lists, and that its address of BibTeX has."""
_COPIED, _ENTRY, _AUTHORS = 2800, 1400, 10
"""Characters of all entries in a message, and of one from which only so many authors are named."""


def about(connection: Connection, asked: Asked, command: AboutPaper) -> Reply:
    """Of the message that is answered."""
    there = lanes.by_address(connection, asked.said.scheme, asked.said.address)
    ids = posted.papers_of(connection, there, asked.said.about)
    some = papers.by_ids(connection, ids)
    if not some:
        return Reply(f"Answer a message of mine that has a paper with {asked.about_a_paper(command.word)}", aside=True)
    if command.word == "why":
        return Reply("\n".join(_why(connection, asked, there, one, some[one]) for one in ids[:_SHOWN] if one in some))
    if command.word == "cite":
        return _cited(asked, [some[one] for one in ids if one in some])
    if len(some) > 1:
        said = f"That message has {counted(len(some), 'paper')}: I can do that for one alone."
        return Reply(said, aside=True)
    (paper,) = some.values()
    if command.word == "more":
        return _like(asked, paper)
    return _saved(connection, asked, paper) if command.word == "save" else _watched(connection, asked, paper)


def saved(connection: Connection, asked: Asked, _: Saved) -> Reply:
    """What this chat keeps, the newest first."""
    keys, count = keeping.saved(connection, asked.chat, _SHOWN), keeping.count(connection, asked.chat)
    if not keys:
        return Reply(f"Nothing is kept here. Answer a paper with {asked.about_a_paper('save')}")
    ids = [number for key in keys if (number := papers.find(connection, key)) is not None]
    some = papers.by_ids(connection, ids)
    more = [f"and {count - len(keys)} more"] if count > len(keys) else []
    lines = ["Kept here:", *wording.lines_of(some[one] for one in ids if one in some), *more]
    return Reply("\n".join([*lines, *_taken_home(connection, asked)]))


def _taken_home(connection: Connection, asked: Asked) -> list[str]:
    """Where all that is kept is had as BibTeX: the address names the papers, so it tells of nobody else's."""
    site = asked.config.site
    if site is None or not site.serves:
        return []
    keys = keeping.saved(connection, asked.chat, _TAKEN)
    found = papers.by_ids(connection, [one for key in keys if (one := papers.find(connection, key)) is not None])
    query = " OR ".join(f"id:{_asked(one.id)}" for one in found.values() if '"' not in one.id)
    return [f"For a reference manager: {site.base_url}{search_path(query, 'bib')}"] if query else []


def _asked(name: str) -> str:
    return name if name.replace(".", "").isalnum() else f'"{name}"'


def _why(connection: Connection, asked: Asked, there: Sequence[int], number: int, paper: Paper) -> str:
    kept = rows.some(connection, posted.callers_of(connection, there, number))
    lines = dict.fromkeys(f"  {_reason(connection, row, paper, asked)}" for row in kept.values())  # topics may have one
    return "\n".join([f"{wording.short(paper.title)} came by", *(lines or ["  nothing that I still know"])])


def _reason(connection: Connection, row: Kept, paper: Paper, asked: Asked) -> str:
    query, name = row.query, row.name
    try:
        parsed = parse_query(query)
        found = found_by(match({"": parsed}, [paper], asked.now, near_for(connection, [parsed])), "")
    except QueryError:
        found = []
    words = ", ".join(found[0].words) if found else ""
    called = f"{name} ({wording.short(query)})" if name else wording.short(query)
    return f"{called}, for: {words}" if words else called


def _cited(asked: Asked, some: Sequence[Paper]) -> Reply:
    """Their entries of BibTeX, as many as one message holds. A channel's reader has room for an address alone."""
    site = asked.config.site
    if asked.said.place == "channel" and asked.said.pressed and site and len(some) == 1:
        return Reply(f"{site.base_url}{citation_path(some[0].key, 'bibtex')}", aside=True)
    entries = _entries(some)
    if not entries:
        return Reply("Its entry is too long for a message.", aside=True)
    more = f" of the first {len(entries)} of {len(some)}" if len(entries) < len(some) else ""
    return Reply(f"BibTeX{more}:", copied="\n".join(entries).rstrip())


def _entries(some: Sequence[Paper]) -> list[str]:
    """Of those that fit into a message; BibTeX itself says `and others` where authors are left out."""
    found: list[str] = []
    room = _COPIED
    for one in some:
        entry = pasted(one)
        if len(entry) > _ENTRY and len(one.authors) > _AUTHORS:
            entry = pasted(replace(one, authors=(*one.authors[:_AUTHORS], "others")))
        room -= len(entry) + 1
        if room < 0:
            break
        found.append(entry)
    return found


def _like(asked: Asked, paper: Paper) -> Reply:
    if not asked.sought.like:
        return Reply(f"The archive's past year has nothing like {wording.short(paper.title)}")
    if asked.said.place == "channel" and asked.said.pressed:
        titles = (wording.short(one.title) for one, _ in asked.sought.like)
        return Reply("\n".join(["Most like it:", *titles]), aside=True)
    lines = [f"Most like {wording.short(paper.title)}:"]
    for one, words in asked.sought.like:
        lines += [*wording.lines_of([one]), f"  shares: {', '.join(words)}"]
    example = asked.example(f"subscribe similar:{paper.key}")
    return Reply("\n".join([*lines, f"To get such papers: {example}"]), followed=True)


def about_one(connection: Connection, asked: Asked) -> str:
    """The key of the one paper in the message that is answered; empty where it has none, or several."""
    there = lanes.by_address(connection, asked.said.scheme, asked.said.address)
    some = papers.by_ids(connection, posted.papers_of(connection, there, asked.said.about))
    return next(iter(some.values())).key if len(some) == 1 else ""


def _saved(connection: Connection, asked: Asked, paper: Paper) -> Reply:
    new = keeping.save(connection, asked.chat, paper.key, asked.said.person, asked.now)
    said = "Kept" if new else "Kept already"
    return Reply(f"{said}: {wording.short(paper.title)}. All: {asked.example('saved')}", aside=True)


def _watched(connection: Connection, asked: Asked, paper: Paper) -> Reply:
    keeping.watch(connection, asked.chat, paper, asked.said.person, asked.now)
    return Reply(
        f"I tell you once when {wording.short(paper.title)} has code, a project page, a new version, a journal "
        "reference, or is withdrawn."
    )
