"""Lanes: one a destination, one request in flight, strictly in order. Claim, send, record: one commit each.

The channel says what a failure means; when to try again is decided here. See docs/delivery.md.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.channels import Channel, Item, Kind, Packed, SendError
from bot.clock import Clock
from bot.store import Store, lanes, outbox
from bot.store.outbox import Ask, Claim, Hold
from bot.timing import end_of_quiet, parse_quiet

log = logging.getLogger(__name__)

GIVE_UP = 7 * 86400
"""Seconds of trying after which a message is parked (contract: What is never lost)."""

LONGEST_BACKOFF = 45.0
"""Seconds: an outage is noticed to be over within a minute, and costs a lane about 80 requests an hour."""

PATIENT = (300.0, 6 * 3600.0)
"""Seconds of the first and longest pause after a refusal that may pass, like a closed topic."""

UNSURE_AT_MOST = 8
"""Lost answers in a row after which a message is parked, if they spread over 15 minutes."""


@dataclass(slots=True)
class Tally:
    """What a delivery did, for people."""

    sent: dict[str, int] = field(default_factory=dict)
    """Papers, by destination."""
    parked: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    """Platform -> why it refuses us."""


class Gate:
    """What all lanes of a platform share: so many requests in flight, so many messages a second."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._inside = asyncio.Semaphore(channel.concurrency)
        self._gap = 1 / channel.per_second
        self._clock = clock
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._inside.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._inside.release()

    async def turn(self, stop: asyncio.Event) -> None:
        """Wait until the platform's next message may go."""
        now = self._clock.now().timestamp()
        mine = max(now, self._next)
        self._next = mine + self._gap
        if mine > now:
            await self._clock.wait(mine - now, stop)


class Deliverer:
    """Sends what is due. One for a process: it holds the only claim on the outbox."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], zone: ZoneInfo, settle: float, clock: Clock
    ) -> None:
        self._store = store
        self._channels = channels
        self._zone = zone
        self._settle = settle
        self._clock = clock
        self._random = random.Random()  # noqa: S311  (jitter)
        self._gates: dict[str, Gate] = {}
        self.tally = Tally()

    async def drain(self, deadline: float, stop: asyncio.Event) -> None:
        """Deliver until nothing is due, waiting for paces and pauses until `deadline` (Unix seconds) at most."""
        while not stop.is_set():
            found = await self._lanes()
            if not found:
                return
            before = sum(self.tally.sent.values())
            async with asyncio.TaskGroup() as group:
                for lane, scheme in found:
                    group.create_task(self._lane(lane, scheme, deadline, stop))
            if sum(self.tally.sent.values()) == before:
                return  # what is left waits for longer than we may

    async def serve(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Deliver for ever: a lane runs while something is due in it. Returns when stopped, sends in hand finished."""
        running: dict[int, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                for lane, scheme in await self._lanes():
                    if lane not in running or running[lane].done():
                        running[lane] = group.create_task(self._lane(lane, scheme, float("inf"), stop))
                await self._rest(wake, stop)

    async def _rest(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Until a round wakes us, the next paper falls due, or, for what neither tells, some seconds."""
        upcoming = await self._store.run(outbox.next_due)
        now = self._clock.now().timestamp()
        seconds = min(15.0, max(0.2, upcoming - now)) if upcoming else 15.0
        waits = [asyncio.ensure_future(event.wait()) for event in (wake, stop)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        wake.clear()

    async def _lanes(self) -> list[tuple[int, str]]:
        found = await self._store.run(outbox.lanes, self._clock.now())
        return [(lane, scheme) for lane, scheme in found if scheme not in self.tally.stopped]

    async def _lane(self, lane: int, scheme: str, deadline: float, stop: asyncio.Event) -> None:
        channel = self._channels[scheme]
        gate = self._gates.setdefault(scheme, Gate(channel, self._clock))
        name = await self._store.run(lanes.name, lane)
        while not stop.is_set() and scheme not in self.tally.stopped:
            async with gate:
                move = await self._store.run(outbox.step, lane, self._clock.now(), _packer(channel), self._held, uuid4)
                if isinstance(move, Ask):
                    move = await self._ask(channel, name, move)
                if isinstance(move, Claim):
                    await gate.turn(stop)
                    await self._send(channel, scheme, name, move)
            if move is None:
                return
            if isinstance(move, Hold):
                if move.until > deadline:
                    return
                await self._clock.wait(move.until - self._clock.now().timestamp(), stop)

    def _held(self, quiet: str, now: datetime) -> float | None:
        end = end_of_quiet(parse_quiet(quiet), self._zone, now) if quiet else None
        return end.timestamp() if end else None

    async def _ask(self, channel: Channel, name: str, ask: Ask) -> Claim | Ask:
        """The answer was lost. Found: it is sent. Not found, or no way to know: a claim to send it again."""
        ref = None
        if channel.can_find:
            try:
                ref = await channel.find(ask.address, ask.delivery, ask.since)
            except SendError as error:
                if error.kind is Kind.WAIT:
                    until = self._clock.now().timestamp() + (error.retry_after or self._jittered(10.0))
                    await self._store.run(outbox.put_off, ask.message, error.reason, until)
                    return ask
                log.warning("%s: a lost answer cannot be looked up (%s), sending again", name, error.reason)
        if ref is not None:
            await self._record_sent(channel, name, ask.message, ref, ask.address)
            return ask
        return await self._store.run(outbox.claim, ask.message, self._clock.now())

    async def _send(self, channel: Channel, scheme: str, name: str, claim: Claim) -> None:
        try:
            ref = await channel.send(claim.address, claim.thread, claim.payload, claim.delivery)
        except SendError as error:
            log.info("%s: %s: %s", name, error.kind, error.reason)
            await self._failed(scheme, name, claim, error)
        else:
            await self._record_sent(channel, name, claim.message, ref, claim.address)

    async def _record_sent(self, channel: Channel, name: str, message: int, ref: str, address: str) -> None:
        carried = await self._store.run(outbox.sent, message, ref, self._clock.now(), channel.interval(address))
        self.tally.sent[name] = self.tally.sent.get(name, 0) + carried

    async def _failed(self, scheme: str, name: str, claim: Claim, error: SendError) -> None:
        now = self._clock.now()
        tries = await self._store.run(outbox.tries, claim.message)
        match error.kind:
            case Kind.FIX if error.fix is not None and not tries.fixed:
                await self._store.run(outbox.fix, claim.message, error.fix, error.reason)
            case Kind.FIX | Kind.DROP:
                await self._park(name, claim, error.reason)
            case Kind.CLOSE:
                await self._store.run(outbox.close, claim.message, error.reason, now)
                self.tally.parked.append(f"{name} is closed: {error.reason}")
            case Kind.STOP:
                await self._store.run(outbox.stop, claim.message, scheme, error.reason, now)
                self.tally.stopped[scheme] = error.reason
            case Kind.MOVED if error.moved_to:
                await self._store.run(outbox.wait, claim.message, error.reason, now.timestamp(), counted=False)
                await self._store.run(lanes.move_of, claim.message, error.moved_to)
            case Kind.UNSURE:
                await self._unsure(name, claim, error, tries, now)
            case _:
                await self._wait(name, claim, error, tries, now)

    async def _unsure(self, name: str, claim: Claim, error: SendError, tries: outbox.Tries, now: datetime) -> None:
        long = now.timestamp() - tries.first_tried > 900
        if tries.unsure + 1 >= UNSURE_AT_MOST and long:
            await self._park(name, claim, f"answers lost {tries.unsure + 1} times: {error.reason}")
            return
        again = self._jittered(min(LONGEST_BACKOFF, 5.0 * 2**tries.unsure)) if tries.unsure else 0.0
        until = now.timestamp() + max(self._settle, again)
        await self._store.run(outbox.unsure, claim.message, error.reason, until)

    async def _wait(self, name: str, claim: Claim, error: SendError, tries: outbox.Tries, now: datetime) -> None:
        tried_for = now.timestamp() - tries.first_tried
        if tried_for > GIVE_UP:
            await self._give_up(name, claim, error, now)
        elif error.retry_after is not None:
            until = now.timestamp() + error.retry_after + self._random.uniform(0.05, 0.5)
            await self._store.run(outbox.wait, claim.message, error.reason, until, counted=False)
        else:
            first, longest = PATIENT if error.patient else (1.0, LONGEST_BACKOFF)
            pause = self._jittered(min(longest, first * 2 ** min(tries.failures, 20)))
            await self._store.run(outbox.wait, claim.message, error.reason, now.timestamp() + pause, counted=True)

    async def _give_up(self, name: str, claim: Claim, error: SendError, now: datetime) -> None:
        reason = f"given up after 7 days of trying: {error.reason}"
        if error.patient:
            await self._store.run(outbox.close, claim.message, reason, now)
            self.tally.parked.append(f"{name} is closed: {reason}")
        else:
            await self._park(name, claim, reason)

    async def _park(self, name: str, claim: Claim, reason: str) -> None:
        await self._store.run(outbox.park, claim.message, reason, self._clock.now())
        self.tally.parked.append(f"{name}: parked: {reason}")

    def _jittered(self, seconds: float) -> float:
        return seconds * self._random.uniform(0.5, 1.0)


def _packer(channel: Channel) -> outbox.Pack:
    def pack(mode: str, heading: str, items: list[Item]) -> list[Packed]:
        if mode == "each":
            return [Packed(channel.pack(items), len(items))]
        return channel.pack_batch(heading, items)

    return pack
