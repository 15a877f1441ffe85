"""What is to be done though nobody asks: pauses that end, chats that refuse us, news of papers that are watched."""

from datetime import datetime

from sqlalchemy import Connection

from bot.chat.answers import membership, times, wording
from bot.chat.front import Front, tell
from bot.chat.reply import Reply
from bot.chat.said import Said
from bot.store import keeping
from bot.store.archive import papers

EVERY = 30.0
"""Seconds between two rounds of them."""


def run(connection: Connection, front: Front, now: datetime) -> None:
    """All of one platform."""
    times.end_pauses(connection, now)
    membership.closed(connection, front.scheme, now)
    for one in keeping.watched(connection):
        if one.chat.scheme == front.scheme:
            _tell(connection, front, one, now)


def _tell(connection: Connection, front: Front, one: keeping.Watched, now: datetime) -> None:
    """Once, whatever appeared."""
    number = papers.find(connection, one.paper)
    paper = papers.by_ids(connection, [number]).get(number) if number is not None else None
    if paper is None:
        return
    new = {name: value for name, value in keeping.facts(paper).items() if value and value != one.known.get(name)}
    if not new:
        return
    lines = [f"- {name}" + ("" if value == "yes" else f": {value}") for name, value in new.items()]
    text = "\n".join([f"News of {wording.short(paper.title)}:", *lines, wording.address(paper)])
    nobody = Said(*one.chat, "private", "", "")
    tell(connection, front, nobody, Reply(text), now)
    keeping.unwatch(connection, one)
