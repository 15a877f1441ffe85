"""A world in which everything that wants a person does: a source each that stalls, fails and cannot be read in part, a
platform that refuses us, and a destination for each trouble of one.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from bot.config.load import Config, load
from bot.rules.parts import Part
from bot.store import happened, hearing
from bot.store.archive import sources
from bot.store.engine import driver
from bot.store.outbox import outcomes
from bot.store.outbox.claims import Claim
from bot.store.schema import chat_name
from tests.desk import NOON, Desk

FILE = """
[telegram]
token_env = "T"
[[sources]]
name = "silent"
kind = "huggingface"
[[sources]]
name = "broken"
kind = "feed"
url = "https://lab.example.org/feed"
[[sources]]
name = "torn"
kind = "files"
path = "inbox/*"
[[alerts]]
name = "all"
query = "*"
to = ["telegram:-1001"]
[web]
listen = "127.0.0.1:0"
"""
OF_A_LANE = ("closed", "parked", "unsure", "paused", "refused")
"""A lane each, in this order."""


def configured(folder: Path) -> Config:
    (folder / "config.toml").write_text(FILE)
    return load(folder / "config.toml", {"T": "1:x"})


def go_wrong(desk: Desk) -> None:
    """All of it, at noon."""
    desk.enqueue(2, *(f"-{number + 1}" for number in range(len(OF_A_LANE))))
    desk.store.call(_sources, NOON)
    desk.store.call(_lanes, NOON)


def _sources(connection: Connection, now: datetime) -> None:
    before, long_ago = now - timedelta(hours=1), now - timedelta(days=30)
    sources.note(connection, [("silent", "huggingface"), ("broken", "feed"), ("torn", "files")], long_ago)
    for name in ("silent", "torn"):
        sources.gave_new(connection, name, long_ago)
        sources.read(connection, name, before)
    sources.read(connection, "broken", now - timedelta(days=3))
    sources.failed(connection, "broken", "HTTP 500 of https://secret.example.org", before, None)
    sources.read_part(connection, "torn", Part("a.json", "x", before, "a.json: not JSON"), 0, 1)
    happened.count(connection, happened.FETCH, "broken", "failed", before)


def _lanes(connection: Connection, now: datetime) -> None:
    raw, later = driver(connection), (now + timedelta(hours=2)).timestamp()
    raw.execute(_MESSAGES)
    raw.execute(_CARRIED)
    closed, parked, unsure, paused, refused = (
        Claim(number, f"d{number}", "-1", "", "{}", 1, _WORKER)
        for (number,) in raw.execute("select id from message order by id")
    )
    outcomes.close(connection, closed, "bot was kicked from secret chat", now)
    outcomes.park(connection, parked, "too odd", now)
    for _ in range(3):
        raw.execute("update message set state = 'sending', owner = ? where id = ?", (_WORKER, unsure.message))
        outcomes.unsure(connection, unsure, "the answer was lost", now.timestamp())
    outcomes.wait(connection, paused, "flood control", later, counted=False)
    outcomes.wait(connection, refused, "no rights", now.timestamp() + 60, counted=True, refused=True)
    outcomes.stop_platform(connection, "slack", "invalid_auth", now)
    hearing.unheard(connection, "slack", "another listens", now - timedelta(hours=1))
    named = {"scheme": "telegram", "name": "@mine", "address": "-1", "was": "-2"}
    connection.execute(insert(chat_name).values(**named))


_WORKER = "w"
_MESSAGES = f"""
    insert into message (destination_id, delivery, state, payload, created, owner)
    select destination_id, 'd' || id, 'sending', '{{}}', 1, '{_WORKER}' from due where paper_id = 1
    order by destination_id
"""
_CARRIED = """
    update due set message_id = (select id from message where message.destination_id = due.destination_id)
    where paper_id = 1
"""
