"""`subscribe`, `list`, `unsubscribe`, `undo`."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.answers.chosen import chosen, given, standing
from bot.chat.answers.listing import numbered, told
from bot.chat.asked import Asked
from bot.chat.commands import Change, Lists, Subscribe, Unsubscribe
from bot.chat.reply import Button, Reply
from bot.rules.standing import Times
from bot.rules.words import counted
from bot.store import chats
from bot.store.outbox import lanes, outcomes
from bot.store.subscriptions import rows, waiting
from bot.store.subscriptions.rows import Kept, Subscription
from feeds.query import Query

ORIGIN = "chat"
_SHOWN = 40
"""Subscriptions in one list; those imported may be more than a chat may make."""


def subscribe(connection: Connection, asked: Asked, command: Subscribe) -> Reply:
    """From now on, unless it stands already or the chat has as many as it may."""
    there = standing(connection, asked)
    for row in there:
        if row.query == command.query.text:
            number = _number(connection, asked, row.id)
            said = f"You have it already, as {number}: {wording.line_of(row)}"
            return Reply(said, _paused_buttons(row))
    most = asked.config.settings.chat.per_chat if asked.config.settings.chat else 0
    if len(there) >= most:
        return Reply(
            f"There are {counted(most, 'subscription')} here, as many as a chat may have. "
            f"End one first: {asked.example('list')}",
            aside=True,
        )
    number = _number(connection, asked, _made(connection, asked, command.query))
    return _told(connection, asked, command.query, number)


def change(connection: Connection, asked: Asked, command: Change) -> Reply:
    """Another query, which begins anew; its times and its number stay."""
    there = chosen(connection, asked, command.which)
    if isinstance(there, Reply):
        return there
    (row, *_) = there
    if same := [one for one in standing(connection, asked) if one.query == command.query.text]:
        return Reply(f"You have it already, as {_number(connection, asked, same[0].id)}: {wording.line_of(same[0])}")
    rows.end(connection, [row.id], asked.now)
    wanted = Subscription(
        row.destination, row.destination_id, command.query, row.times, row.top, row.together, bool(row.silent),
        owner=asked.said.person, paused=bool(row.paused),
    )  # fmt: skip
    (made,) = rows.insert(connection, [wanted], row.origin, asked.now, behind=None)
    waiting.obey(connection, {row.destination_id}, asked.now)
    listed = [made if one == row.id else one for one in chats.listed(connection, asked.chat)]
    chats.list_them(connection, asked.chat, listed)
    return _told(connection, asked, command.query, _number(connection, asked, made), "Changed")


def show(connection: Connection, asked: Asked, _: Lists) -> Reply:
    """Numbered; the numbers hold until the next list."""
    there = standing(connection, asked)
    too = [f"By who runs me: {wording.line_of(row)}" for row in given(connection, asked)[:_SHOWN]]
    if not there:
        return Reply("\n".join([asked.nothing, *too]))
    shown = there[:_SHOWN]
    chats.list_them(connection, asked.numbers, [row.id for row in shown])
    more = [f"and {len(there) - _SHOWN} more"] if len(there) > _SHOWN else []
    return numbered(asked, list(enumerate(shown, 1)), (), [*more, *too])


def unsubscribe(connection: Connection, asked: Asked, command: Unsubscribe) -> Reply:
    """End one or all; what waits for it alone does not come any more."""
    there = chosen(connection, asked, command.which)
    if isinstance(there, Reply):
        return there
    rows.end(connection, [row.id for row in there], asked.now)
    waiting.obey(connection, {row.destination_id for row in there}, asked.now)
    if command.undo:
        return Reply(f"Undone: {wording.short(there[0].query)}", edits=True)
    return told(connection, asked, _ended(there))


def _ended(there: Sequence[Kept]) -> str:
    return f"Ended: {wording.short(there[0].query)}" if len(there) == 1 else f"All {len(there)} ended."


def _made(connection: Connection, asked: Asked, query: Query) -> int:
    """A new one, which begins now; its number in the store."""
    there = replace(asked.destination, thread=asked.topic) if asked.topic else asked.destination
    lane = lanes.of(connection, [there])[there]
    if lanes.is_closed(connection, lane):  # who asks has let us in again
        outcomes.reopen(connection, lane)
    hours = chats.hours(connection, asked.chat)
    times = Times("each", hours.quiet, hours.timezone or asked.zone.key)
    wanted = Subscription(str(there), lane, query, times, owner=asked.said.person)
    (made,) = rows.insert(connection, [wanted], ORIGIN, asked.now, behind=None)
    return made


def _number(connection: Connection, asked: Asked, row: int) -> int:
    """By which the chat knows it: the last list goes on with it."""
    listed = chats.listed(connection, asked.chat)
    if row not in listed:
        listed.append(row)
        chats.list_them(connection, asked.chat, listed)
    return listed.index(row) + 1


def _told(connection: Connection, asked: Asked, query: Query, number: int, word: str = "Subscribed") -> Reply:
    made = chats.listed(connection, asked.chat)[number - 1]
    lines = [f"{word}, as {number}: {wording.short(query.text)}"]
    if told := asked.sought.backtest:
        lines += wording.tried(told)
        if found := wording.better(told):
            why, other = found
            lines.append(f"{why}. " + (f"Better: {asked.example(f'change {number} {other}')}" if other else ""))
    if chats.greet(connection, asked.said.person, asked.now.timestamp()):
        lines += ["", *_greeting(asked, number)]
    daily, weekly = f"when #{made} daily 09:00", f"when #{made} weekly mon 09:00"
    return Reply(
        "\n".join(lines), ((Button("Undo", f"undo #{made}"), Button("Daily", daily), Button("Weekly", weekly)),)
    )


def _greeting(asked: Asked, number: int) -> list[str]:
    """The first subscription of a person explains itself in three lines."""
    return [
        "New papers that match it come here, each as soon as it is announced; none from before now.",
        f"Too many at once? {asked.example(f'when {number} daily 09:00')}",
        f"{asked.example('list')} shows all, {asked.example(f'unsubscribe {number}')} ends this one.",
    ]


def _paused_buttons(row: Kept) -> tuple[tuple[Button, ...], ...]:
    return ((Button("Resume", f"resume #{row.id}"),),) if row.paused else ()
