"""Which chat has a name is asked before a round sends anything: what waits for the answer, and for how long."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Kind, SendError
from bot.delivery.identity import identify
from bot.rules.destinations import Destination
from bot.store.outbox import lanes, names
from tests.desk import Desk, outside

NAME, ID = Destination("telegram", "@a"), Destination("telegram", "-5")
BUSY, ODD = SendError(Kind.WAIT, "busy"), SendError(Kind.DROP, "odd")
DAY = timedelta(days=1, seconds=1)


def is_name(one: Destination) -> bool:
    return one.address.startswith("@")


class Round:
    """A desk whose file names a chat twice."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)

    def ask(self, *refusals: SendError, seconds: float = 0.0, of: tuple[Destination, ...] = (NAME, ID)) -> None:
        """Rounds, so many seconds apart, the first of which are refused; or one that is answered."""
        for one in refusals or (None,):
            self.desk.channel.resolve_fails.extend([one] if one else [])
            channels = {"telegram": self.desk.channel}
            asyncio.run(identify(self.desk.store, channels, of, is_name, self.desk.clock))
            self.desk.clock.at += timedelta(seconds=seconds)

    def held(self) -> list[tuple[str, float, str | None]]:
        """Each lane's address, seconds it waits for, and why."""
        found = outside(self.desk.store, "select address, not_before, error from destination order by id")
        now = self.desk.clock.now().timestamp()
        return [(address, max(until - now, 0.0), error) for address, until, error in found]


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Round]:
    made = Round(tmp_path)
    yield made
    made.desk.store.close()


def test_a_name_of_a_chat_that_is_there_by_its_id_leads_to_it(asker: Round) -> None:
    asker.desk.channel.names["@a"] = "-5"
    asker.ask()
    assert asker.held() == [("-5", 0.0, None)]
    asker.ask()
    assert len(asker.desk.channel.asked) == 1, "once a day"


def test_a_name_that_nobody_has_goes_by_itself(asker: Round) -> None:
    asker.ask()
    assert asker.held() == [("@a", 0.0, None), ("-5", 0.0, None)]
    asker.ask()
    assert len(asker.desk.channel.asked) == 1


WAITS = "held: its id could not be looked up yet: busy"


@pytest.mark.parametrize(("asked_for", "seconds"), [(None, 900.0), (600.0, 900.0), (2000.0, 2000.0)])
def test_while_it_cannot_be_asked_it_waits(asker: Round, asked_for: float | None, seconds: float) -> None:
    asker.ask(SendError(Kind.WAIT, "busy", retry_after=asked_for))
    assert asker.held() == [("@a", seconds, WAITS), ("-5", 0.0, None)]


def test_a_cure_names_the_destination(asker: Round) -> None:
    asker.ask(SendError(Kind.WAIT, "odd", cure="paperround retry DESTINATION"))
    assert asker.held()[0][2] == "held: its id could not be looked up yet: odd: paperround retry telegram:@a"


def test_after_three_refusals_it_goes_by_its_name(asker: Round) -> None:
    asker.ask(BUSY, BUSY)
    assert asker.held()[0] == ("@a", 900.0, WAITS)
    asker.ask(BUSY)
    assert asker.held()[0] == ("@a", 0.0, None)


@pytest.mark.parametrize(("seconds", "waits"), [(2400.0, True), (2400.2, False)])
def test_refusals_that_bring_it_further_are_suffered_for_two_hours(asker: Round, seconds: float, waits: bool) -> None:
    pages = [SendError(Kind.WAIT, "busy", asked=f"page {number}") for number in range(1, 5)]
    asker.ask(*pages, seconds=seconds)
    assert (asker.held()[0][2] is not None) == waits
    assert [one.asked for one in asker.desk.channel.asked] == ["", "page 1", "page 2", "page 3"]


def test_a_platform_that_refuses_us_is_waited_for(asker: Round) -> None:
    asker.ask(*[SendError(Kind.STOP, "busy")] * 5)
    assert asker.held()[0] == ("@a", 900.0, WAITS)


@pytest.mark.parametrize(
    "error", [SendError(Kind.DROP, "no such chat"), SendError(Kind.WAIT, "closed", patient=True)], ids=str
)
def test_a_name_that_cannot_be_had_goes_by_itself(asker: Round, error: SendError) -> None:
    asker.ask(BUSY, error)
    assert asker.held() == [("@a", 0.0, None), ("-5", 0.0, None)]


def known(asker: Round) -> None:
    """The file names the chat by its name alone, and its first answer told which it is."""
    lanes_of = asker.desk.store.call(lanes.of, [NAME])
    assert lanes_of[NAME]
    asker.desk.store.call(names.learnt, "telegram", "@a", "-5", asker.desk.clock.now())
    asker.desk.clock.at += DAY


def test_a_name_that_is_known_is_looked_at_again_a_day_later_and_goes_on_if_that_is_refused(asker: Round) -> None:
    known(asker)
    asker.ask(BUSY, of=(NAME,))
    assert asker.held() == [("-5", 0.0, None)]
    asker.desk.channel.names["@a"] = "-5"
    asker.ask(of=(NAME,))
    assert asker.held() == [("-5", 0.0, None)]
    assert [one.known for one in asker.desk.channel.asked] == ["-5", "-5"]


def test_a_name_that_is_known_is_asked_for_from_where_it_was_refused_and_not_for_ever(asker: Round) -> None:
    known(asker)
    asker.ask(*[SendError(Kind.WAIT, "busy", asked="page 20")] * 6, of=(NAME,))
    assert [one.asked for one in asker.desk.channel.asked] == ["", "page 20", "page 20", "page 20"]
    asker.desk.clock.at += DAY
    asker.desk.channel.resolve_fails.clear()
    asker.desk.channel.names["@a"] = "-5"
    asker.ask(of=(NAME,))
    assert asker.desk.channel.asked[-1].asked == ""
    assert asker.held() == [("-5", 0.0, None)]


def test_a_chat_that_moved_takes_all_along_and_what_closed_it_is_over(asker: Round) -> None:
    asker.desk.enqueue(3, "@a")
    asker.desk.channel.names["@a"] = "-5"
    asker.desk.channel.failures.extend([ODD, SendError(Kind.CLOSE, "gone")])
    asyncio.run(asker.desk.drain())
    asker.desk.channel.names["@a"] = "-5"
    asyncio.run(asker.desk.drain())
    assert asker.desk.state() == ["parked", "parked"]
    known(asker)
    asker.ask(SendError(Kind.MOVED, "moved", moved_to="-6"), of=(NAME,))
    assert asker.held() == [("-6", 0.0, None)]
    asyncio.run(asker.desk.drain())
    assert asker.desk.state() == ["parked", "sent", "sent"]
    assert [(post.address, post.text) for post in asker.desk.channel.posts if post.taken] == [
        ("-6", "Paper 2"),
        ("-6", "Paper 3"),
    ]


def test_a_name_that_is_known_and_nobody_has_any_more_stays_with_its_chat(asker: Round) -> None:
    known(asker)
    asker.ask(SendError(Kind.DROP, "no such chat"), of=(NAME,))
    assert asker.held() == [("-5", 0.0, None)]
    assert outside(asker.desk.store, "select address, was from chat_name") == [("-5", None)]


def test_the_name_of_one_chat_is_looked_at_again_before_its_day_is_over(asker: Round) -> None:
    some = (NAME, Destination("telegram", "@b"), Destination("slack", "@a"))
    lane_of = asker.desk.store.call(lanes.of, some)
    for one, address in zip(some, ("-5", "-6", "-5"), strict=True):
        asker.desk.store.call(names.learnt, one.scheme, one.address, address, asker.desk.clock.now())
    asker.ask(of=some)
    assert asker.desk.channel.asked == []
    asker.desk.store.call(names.look_again, lane_of[NAME])
    kept = outside(asker.desk.store, "select scheme, name from chat_name where asked_at > 0 order by name")
    assert [tuple(row) for row in kept] == [("slack", "@a"), ("telegram", "@b")]
    asker.ask(of=some)
    assert [one.address for one in asker.desk.channel.asked] == ["@a"]


def test_a_name_that_was_given_to_another_chat_leads_there(asker: Round, caplog: pytest.LogCaptureFixture) -> None:
    known(asker)
    asker.desk.channel.names["@a"] = "-6"
    asker.ask(of=(NAME, Destination("telegram", "@b"), Destination("slack", "@a")))
    assert asker.held() == [("-5", 0.0, None), ("@b", 0.0, None), ("@a", 0.0, None), ("-6", 0.0, None)]
    assert "telegram:@a is the name of another chat now (-6, before: -5)" in caplog.text
    assert asker.desk.store.call(lanes.find, NAME) == asker.desk.store.call(lanes.at, Destination("telegram", "-6"))


@pytest.mark.parametrize(("seconds", "asked"), [(15.0, 3), (15.1, 2)])
def test_names_that_need_not_be_asked_are_not_after_half_a_minute(asker: Round, seconds: float, asked: int) -> None:
    some = tuple(Destination("telegram", f"@{letter}") for letter in "abc")
    asker.desk.store.call(lanes.of, some)
    for number, one in enumerate(some):
        asker.desk.store.call(names.learnt, "telegram", one.address, f"-{number + 1}", asker.desk.clock.now())
    asker.desk.clock.at += DAY
    resolve = asker.desk.channel.resolve

    async def slowly(name: object) -> object:
        asker.desk.clock.at += timedelta(seconds=seconds)
        return await resolve(name)

    asker.desk.channel.resolve = slowly
    asker.ask(of=some)
    assert len(asker.desk.channel.asked) == asked


@pytest.mark.parametrize(("name", "chat"), [("@a", "-5"), ("a", "b"), ("b", "a")])
def test_the_first_answer_tells_which_chat_a_name_leads_to(asker: Round, name: str, chat: str) -> None:
    asker.desk.enqueue(1, name)
    asker.desk.channel.names[name] = chat
    asyncio.run(asker.desk.drain())
    assert [address for address, _, _ in asker.held()] == [chat]
    assert outside(asker.desk.store, "select name, address from chat_name") == [(name, chat)]
