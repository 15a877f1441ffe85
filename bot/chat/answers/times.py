"""`when`, `quiet`, `zone`, `pause`, `resume`: when papers come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.answers.chosen import chosen, everywhere
from bot.chat.answers.listing import told
from bot.chat.asked import Asked
from bot.chat.commands import Pause, QuietHours, Resume, When, Zone
from bot.chat.reply import Reply
from bot.rules.words import counted, lasting
from bot.store import chats
from bot.store.subscriptions import rows, waiting
from bot.store.subscriptions.rows import Kept


def when(connection: Connection, asked: Asked, command: When) -> Reply:
    """Of one, or of all."""
    there = chosen(connection, asked, command.which)
    if isinstance(there, Reply):
        return there
    after = {row.id: row._replace(deliver=str(command.rule)) for row in there}
    _change(connection, there, after, asked.now)
    said = wording.in_words(after[there[0].id].times)
    return Reply(f"{_named(there)}: {said}")


def quiet(connection: Connection, asked: Asked, command: QuietHours) -> Reply:
    """Of the whole chat, what it subscribes to later too."""
    hours = chats.hours(connection, asked.chat)._replace(quiet=str(command.hours or ""))
    chats.set_hours(connection, asked.chat, hours)
    there = everywhere(connection, asked)
    _change(connection, there, {row.id: row._replace(quiet=hours.quiet) for row in there}, asked.now)
    if not hours.quiet:
        return Reply("No quiet hours: papers come whenever they are due.")
    zone = hours.timezone or asked.zone.key
    return Reply(
        f"Quiet {hours.quiet} {zone}: what is due then comes when they end. "
        f"Another clock: {asked.example('zone Europe/Berlin')}"
    )


def zone(connection: Connection, asked: Asked, command: Zone) -> Reply:
    """By which clock the times of the chat go."""
    chats.set_hours(connection, asked.chat, chats.hours(connection, asked.chat)._replace(timezone=command.key))
    there = everywhere(connection, asked)
    _change(connection, there, {row.id: row._replace(timezone=command.key) for row in there}, asked.now)
    return Reply(f"Times here are those of {command.key} from now on.")


def pause(connection: Connection, asked: Asked, command: Pause) -> Reply:
    """What comes meanwhile is not sent later."""
    there = chosen(connection, asked, command.which)
    if isinstance(there, Reply):
        return there
    until = asked.now.timestamp() + command.span.total_seconds() if command.span else None
    rows.pause(connection, there, until, asked.now)
    waiting.obey(connection, {row.destination_id for row in there}, asked.now)
    end = (
        f"for {lasting(command.span)}"
        if command.span
        else f"until {asked.example('resume')}{' all' + asked.of if asked.of else ''}"
    )
    return told(connection, asked, f"{_named(there)}: paused {end}. What appears meanwhile does not come later.")


def resume(connection: Connection, asked: Asked, command: Resume) -> Reply:
    """From now on."""
    there = chosen(connection, asked, command.which)
    if isinstance(there, Reply):
        return there
    paused = [row for row in there if row.paused]
    if not paused:
        return Reply(f"{_named(there)}: not paused.")
    rows.resume(connection, paused, asked.now)
    return told(connection, asked, f"{_named(paused)}: on again, from now on.")


def end_pauses(connection: Connection, now: datetime) -> int:
    """Those that end by themselves."""
    over = rows.to_resume(connection, now)
    rows.resume(connection, over, now)
    return len(over)


def _change(connection: Connection, before: Sequence[Kept], after: Mapping[int, Kept], now: datetime) -> None:
    rows.change(connection, after, now)
    waiting.obey(connection, {row.destination_id for row in before}, now)


def _named(there: Sequence[Kept]) -> str:
    return wording.short(there[0].query) if len(there) == 1 else f"All {counted(len(there), 'subscription')}"
