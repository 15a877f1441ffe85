"""Who subscribes by mail: asked, confirmed, unsubscribed; on both databases."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.rules.destinations import Destination
from bot.rules.wishes import KEPT, LETTERS, MOST, Wish
from bot.store import inbox
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.subscriptions import by_mail, imported, questions, rows
from bot.store.subscriptions.imported import Wanted
from bot.store.subscriptions.rows import Kept, Subscription
from feeds.query import parse_query
from tests.desk import outside

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ADA = "ada@example.org"
TO = Destination("email", ADA)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def ask(query: str = "diffusion", address: str = ADA, deliver: str = "daily 09:00") -> Wish:
    return Wish("ask", address, 0, query, deliver, "Europe/Berlin")


def put(store: Store, wish: Wish, name: str, now: datetime = NOON) -> None:
    store.call(inbox.append, inbox.SITE, name, wish.written(), now)


def grant(store: Store, now: datetime = NOON) -> int:
    def granted(connection: Connection, entry: inbox.Entry, key: str) -> None:
        by_mail.grant(connection, Wish.read(entry.body), key, now)

    count = 0
    while store.call(inbox.grant, granted):
        count += 1
    return count


def subscribe(store: Store, name: str = "q1", wish: Wish | None = None, now: datetime = NOON) -> None:
    put(store, wish or ask(), name, now)
    put(store, Wish("confirm", name), f"yes to {name}", now)
    assert grant(store, now) == 2


def take(store: Store, query: str = "imported", now: datetime = NOON) -> None:
    def make(lane: int, _: Kept | None) -> Subscription:
        return Subscription(str(TO), lane, parse_query(query))

    store.call(imported.take, [Wanted(TO, query, make)], "import", now)


def standing(store: Store) -> list[tuple[str, str, str, str, float]]:
    found = store.call(by_mail.standing, ADA)
    return [(row.query, row.deliver, row.timezone, row.origin, row.begun) for row in found]


def test_nothing_begins_before_the_mailbox_says_yes_and_it_begins_then(store: Store) -> None:
    put(store, ask(), "q1")
    assert grant(store) == 1
    assert standing(store) == []
    later = NOON + timedelta(hours=3)
    put(store, Wish("confirm", "q1"), "yes", later)
    grant(store, later)
    assert standing(store) == [("diffusion", "daily 09:00", "Europe/Berlin", "mail", later.timestamp())]
    (row,) = store.call(by_mail.standing, ADA)
    assert row.owner == ADA


def test_what_was_granted_is_not_kept_in_the_inbox(store: Store) -> None:
    subscribe(store)
    assert outside(store, "select count(*) from inbox") == [(0,)]


def test_a_wish_that_breaks_keeps_the_others_waiting_until_it_is_dropped(store: Store) -> None:
    put(store, Wish("ask", ADA, 0, "((", "daily 09:00", "UTC"), "bad")
    put(store, ask(), "q1")
    put(store, Wish("confirm", "bad"), "yes")
    with pytest.raises(ValueError, match="is not closed"):  # read when it is confirmed
        grant(store)
    store.call(inbox.drop_wish)
    assert grant(store) == 0
    assert store.call(questions.open_one, "q1", NOON) is not None


def test_chats_and_the_site_share_an_inbox_and_neither_takes_the_others(store: Store) -> None:
    put(store, ask(), "q1")
    store.call(inbox.append, "telegram", "1", "{}", NOON)
    oldest = store.call(inbox.oldest)
    assert oldest is not None
    assert oldest.kind == "telegram"
    assert grant(store) == 1
    assert store.call(inbox.oldest) == oldest


def test_a_yes_counts_once_and_not_after_a_week(store: Store) -> None:
    subscribe(store)
    assert store.call(questions.open_one, "q1", NOON) is None
    put(store, ask("other"), "q2")
    grant(store)
    late = NOON + KEPT + timedelta(seconds=1)
    assert store.call(questions.open_one, "q2", late) is None
    put(store, Wish("confirm", "q2"), "too late", late)
    grant(store, late)
    assert [row[0] for row in standing(store)] == ["diffusion"]


def test_who_says_nothing_is_forgotten_after_a_week(store: Store) -> None:
    put(store, ask(), "q1")
    grant(store)
    assert store.call(questions.forget, NOON + KEPT) == 0
    assert store.call(questions.forget, NOON + KEPT + timedelta(seconds=1)) == 1
    dump = json.dumps([outside(store, f"select * from {name}") for name in ("question", "inbox", "destination")])
    assert ADA not in dump


def test_three_letters_go_to_an_address_in_a_day(store: Store) -> None:
    for number in range(LETTERS + 2):
        put(store, ask(f"query{number}"), f"q{number}")
    put(store, ask(address="alan@example.org"), "other")
    grant(store)
    names = outside(store, "select name from question order by name")
    assert names == [("other",), *((f"q{number}",) for number in range(LETTERS))]
    tomorrow = NOON + timedelta(days=1, seconds=1)
    put(store, ask("more"), "q9", tomorrow)
    grant(store, tomorrow)
    assert store.call(questions.open_one, "q9", tomorrow) is not None


def test_a_letter_waits_is_put_off_and_is_sent_once(store: Store) -> None:
    put(store, ask(), "q1")
    grant(store)
    one = store.call(questions.next_letter, NOON)
    assert one is not None
    assert (one.name, one.address, one.tries) == ("q1", ADA, 0)
    store.call(questions.put_off, "q1", NOON.timestamp() + 60, "451 later")
    assert store.call(questions.next_letter, NOON) is None
    again = store.call(questions.next_letter, NOON + timedelta(seconds=61))
    assert again is not None
    assert again.tries == 1
    store.call(questions.sent, "q1")
    assert store.call(questions.next_letter, NOON + timedelta(days=1)) is None
    put(store, ask("two"), "q2")
    grant(store)
    store.call(questions.put_off, "q2", None, "550 no such user")
    assert store.call(questions.next_letter, NOON + timedelta(days=1)) is None


def test_the_same_query_again_changes_its_times_and_makes_no_second(store: Store) -> None:
    subscribe(store)
    subscribe(store, "q2", ask(deliver="weekly fri 18:00"))
    assert [row[:2] for row in standing(store)] == [("diffusion", "weekly fri 18:00")]


def test_an_address_has_so_many_subscriptions_and_no_more(store: Store) -> None:
    for number in range(MOST + 1):
        day = NOON + timedelta(days=number)
        subscribe(store, f"q{number}", ask(f"query{number}"), day)
    assert len(standing(store)) == MOST


def test_who_unsubscribed_gets_nothing_until_it_asks_again(store: Store) -> None:
    subscribe(store)
    take(store)
    put(store, ask("open"), "open")
    put(store, Wish("leave", ADA), "end")
    grant(store)
    assert standing(store) == []
    assert store.call(by_mail.unsubscribed, [TO, Destination("email", "alan@example.org")]) == {TO: NOON.timestamp()}
    assert store.call(questions.open_one, "open", NOON) is None
    assert store.call(questions.next_letter, NOON) is None

    take(store, "again")  # taken, and not sent: lanes that left call for nothing
    (row,) = store.call(by_mail.standing, ADA)
    assert store.call(rows.left, [row.destination_id, 99]) == {row.destination_id}
    put(store, Wish("leave", ADA), "twice")
    grant(store, NOON + timedelta(days=1))
    assert store.call(by_mail.unsubscribed, [TO]) == {TO: NOON.timestamp()}

    tomorrow = NOON + timedelta(days=1)
    subscribe(store, "q2", ask("new"), tomorrow)
    assert store.call(by_mail.unsubscribed, [TO]) == {}
    assert [row[0] for row in standing(store)] == ["new"]


def test_an_address_that_we_know_nothing_of_may_end_it_too(store: Store) -> None:
    put(store, Wish("leave", ADA), "end")
    grant(store)
    assert TO in store.call(by_mail.unsubscribed, [TO])


def change(what: str, query: str = "", deliver: str = "daily 09:00") -> Callable[[int], Wish]:
    return lambda number: Wish(what, ADA, number, query, deliver, "UTC")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        (change("pause"), [("diffusion", "daily 09:00", True)]),
        (change("remove"), []),
        (change("change", "diffusion", "weekly mon 07:30"), [("diffusion", "weekly mon 07:30", False)]),
        (change("change", "other"), [("other", "daily 09:00", False)]),
    ],
)
def test_a_subscription_is_changed_by_its_address_alone(
    store: Store, wish: Callable[[int], Wish], after: list[tuple[str, str, bool]]
) -> None:
    subscribe(store)
    subscribe(store, "alans", ask(address="alan@example.org"))
    (mine,) = store.call(by_mail.standing, ADA)
    (his,) = store.call(by_mail.standing, "alan@example.org")
    put(store, wish(his.id), "a stranger's")
    grant(store)
    assert store.call(by_mail.standing, "alan@example.org") == [his]
    put(store, wish(mine.id), "one's own")
    grant(store)
    found = store.call(by_mail.standing, ADA)
    assert [(row.query, row.deliver, bool(row.paused)) for row in found] == after
    if after and after[0][2]:
        put(store, change("resume")(mine.id), "on again")
        later = NOON + timedelta(days=2)
        grant(store, later)
        (row,) = store.call(by_mail.standing, ADA)
        assert (bool(row.paused), row.begun) == (False, later.timestamp())
