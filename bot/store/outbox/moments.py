"""Stored moments, after the wall clock moved: no wait outlasts its own reason, no sleep counts as trying."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, select, update

from bot.rules.stops import LONG_STOP, Stop
from bot.store.archive import published
from bot.store.outbox import served
from bot.store.outbox.claims import IS_OPEN
from bot.store.schema import destination, message, platform, source, subscription
from bot.store.schema_chats import answer, correction
from bot.store.schema_mail import question
from bot.store.subscriptions import rows

LEEWAY = timedelta(seconds=2)
"""Clocks are disciplined by small steps; these are no news."""


def go_on(connection: Connection, now: datetime) -> float:
    """At start: what the last process left, by the clock of now. Seconds by which that was set back since, or 0.

    The clocks of two machines differ: what the one told says nothing of the other's.
    """
    last = served.last(connection)
    if last is None:
        return 0.0
    if last > now and served.by_another_clock(connection):
        return 0.0
    if last > now + LEEWAY:
        set_back(connection, (last - now).total_seconds(), now)
        return (last - now).total_seconds()
    slept(connection, (now - last).total_seconds(), now)
    return 0.0


def set_back(connection: Connection, seconds: float, now: datetime) -> None:
    """The clock was set back by so much: pauses end when they would have, pages that change by time are looked at."""
    moment = now.timestamp()
    for table, column in (
        (destination, destination.c.not_before),
        (message, message.c.not_before),
        (platform, platform.c.paused_until),
        (source, source.c.retry_at),
        (answer, answer.c.not_before),
        (correction, correction.c.not_before),
        (question, question.c.not_before),
        (subscription, subscription.c.resumes),
    ):
        earlier = case((column > seconds, column - seconds), else_=0.0)
        connection.execute(update(table).where(column > moment).values({column.name: earlier}))
    rows.clock_set_back(connection, now)
    published.look_again(connection)


def slept(connection: Connection, seconds: float, now: datetime) -> None:
    """Nothing was tried for so long: it does not count towards giving up. A stopped platform counts for itself.

    Nothing was collected, that is; others may have delivered meanwhile.
    """
    if seconds > LONG_STOP.total_seconds():
        served.note_stop(connection, Stop(now.timestamp() - seconds, now.timestamp()))
    if (others := served.last_delivered(connection)) is not None:
        seconds = max(0.0, min(seconds, now.timestamp() - others))
    stopped = select(platform.c.scheme).where(platform.c.stopped.is_not(None))
    tried = IS_OPEN & message.c.first_tried.is_not(None)
    tried_for = now.timestamp() - message.c.first_tried
    idle = case((tried_for > seconds, seconds), (tried_for > 0, tried_for), else_=0.0)
    of_stopped = (destination.c.id == message.c.destination_id) & destination.c.scheme.in_(stopped)
    wanted = tried & ~select(destination.c.id).where(of_stopped).exists()
    connection.execute(update(message).where(wanted).values(idle=message.c.idle + idle))
