"""Which chats are spelled twice, or have lost their name: asked of the platforms before a round sends anything.

A chat whose address cannot be had now waits: sent to by both spellings, it would get a paper twice. It does not wait
for ever: after some tries it goes by its name, and the first answer tells its address.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.channel import Channel, Kind, Name, SendError
from bot.process.clock import Clock
from bot.rules.destinations import Destination
from bot.store.engine import Store
from bot.store.outbox import lanes, names
from bot.store.outbox.names import Question

log = logging.getLogger(__name__)

HOLD = 900.0
"""Seconds that a chat waits for the next round's question."""

TRIES, LONGEST = 3, 7200.0
"""Refusals that bring a question no further, and seconds of them all, after which the chat goes by its name."""

BUDGET = 30.0
"""Seconds after which a round asks for no more names than it must."""

_REFUSED = {Kind.WAIT, Kind.UNSURE, Kind.STOP}

_Lead = Callable[[Connection, Destination, str, datetime], None]
"""Leads a spelling to another chat."""


async def identify(
    store: Store,
    channels: Mapping[str, Channel],
    wanted: Sequence[Destination],
    is_name: Callable[[Destination], bool],
    clock: Clock,
) -> None:
    """Ask what must be known, and look again at a few names; what is learnt joins and parts lanes."""
    began = clock.now()
    for question in await store.run(names.questions, wanted, is_name, began):
        late = (clock.now() - began).total_seconds() > BUDGET
        if question.scheme in channels and not (late and question.known):
            await _ask(store, channels[question.scheme], question, wanted, clock)


async def _ask(store: Store, channel: Channel, question: Question, wanted: Sequence[Destination], clock: Clock) -> None:
    lead: _Lead = lanes.reassign
    try:
        address = await channel.resolve(Name(question.name, question.known, question.among, question.asked))
    except SendError as error:
        if error.kind in _REFUSED and not error.patient:
            await _not_answered(store, question, error, clock)
            return
        address = question.name  # nobody has it, or nobody may know: its own send will tell
        if error.kind is Kind.MOVED and error.moved_to:
            address, lead = error.moved_to, lanes.renumber
    await store.run(_answered, question, address, wanted, clock, lead)


def _answered(
    connection: Connection,
    question: Question,
    address: str,
    wanted: Sequence[Destination],
    clock: Clock,
    lead: _Lead = lanes.reassign,
) -> None:
    scheme, name, found = question.scheme, question.name, address != question.name
    for held in question.holds:
        lanes.unhold(connection, scheme, held)
    names.answered(connection, question, address if found else None, clock.now())
    if not question.known:
        if found:
            lanes.learn(connection, scheme, name, address)
        return
    if found and address != question.known:
        log.warning("%s:%s is the name of another chat now (%s, before: %s)", scheme, name, address, question.known)
        for one in wanted:
            if (one.scheme, one.address) == (scheme, name):
                lead(connection, one, address, clock.now())


async def _not_answered(store: Store, question: Question, error: SendError, clock: Clock) -> None:
    if question.known:  # it was only looked at again: it goes on as it is
        log.info("%s:%s could not be looked up again: %s", question.scheme, question.name, error.reason)
        if not (error.asked or question.asked):
            return
    now = clock.now()
    question = await store.run(names.refused, question, error.asked, now)
    over = question.tries >= TRIES or now.timestamp() - (question.since or 0.0) > LONGEST
    if over and error.kind is not Kind.STOP:
        if not question.known:
            log.warning("%s:%s goes by its name: its id could not be looked up", question.scheme, question.name)
        await store.run(_answered, question, question.name, (), clock)
    elif not question.known:
        await _hold(store, question, error, now)


async def _hold(store: Store, question: Question, error: SendError, now: datetime) -> None:
    reason = f"its id could not be looked up yet: {error.told_of(f'{question.scheme}:{question.name}')}"
    log.warning("%s:%s waits: %s", question.scheme, question.name, reason)
    for address in question.holds:
        until = now.timestamp() + max(HOLD, error.retry_after or HOLD)
        await store.run(lanes.hold, question.scheme, address, until, reason)
