"""Destinations as lanes: every configured spelling leads to one, and two spellings of one chat to the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.rules.destinations import Destination
from bot.store import went
from bot.store.among import among
from bot.store.engine import Row, driver
from bot.store.outbox import outcomes
from bot.store.outbox.outcomes import Hand
from bot.store.schema import destination, due, hit, message, spelling
from bot.store.subscriptions import rows

_HELD = "held: "

_STAYS = ("uncalled", "parked", None, "pending", "skipped", "unsure", "sending", "sent")
"""States of a paper's message, None before it has one: of two in joined lanes, the later here stays."""


def of(connection: Connection, wanted: Iterable[Destination]) -> dict[Destination, int]:
    """The lane of each destination, made where it is new."""
    some = list(dict.fromkeys(wanted))
    there = known(connection, list(map(str, some)))
    if new := [one for one in some if str(one) not in there]:
        raw = driver(connection)
        raw.executemany(_NEW_LANE, [(one.scheme, one.address, one.thread) for one in new])
        raw.executemany(_NEW_SPELLING, [(str(one), one.scheme, one.address, one.thread) for one in new])
        there |= known(connection, list(map(str, new)))
    return {one: there[str(one)] for one in some}


def known(connection: Connection, some: Sequence[str]) -> dict[str, int]:
    """Spelling -> its lane, of those that have one."""
    return dict(among(connection, "select name, destination_id from spelling where name in ({})", some))


_NEW_LANE = "insert into destination (scheme, address, thread) values (?, ?, ?) on conflict do nothing"
_NEW_SPELLING = """
    insert into spelling (name, destination_id)
    select ?, id from destination where scheme = ? and address = ? and thread = ?
"""


def move(connection: Connection, lane: int, address: str) -> int:
    """Give a lane its platform's address; where another lane has it, both become one, the older. Returns it."""
    row = connection.execute(select(destination).where(destination.c.id == lane)).one()
    other = connection.execute(
        select(destination.c.id).where(
            destination.c.scheme == row.scheme,
            destination.c.address == address,
            destination.c.thread == row.thread,
            destination.c.id != lane,
        )
    ).scalar()
    if other is None:
        connection.execute(update(destination).where(destination.c.id == lane).values(address=address))
        return lane
    kept, gone = sorted((lane, int(other)))
    _join(connection, kept, gone)
    connection.execute(update(destination).where(destination.c.id == kept).values(address=address))
    return kept


def learn(connection: Connection, scheme: str, named: str, address: str) -> None:
    """A platform told which address a name stands for: every lane that goes by the name has it from now on."""
    for lane in by_address(connection, scheme, named):
        move(connection, lane, address)


def by_address(connection: Connection, scheme: str, address: str) -> list[int]:
    """The lanes of a chat: it may have topics."""
    same = (destination.c.scheme == scheme) & (destination.c.address == address)
    return list(connection.execute(select(destination.c.id).where(same).order_by(destination.c.id)).scalars())


def hold(connection: Connection, scheme: str, address: str, until: float, reason: str) -> None:
    """Let a chat wait until more is known of it."""
    same = (destination.c.scheme == scheme) & (destination.c.address == address)
    connection.execute(update(destination).where(same).values(not_before=until, error=_HELD + reason))


def unhold(connection: Connection, scheme: str, address: str) -> None:
    """Let a chat go on that was held."""
    held = destination.c.error.startswith(_HELD, autoescape=True)
    same = (destination.c.scheme == scheme) & (destination.c.address == address)
    connection.execute(update(destination).where(same, held).values(not_before=0, error=None))


def reassign(connection: Connection, one: Destination, address: str, now: datetime) -> None:
    """A spelling's name belongs to another chat now: a destination of its own, which begins anew.

    What waits for it and was not tried comes along, unless the chat of before is spelled otherwise too.
    """
    before = of(connection, [one])[one]
    connection.execute(delete(spelling).where(spelling.c.name == str(one)))
    raw = driver(connection)
    raw.execute(_NEW_LANE, (one.scheme, address, one.thread))
    raw.execute(_NEW_SPELLING, (str(one), one.scheme, address, one.thread))
    lane = of(connection, [one])[one]
    rows.begin_anew(connection, str(one), lane, now)
    if lane != before and not names(connection, before):
        there = select(due.c.paper_id).where(due.c.destination_id == lane)
        waits = (due.c.destination_id == before) & due.c.message_id.is_(None) & due.c.paper_id.not_in(there)
        connection.execute(update(due).where(waits).values(destination_id=lane))
        went.lane_grew(connection, lane)


def renumber(connection: Connection, one: Destination, address: str, now: datetime) -> None:
    """A spelling's chat is gone, and its name is another's: it may be the same chat, so what went there went here.

    All comes along and is opened, unless the chat of before is spelled otherwise too, or that of now was known before,
    and so is another one: then the name begins anew.
    """
    lane = of(connection, [one])[one]
    is_another = at(connection, Destination(one.scheme, address, one.thread)) not in {None, lane}
    if is_another or names(connection, lane) != [str(one)]:
        reassign(connection, one, address, now)
        return
    closed = connection.execute(select(destination.c.closed).where(destination.c.id == lane)).scalar()
    outcomes.reopen(connection, move(connection, lane, address), closed or "")


def follow(connection: Connection, hand: Hand, reason: str, address: str, now: datetime) -> int | None:
    """A group became a supergroup: its lane gets the new address, and the message goes there at once."""
    outcomes.wait(connection, hand, reason, now.timestamp(), counted=False)
    lane = connection.execute(select(message.c.destination_id).where(message.c.id == hand.message)).scalar()
    return None if lane is None else move(connection, lane, address)


def addresses(connection: Connection, wanted: Iterable[Destination]) -> dict[str, str]:
    """Spelling -> the address of its lane, of those that have one."""
    return dict(among(connection, _ADDRESSES, [str(one) for one in wanted]))


def of_the_file(connection: Connection) -> set[tuple[str, str]]:
    """Scheme and address of every chat that the file names, or once named."""
    return set(driver(connection).execute(_OF_THE_FILE))


_ADDRESSES = "select name, address from spelling join destination on destination.id = destination_id where name in ({})"
_OF_THE_FILE = """
    select distinct scheme, address from subscription join destination on destination.id = destination_id
    where origin = 'config'
"""


def called(connection: Connection, some: Sequence[int]) -> dict[int, str]:
    """Lane -> what people call it: its first spelling."""
    return dict(among(connection, _CALLED, some))


_CALLED = "select destination_id, min(name) from spelling where destination_id in ({}) group by destination_id"


def at(connection: Connection, place: Destination) -> int | None:
    """The lane of a place by the platform's own address, however it is spelled."""
    row = driver(connection).execute(_AT, (place.scheme, place.address, place.thread)).fetchone()
    return row[0] if row else None


def place(connection: Connection, lane: int) -> Destination:
    """Where a lane leads, by the platform's own address."""
    return Destination(*driver(connection).execute(_PLACE, (lane,)).fetchone() or ("", ""))


def is_closed(connection: Connection, lane: int) -> bool:
    """Whether nothing is sent there any more."""
    row = driver(connection).execute("select closed from destination where id = ?", (lane,)).fetchone()
    return row is not None and row[0] is not None


def closed(connection: Connection, scheme: str) -> list[str]:
    """The addresses to which nothing is sent any more."""
    found = driver(connection).execute(_CLOSED, (scheme,))
    return [address for (address,) in found]


_CLOSED = "select distinct address from destination where closed is not null and scheme = ?"
_PLACE = "select scheme, address, thread from destination where id = ?"
_AT = "select id from destination where scheme = ? and address = ? and thread = ?"


def find(connection: Connection, named: Destination) -> int | None:
    """The lane of a destination that was configured once, as it was spelled or by the platform's own address."""
    by_name = connection.execute(select(spelling.c.destination_id).where(spelling.c.name == str(named))).scalar()
    return at(connection, named) if by_name is None else by_name


def names(connection: Connection, lane: int) -> list[str]:
    """Every spelling of a lane."""
    wanted = select(spelling.c.name).where(spelling.c.destination_id == lane).order_by(spelling.c.name)
    return list(connection.execute(wanted).scalars())


def forget_pauses(connection: Connection) -> None:
    """Let every lane go at once: for a copy that only shows what would be sent."""
    connection.execute(update(destination).values(not_before=0))
    connection.execute(update(message).values(not_before=0))


def name(connection: Connection, lane: int) -> str:
    """What people call a lane: its first spelling."""
    return next(iter(names(connection, lane)), f"lane {lane}")


def some_names(connection: Connection, at_most: int) -> tuple[list[str], int]:
    """The spellings that were known first, and how many more there are."""
    raw = driver(connection)
    found = [name for (name,) in raw.execute(_FIRST_NAMES, (at_most,))]
    ((count,),) = raw.execute("select count(*) from spelling").fetchall()
    return found, count - len(found)


_FIRST_NAMES = "select name from spelling order by destination_id, name limit ?"


def _join(connection: Connection, kept: int, gone: int) -> None:
    """Everything of one lane becomes the other's; a paper that both have goes once, with all its reasons."""
    emptied = [_give_way(connection, *twins) for twins in _twins(connection, kept, gone)]
    with_papers = select(due.c.message_id).where(due.c.message_id.is_not(None))
    unsent = message.c.id.in_(emptied) & message.c.state.in_(("pending", "parked"))
    connection.execute(delete(message).where(unsent, message.c.id.not_in(with_papers)))
    for table in (due, message, spelling):
        connection.execute(update(table).where(table.c.destination_id == gone).values(destination_id=kept))
    driver(connection).execute(_SENT_BEFORE, {"kept": kept, "gone": gone})
    rows.joined(connection, kept, gone)
    went.lanes_joined(connection, kept, gone)
    connection.execute(delete(destination).where(destination.c.id == gone))


def _twins(connection: Connection, kept: int, gone: int) -> list[tuple[Row, Row]]:
    """The rows of each paper that both lanes have, the one that stays first: what may have been sent, else `kept`'s."""
    wanted = select(due, message.c.state).outerjoin(message, message.c.id == due.c.message_id)
    mine, theirs = (
        {row.paper_id: row for row in connection.execute(wanted.where(due.c.destination_id == lane))}
        for lane in (kept, gone)
    )
    pairs = [(mine[paper], theirs[paper]) for paper in mine.keys() & theirs.keys()]
    return [(b, a) if _STAYS.index(b.state) > _STAYS.index(a.state) else (a, b) for a, b in pairs]


def _give_way(connection: Connection, stays: Row, goes: Row) -> int | None:
    """One row instead of two; the message that the other was in."""
    raw = driver(connection)
    raw.execute(_REASONS, {"stays": stays.id, "goes": goes.id})
    raw.execute(_OWN_REASON, {"stays": stays.id, "goes": goes.id})
    connection.execute(delete(hit).where(hit.c.due_id == goes.id))
    connection.execute(delete(due).where(due.c.id == goes.id))
    return None if goes.message_id is None else int(goes.message_id)


# What the rows that moved count for has moved with them.
_SENT_BEFORE = """
    update destination set sent = destination.sent + other.sent,
                           last_sent = case when destination.last_sent >= other.last_sent then destination.last_sent
                                            else coalesce(other.last_sent, destination.last_sent) end
    from destination as other where destination.id = :kept and other.id = :gone
"""
_REASONS = """
    insert into hit (due_id, subscription_id, created)
    select :stays, subscription_id, created from hit where due_id = :goes and true on conflict do nothing
"""
_OWN_REASON = """
    insert into hit (due_id, subscription_id, created)
    select :stays, subscription_id, created from due where id = :goes and subscription_id is not null
           and subscription_id is distinct from (select subscription_id from due where id = :stays)
    on conflict do nothing
"""
