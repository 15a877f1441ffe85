"""Fifty commands and a process that is killed again and again: each takes effect once, and is answered, in order."""

import random
import re

import pytest

from bot.store.database import Database
from bot.store.engine import Store
from bot.store.subscriptions import imported
from tests.world import World, until

ME, OTHER = "777000", "777001"


@pytest.mark.usefixtures("database")
def test_fifty_commands_over_kills_each_count_once_and_are_answered_in_order(here: World, database: Database) -> None:
    here.configure('[chat]\naccess = "open"\nper_minute = 1000\nper_chat = 100\n')
    said = {chat: [line for n in range(13) for line in lines(chat, n)] for chat in (ME, OTHER)}
    rng, process = random.Random(17), here.start("run")
    for number in range(26):
        for chat in said:
            here.telegram.said(chat, said[chat][number], int(chat))
        if number % 5 == 4:
            wanted = len(here.telegram.messages) + rng.randrange(6)
            until(lambda wanted=wanted: len(here.telegram.messages) >= wanted, 20)
            process.kill()
            process.wait(10)
            process = here.start("run")
    until(lambda: all(len(answered(here, chat)) == 26 for chat in said), 60)
    process.terminate()
    assert process.wait(10) == 0
    for chat, asked in said.items():
        assert answered(here, chat) == [expected(one) for one in asked]
    store = Store(database)
    standing = store.call(lambda at: [(one.destination, one.query) for one in imported.every(at)])
    rows = store.call(lambda at: at.exec_driver_sql("select count(*) from subscription").scalar())
    store.close()
    assert (sorted(standing), rows) == ([], 26)


def lines(chat: str, number: int) -> tuple[str, str]:
    query = f"word{chat}x{number}"
    return f"/subscribe {query}", f"/unsubscribe {query}"


def expected(asked: str) -> str:
    word, query = asked.split()
    return f"{'Subscribed' if word == '/subscribe' else 'Ended'} {query}"


def answered(here: World, chat: str) -> list[str]:
    """What was answered, each once, in order: one that a kill cut off may come again."""
    found = []
    for text in here.telegram.plain(chat):
        one = re.match(r"(Subscribed|Ended)(?:, as \d+)?: (\S+)", text)
        assert one, text
        if not found or found[-1] != f"{one[1]} {one[2]}":
            found.append(f"{one[1]} {one[2]}")
    return found
