"""The papers that chats keep, and those that they watch."""

import json
from datetime import datetime
from typing import NamedTuple

from bot.store.chats import Chat
from bot.store.engine import Door, driver
from feeds.paper import Paper


class Watched(NamedTuple):
    """A paper that a chat watches."""

    chat: Chat
    paper: str
    """Its public key."""
    known: dict[str, str]
    """What was known of it when it was asked for (`facts`)."""


def save(connection: Door, chat: Chat, paper: str, owner: str, now: datetime) -> bool:
    """Keep a paper; False: it is kept already."""
    return driver(connection).execute(_SAVE, (*chat[:2], paper, owner, now.timestamp())).rowcount > 0


def saved(connection: Door, chat: Chat, at_most: int) -> list[str]:
    """The keys of those kept, the newest first."""
    return [key for (key,) in driver(connection).execute(_SAVED, (*chat[:2], at_most))]


def count(connection: Door, chat: Chat) -> int:
    """How many are kept."""
    ((number,),) = driver(connection).execute(_COUNT, chat[:2]).fetchall()
    return int(number)


def watch(connection: Door, chat: Chat, paper: Paper, owner: str, now: datetime) -> None:
    """Tell it once what appears of a paper."""
    known = json.dumps(facts(paper), ensure_ascii=False)
    driver(connection).execute(_WATCH, (*chat, paper.key, owner, known, now.timestamp()))


def watched(connection: Door) -> list[Watched]:
    """All that is watched."""
    rows = driver(connection).execute("select scheme, address, thread, paper, known from watched order by created")
    return [Watched(Chat(*row[:3]), row[3], json.loads(row[4])) for row in rows]


def unwatch(connection: Door, one: Watched) -> None:
    """It was told."""
    driver(connection).execute(_UNWATCH, (*one.chat, one.paper))


def facts(paper: Paper) -> dict[str, str]:
    """What people wait for, of a paper."""
    return {
        "code": paper.links.get("code", ""),
        "project page": paper.links.get("project", ""),
        "new version": "" if not paper.replaced else "yes",
        "journal reference": paper.publication,
        "withdrawal": "yes" if paper.withdrawn else "",
    }


_SAVE = """
    insert into saved (scheme, address, paper, owner, created) values (?, ?, ?, ?, ?) on conflict do nothing
"""
_SAVED = "select paper from saved where scheme = ? and address = ? order by created desc, paper limit ?"
_COUNT = "select count(*) from saved where scheme = ? and address = ?"
_WATCH = """
    insert into watched (scheme, address, thread, paper, owner, known, created) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing
"""
_UNWATCH = "delete from watched where scheme = ? and address = ? and thread = ? and paper = ?"
