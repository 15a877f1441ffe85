"""What `check` finds out about destinations, silently: each chat is looked into, nothing is posted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.channels.channel import Channel, Kind, Name, SendError
from bot.channels.registry import is_name
from bot.config import placeholders
from bot.config.load import Config
from bot.rules.destinations import Destination
from bot.store import hearing
from bot.store.database import AwayError, ShutError
from bot.store.engine import Store, StoreError
from bot.store.hearing import Unheard
from bot.store.kinds import exists, unwritable
from bot.store.outbox import lanes
from bot.store.outbox.standing import Lane, Standing, standing
from bot.store.subscriptions import by_mail

_AT_ONCE = 4
"""Chats looked into at once: `check` is no reason to be limited."""


@dataclass(frozen=True, slots=True)
class Look:
    """One destination: who is there, what is wrong, and whether it could be asked at all."""

    words: str = ""
    problems: tuple[str, ...] = ()
    unreachable: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database knows of destinations; nothing where there is none yet."""

    standing: Standing = field(default_factory=lambda: Standing([]))
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Spelling -> the chat's own address, as learnt."""
    problem: str = ""
    away: bool = False
    """Whether that is a server that does not answer."""
    unheard: Sequence[Unheard] = ()
    """Platforms on which nobody is heard who asks."""
    left: Mapping[Destination, float] = field(default_factory=dict)
    """The file's addresses that unsubscribed, and since when (Unix seconds)."""

    def lanes(self, *, configured: bool) -> list[Lane]:
        """Of the file, or the others that are shown."""
        return [lane for lane in self.standing.lanes if lane.configured is configured]


def stored(config: Config, *, everything: bool) -> Stored:
    """Looks, and makes no database."""
    try:
        if told := unwritable(config.database):
            return Stored(problem=told)
        if not exists(config.database):
            return Stored()
        store = Store(config.database, only_looks=True)
    except StoreError as error:
        return _unseen(error)
    try:
        return store.call(_stored, config, everything=everything)
    except StoreError as error:
        return _unseen(error)
    finally:
        store.close()


def _unseen(error: StoreError) -> Stored:
    return Stored(problem=str(error), away=isinstance(error, AwayError) and not isinstance(error, ShutError))


async def looks(config: Config, channels: Mapping[str, Channel], known: Stored) -> dict[Destination, Look]:
    """Every destination of the file whose platform is open, in the file's order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(destination: Destination) -> Look:
        if told := placeholders.of_destination(destination):
            return Look(problems=(told,))
        async with gate:
            return await _look(channels[destination.scheme], destination, known.addresses.get(str(destination), ""))

    wanted = [destination for destination in config.destinations if destination.scheme in channels]
    return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))


async def _look(channel: Channel, one: Destination, learnt: str) -> Look:
    renamed = is_name(one) and learnt not in {"", one.address}
    try:
        seen = await channel.look(learnt or one.address, one.thread)
        name = await _name_now(channel, one, learnt) if renamed else ""
    except SendError as error:
        wrong = error.kind in {Kind.CLOSE, Kind.STOP, Kind.DROP} or error.patient
        return Look(problems=(error.told,)) if wrong else Look(unreachable=error.told)
    return Look("; ".join(filter(None, (seen.words, name))), seen.problems)


async def _name_now(channel: Channel, one: Destination, learnt: str) -> str:
    """What has become of a name whose chat is known; empty: it still has it."""
    try:
        now = await channel.resolve(Name(one.address, learnt))
    except SendError as error:
        return f"no longer named {one.address}, sent to by its number {learnt}" if error.kind is Kind.CLOSE else ""
    changed = now not in {learnt, one.address}
    return f"{one.address} is the name of another chat now: {now}, and no longer {learnt}" if changed else ""


def _stored(connection: Connection, config: Config, *, everything: bool) -> Stored:
    found = standing(connection, [str(one) for one in config.destinations], everything=everything)
    unheard = hearing.all_unheard(connection) if config.settings.chat else ()
    left = by_mail.unsubscribed(connection, config.destinations)
    return Stored(found, lanes.addresses(connection, config.destinations), unheard=unheard, left=left)
