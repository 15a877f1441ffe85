"""What subscriptions call for, whoever made them: each paper due once for each, by the earliest time."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.calling import Asked, Caller, Remembered, Streamed
from bot.rules.destinations import Destination
from bot.rules.standing import Times
from bot.store.archive import papers, sources
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store, driver
from bot.store.outbox import lanes
from bot.store.subscriptions import file, imported, news, waiting
from bot.store.subscriptions.calling import Match
from bot.store.subscriptions.imported import Wanted
from bot.store.subscriptions.rows import Subscription
from feeds.match import Batch, Near
from feeds.paper import Paper
from feeds.query import parse_query
from tests.desk import outside
from tests.fakes.channel import JumpingClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ORIGINS = ("config", "chat", "import", "mail")
DAY = timedelta(days=1)


@dataclass
class Room:
    """A store, a clock, and who calls."""

    store: Store
    asked: Asked = field(default_factory=Streamed)
    clock: JumpingClock = field(default_factory=lambda: JumpingClock(NOON))
    alerts: dict[tuple[str, str, str], Subscription] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.caller = Caller(self.store, self.clock, {}, self.asked)
        self.store.call(sources.note, [("daily", "huggingface")], NOON)

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)

    def subscribe(self, origin: str, query: str, to: str = "telegram:-1", *, name: str = "a", **more: object) -> None:
        """One more of an origin; the file's others stay."""
        self.store.call(self._subscribe, origin, query, to, name, more)

    def _subscribe(self, connection: Connection, origin: str, query: str, to: str, name: str, more: dict) -> None:  # type: ignore[type-arg]
        scheme, _, address = to.partition(":")
        place = Destination(scheme, address)
        parsed, now = parse_query(query), self.clock.now()
        if origin != "config":
            made = [Wanted(place, parsed.text, lambda lane, _: Subscription(to, lane, parsed, **more))]  # type: ignore[arg-type]
            imported.take(connection, made, origin, now)
            return
        lane = lanes.of(connection, [place])[place]
        one = Subscription(to, lane, parsed, name=name, head_start=DAY, **more)  # type: ignore[arg-type]
        self.alerts[one.key] = one
        self._sync(connection)

    def unsubscribe(self, origin: str, query: str, to: str = "telegram:-1") -> None:
        self.store.call(self._unsubscribe, origin, query, to)

    def _unsubscribe(self, connection: Connection, origin: str, query: str, to: str) -> None:
        if origin == "config":
            self.alerts = {
                key: one for key, one in self.alerts.items() if (one.query.text, one.destination) != (query, to)
            }
            self._sync(connection)
        else:
            lane = lanes.known(connection, [to])[to]
            imported.remove(connection, lane, query, self.clock.now())

    def _sync(self, connection: Connection) -> None:
        touched = file.synchronise(connection, list(self.alerts.values()), ["daily"], self.clock.now())
        waiting.obey(connection, touched, self.clock.now())

    def read(self, *some: Paper, past: bool = False) -> None:
        """A reading brings these."""
        self.store.call(self._read, some, past=past)

    def _read(self, connection: Connection, some: tuple[Paper, ...], *, past: bool) -> None:
        now = self.clock.now()
        stored = []
        for one in some:
            seen = Sighting("daily", "huggingface", one, one.announced or now.date(), past)
            stored.append(papers.add(connection, seen, now, lambda day, key: f"tag:{key}"))
        news.mark(connection, [one for one in stored if one.changed], "daily", now)

    def call(self) -> int:
        return asyncio.run(self._call())

    async def _call(self) -> int:
        return await self.caller.catch_up() + await self.caller.call()

    def due(self, state: str = "") -> list[tuple[str, str]]:
        """(destination, paper) of what waits, or of what is in a state."""
        wanted = "due.message_id is null" if not state else f"message.state = '{state}'"
        return sorted(
            outside(
                self.store,
                f"""select scheme || ':' || address, paper.key from due join paper on paper.id = paper_id
                    join destination on destination.id = due.destination_id
                    left join message on message.id = message_id where {wanted}""",
            )
        )

    def change(self, statement: str) -> None:
        """Something in the database, by hand."""
        self.store.call(lambda connection: driver(connection).execute(statement))

    def papers_due(self) -> list[str]:
        return [paper for _, paper in self.due()]


def paper(number: int, title: str = "Diffusion", **more: object) -> Paper:
    return Paper(f"2601.{number:05}", f"{title} {number}", "We study it.", **more)  # type: ignore[arg-type]


@pytest.fixture(params=[Streamed, Remembered])
def room(database: Database, request: pytest.FixtureRequest) -> Iterator[Room]:
    made = Room(Store(database), request.param())
    yield made
    made.store.close()


@pytest.mark.parametrize("origin", ORIGINS)
def test_who_leaves_calls_for_nothing_more_and_the_others_go_on(room: Room, origin: str) -> None:
    room.subscribe(origin, "diffusion")
    room.subscribe(origin, "diffusion", "telegram:-2")
    room.later(minutes=1)
    room.read(paper(1))
    assert room.call() == 2
    room.unsubscribe(origin, "diffusion")
    room.read(paper(2))
    assert (room.call(), ("telegram:-2", "2601.00002") in room.due()) == (1, True)


def test_where_no_paper_can_be_asked_for_none_is_given_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.subscribe("chat", "diffusion")
    room.later(minutes=1)
    room.read(paper(1), paper(2))
    with monkeypatch.context() as broken:
        broken.setattr(type(room.asked), "matches", _breaks)
        assert room.call() == 0
    assert room.call() == 2


def test_a_paper_that_alone_cannot_be_asked_for_keeps_none_waiting(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.subscribe("chat", "diffusion")
    room.later(minutes=1)
    room.read(paper(1), paper(2), paper(3))
    monkeypatch.setattr("bot.calling.Batch", _picky)
    assert (room.call(), room.papers_due(), room.call()) == (2, ["2601.00001", "2601.00003"], 0)


async def _breaks(*_: object, **__: object) -> list[Match]:
    raise ValueError("it is the program's fault")


def _picky(some: Sequence[Paper], now: datetime, near: Near | None) -> Batch:
    if any(one.key == "2601.00002" for one in some):
        raise ValueError("this paper is one too many")
    return Batch(some, now, near)


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_new_paper_is_due_once_for_each_that_calls_for_it(room: Room, origin: str) -> None:
    room.subscribe(origin, "diffusion")
    room.subscribe(origin, "diffusion", "telegram:-2")
    room.subscribe(origin, "nothing", "telegram:-3", name="b")
    room.later(minutes=1)
    room.read(paper(1), paper(2, "Rivers"))
    assert room.call() == 2
    room.read(paper(1))
    assert room.call() == 0
    assert room.due() == [("telegram:-1", "2601.00001"), ("telegram:-2", "2601.00001")]


@pytest.mark.parametrize("origin", ORIGINS)
def test_one_chat_gets_a_paper_once_by_the_earliest_time_whoever_calls(room: Room, origin: str) -> None:
    room.subscribe("config", "diffusion", times=Times("daily 18:00"))
    room.subscribe(origin, "study", name="b")
    room.later(minutes=1)
    room.read(paper(1))
    assert room.call() == 1
    assert outside(room.store, "select mode from due") == [("each",)]
    assert outside(room.store, "select count(*) from hit") == [(1,)]


@pytest.mark.parametrize("origin", ORIGINS)
def test_one_that_comes_later_joins_what_waits_and_may_bring_it_forward(room: Room, origin: str) -> None:
    room.subscribe("config", "diffusion", times=Times("daily 18:00"))
    room.later(minutes=1)
    room.read(paper(1, votes=1))
    room.call()
    room.later(minutes=1)
    room.subscribe(origin, "diffusion votes>=5", name="b")
    room.later(minutes=1)
    room.read(paper(1, votes=9))
    assert room.call() == 0
    assert outside(room.store, "select mode from due") == [("each",)]


def test_an_alert_of_the_file_begins_with_its_head_start_others_at_their_moment(room: Room) -> None:
    room.read(paper(1, announced=date(2026, 1, 3)), paper(2, announced=date(2026, 1, 4)), paper(3))
    room.call()
    room.later(minutes=1)
    for number, origin in enumerate(ORIGINS):
        room.subscribe(origin, "diffusion", f"telegram:-{number}")
    assert room.call() == 2
    assert room.due() == [("telegram:-0", "2601.00002"), ("telegram:-0", "2601.00003")]


@pytest.mark.parametrize("origin", ORIGINS[1:])
def test_numbers_that_become_true_later_count_from_the_day_on_and_what_was_true_does_not(
    room: Room, origin: str
) -> None:
    yesterday = NOON.date() - DAY
    room.read(paper(1, votes=3), paper(2, votes=30), paper(3, votes=3, announced=yesterday))
    room.call()
    room.later(minutes=1)
    room.subscribe(origin, "votes>=10")
    room.later(minutes=1)
    room.read(paper(1, votes=31), paper(2, votes=31), paper(3, votes=31, announced=yesterday))
    assert room.call() == 1
    assert room.papers_due() == ["2601.00001"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_votes_rise_and_fire_once_when_first_true(room: Room, origin: str) -> None:
    room.subscribe(origin, "votes>=10")
    room.later(minutes=1)
    room.read(paper(1, votes=3))
    assert room.call() == 0
    room.read(paper(1, votes=12))
    assert room.call() == 1
    room.read(paper(1, votes=13))
    assert room.call() == 0


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_past_the_replaced_and_the_withdrawn_alert_nobody(room: Room, origin: str) -> None:
    room.subscribe(origin, "diffusion")
    room.later(minutes=1)
    room.read(replace(paper(1), withdrawn=True), replace(paper(2), replaced=True))
    room.read(paper(3), past=True)
    assert room.call() == 0
    room.later(minutes=1)
    room.read(paper(2))
    assert room.call() == 1


@pytest.mark.parametrize("origin", ORIGINS)
def test_what_waits_is_dropped_once_nobody_calls_for_it(room: Room, origin: str) -> None:
    room.subscribe(origin, "diffusion")
    room.later(minutes=1)
    room.read(paper(1))
    room.call()
    room.unsubscribe(origin, "diffusion")
    assert room.due() == []
    assert room.due("uncalled") == [("telegram:-1", "2601.00001")]


def test_an_alert_that_was_out_of_the_file_gets_a_week_of_what_it_missed(room: Room) -> None:
    room.subscribe("config", "diffusion")
    room.later(days=1)
    room.unsubscribe("config", "diffusion")
    for number in range(1, 12):
        room.later(days=1)
        room.read(paper(number))
        room.call()
    room.subscribe("config", "diffusion")
    assert room.call() == 8, "today's, and those of seven days before"


@pytest.mark.parametrize("origin", ORIGINS[1:])
def test_unsubscribed_and_subscribed_again_begins_anew_and_nothing_comes_of_a_pause(room: Room, origin: str) -> None:
    room.subscribe(origin, "diffusion")
    room.unsubscribe(origin, "diffusion")
    room.later(minutes=1)
    room.read(paper(1))
    room.call()
    room.later(minutes=1)
    room.subscribe(origin, "diffusion")
    assert room.call() == 0
    room.subscribe(origin, "diffusion", paused=True)
    room.later(minutes=1)
    room.read(paper(2))
    assert room.call() == 0
    room.later(minutes=1)
    room.subscribe(origin, "diffusion", paused=False)
    room.later(minutes=1)
    room.read(paper(2, votes=1), paper(3))
    room.call()
    assert room.papers_due() == ["2601.00003"]


class KilledError(BaseException):
    """The process is gone."""


@pytest.mark.once_is_enough
@pytest.mark.parametrize("seed", range(4))
def test_a_kill_anywhere_leaves_nothing_out_and_doubles_nothing(
    room: Room, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each commit the process may end; another one goes on."""
    monkeypatch.setattr("bot.calling.CHUNK", 5)
    chance = random.Random(seed)
    for number in range(40):
        origin = ORIGINS[number % 4]
        room.subscribe(
            origin, chance.choice(("diffusion", "rivers", "*")), f"telegram:-{number % 30}", name=f"n{number}"
        )
    room.later(minutes=1)
    room.read(*(paper(number, chance.choice(("Diffusion", "Rivers"))) for number in range(1, 20)))
    run, left = room.store.run, [0]

    async def mortal(work, *arguments, **more):  # type: ignore[no-untyped-def]
        left[0] -= 1
        if left[0] < 0:
            raise KilledError
        return await run(work, *arguments, **more)

    monkeypatch.setattr(room.store, "run", mortal)
    kills, done = 0, False
    while not done:
        left[0] = chance.randrange(1, 12) + kills
        room.caller = Caller(room.store, room.clock, {}, type(room.asked)())
        try:
            room.call()
            done = True
        except KilledError:
            kills += 1
            if kills % 3 == 0:
                room.read(paper(100 + kills))
    assert kills > 3
    assert room.due() == sorted(expected(room))


def expected(room: Room) -> list[tuple[str, str]]:
    """Each paper for each destination that has a query for it, one by one."""
    wanted = outside(room.store, "select destination, query from subscription")
    titles = outside(room.store, "select key, json_extract(data, '$.title') from paper")
    return list({(to, key) for to, query in wanted for key, title in titles if query == "*" or query in title.lower()})


def test_a_query_that_another_version_compiled_is_compiled_again_and_one_it_refuses_is_paused(room: Room) -> None:
    room.subscribe("import", "diffusion")
    room.subscribe("import", "rivers", "telegram:-2")
    room.change("update subscription set version = 1, code = 'x'")
    room.change("update subscription set query = 'a b)' where query = 'rivers'")
    room.change("delete from meta where name = 'language'")
    room.later(minutes=1)
    room.read(paper(1))
    assert room.call() == 1
    found = {row.query: row.paused for row in room.store.call(lambda at: list(imported.every(at)))}
    assert found == {"diffusion": 0, "a b)": 1}


def test_two_lanes_of_one_chat_keep_one_subscription_of_a_query(room: Room) -> None:
    room.subscribe("import", "diffusion", "telegram:@a")
    room.subscribe("import", "diffusion", "telegram:-7")
    room.store.call(lanes.learn, "telegram", "@a", "-7")
    assert len(room.store.call(lambda at: list(imported.every(at)))) == 1
    room.later(minutes=1)
    room.read(paper(1))
    assert room.call() == 1


def test_of_others_no_reason_is_forgotten_when_two_lanes_are_one_chat(room: Room) -> None:
    for to in ("telegram:@a", "telegram:-7", "telegram:-9"):
        for query in ("diffusion", "study"):
            room.subscribe("import", query, to)
    room.later(minutes=1)
    room.read(paper(1))
    assert room.call() == 3
    reasons = (
        f"select due_id, hit.subscription_id from hit join due on due.id = due_id where destination_id {{}} ({_NINE})"
    )
    assert outside(room.store, f"select count(*) from due where destination_id > ({_NINE})") == [(0,)]
    others = outside(room.store, reasons.format("="))
    room.store.call(lanes.learn, "telegram", "@a", "-7")
    assert outside(room.store, reasons.format("=")) == others != []


_NINE = "select id from destination where address = '-9'"


def test_a_round_with_nothing_new_asks_no_subscription(room: Room) -> None:
    room.subscribe("import", "diffusion")
    room.call()
    room.change("update subscription set code = 'no code at all'")
    assert room.call() == 0
