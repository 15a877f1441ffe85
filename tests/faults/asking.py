"""People who ask by chat, of a process that is killed: each word takes effect once, and is answered, in order."""

import random
import re
import signal
import time
from collections.abc import Iterator

from bot.store.database import Server
from bot.store.engine import Store
from bot.store.subscriptions import imported
from tests import postgres
from tests.faults.losses import Line, leaks
from tests.faults.stage import Stage, stage, until

PEOPLE = ("7001", "7002", "7003", "7004", "7005")
EACH = 10
"""Queries that each of them subscribes to and ends again."""
CHAT = '[chat]\naccess = "open"\nper_minute = 1000\nper_chat = 100\n'
HEIR = 60.0
"""Seconds after which another process listens."""


def kills(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        yield from _killed(here, "SQLite", 3 if quick else 10)
        yield from leaks(here)
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        yield from _killed(here, "PostgreSQL", 3 if quick else 10)
        yield from leaks(here)


def heir(*, quick: bool) -> Iterator[Line]:
    """Machines on one PostgreSQL: the one that listens dies, or loses its power, and another listens."""
    del quick
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        here.configure("telegram:777", more=CHAT)
        first = here.start("run")
        asked(here, "/list")
        second = here.start("run")
        time.sleep(3)
        here.kill(first)
        took = asked(here, "/subscribe diffusion")
        yield "13 run that listens killed, another listens", took <= HEIR, f"answered after {took:.0f} s"
        third = here.start("run")
        time.sleep(3)
        second.send_signal(signal.SIGSTOP)
        took = asked(here, "/unsubscribe diffusion")
        second.send_signal(signal.SIGCONT)
        code = second.wait(60)
        took_again = asked(here, "/subscribe graphs")
        here.stop(third)
        stands = standing(here)
        held = took <= HEIR and took_again <= HEIR and code == 1 and stands == (1, 2)
        figures = f"answered after {took:.0f} s, {took_again:.0f} s once it woke; its exit {code}; {stands[0]} stands"
        yield "13 run that listens stopped, another listens", held, figures
        yield from leaks(here)


def asked(here: Stage, words: str) -> float:
    """Seconds until it was answered."""
    began, before = time.monotonic(), len(answers(here, PEOPLE[0]))
    here.telegram.said(PEOPLE[0], words, int(PEOPLE[0]))
    until(lambda: len(answers(here, PEOPLE[0])) > before, 120)
    return time.monotonic() - began


def _killed(here: Stage, where: str, times: int) -> Iterator[Line]:
    here.configure("telegram:777", more=CHAT)
    chance, process = random.Random(13), here.start("run")
    said = [
        (person, word, number) for number in range(EACH) for word in ("subscribe", "unsubscribe") for person in PEOPLE
    ]
    ends = sorted(chance.sample(range(len(said)), times))
    for place, (person, word, number) in enumerate(said):
        here.telegram.said(person, f"/{word} word{person}x{number}", int(person))
        time.sleep(chance.uniform(0.0, 0.1))
        if place in ends:
            time.sleep(chance.uniform(0.0, 1.5))
            here.kill(process)
            process = here.start("run")
    until(lambda: all(len(once(answers(here, one))) == 2 * EACH for one in PEOPLE), 120)
    code, _ = here.stop(process)
    wanted = [f"{word} {number}" for number in range(EACH) for word in ("Subscribed", "Ended")]
    wrong = [one for one in PEOPLE if once(answers(here, one)) != wanted]
    again = sum(len(answers(here, one)) - len(once(answers(here, one))) for one in PEOPLE)
    stands = standing(here)
    held = not wrong and stands == (0, EACH * len(PEOPLE)) and code == 0
    figures = f"{stands[0]} stand of {stands[1]} made, {again} answers twice, wrong in {wrong or 'no chat'}"
    yield f"13 {len(said)} words by chat, SIGKILL {times} times, {where}", held, figures


def answers(here: Stage, person: str) -> list[str]:
    """What a person was answered, in short."""
    texts = [one.text for one in here.telegram.messages if one.chat == person]
    found = [re.match(r"(Subscribed|Ended).*?: \w+?x(\d+)", text) for text in texts]
    return [f"{one[1]} {one[2]}" if one else text for one, text in zip(found, texts, strict=True)]


def once(told: list[str]) -> list[str]:
    """What a kill cut off may come again."""
    return [one for place, one in enumerate(told) if not place or told[place - 1] != one]


def standing(here: Stage) -> tuple[int, int]:
    """How many subscriptions by chat stand, and how many were made."""
    store = Store(Server(here.database) if here.database else here.folder / "var" / "paperround.db")
    try:
        stands = store.call(lambda at: len(list(imported.every(at))))
        made = store.call(
            lambda at: at.exec_driver_sql("select count(*) from subscription where origin = 'chat'").scalar()
        )
    finally:
        store.close()
    return stands, int(made or 0)
