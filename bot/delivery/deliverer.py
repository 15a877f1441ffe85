"""Every lane with something due runs beside all others; one lane is bot.delivery.lane's. See docs/delivery.md."""

import asyncio
import logging
import random
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.channels.channel import Channel
from bot.channels.late import broken
from bot.channels.unopened import UnopenedChannel
from bot.delivery.at_work import sweep_on
from bot.delivery.gate import MARGIN, SHARED_MARGIN, Gate
from bot.delivery.hands import Hands, Platform, Sent, Tally, post_by, unseen
from bot.delivery.lane import LaneRun
from bot.delivery.packing import Packer
from bot.delivery.setbacks import answers
from bot.delivery.weekly import Weekly
from bot.process.clock import Clock, Drift
from bot.process.events import any_of
from bot.rules.manners import Manner, Site
from bot.rules.timing import end_of_kept_quiet, may_go, next_slot
from bot.rules.timing import instant as instant_of
from bot.store.archive.codec import instant
from bot.store.archive.near import Near
from bot.store.engine import Store
from bot.store.life import Life
from bot.store.outbox import claims, outcomes, waking
from bot.store.outbox.terms import Hold, Terms, Turns

log = logging.getLogger(__name__)

LOOK = 15.0
"""Seconds between two looks at the outbox in `run`: another process may have put something back (`retry`)."""

SLEPT = 30.0
"""Seconds that the clock is ahead, from which the machine is taken to have slept."""

RECHECK = 300.0
"""Seconds after which a platform that refuses us is asked again."""


class Deliverer:
    """Sends what is due. `settle` is seconds; `zone` is that of people; `life` is in whose name it claims."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        zone: ZoneInfo,
        settle: float,
        clock: Clock,
        site: Site | None = None,
        life: Life | None = None,
    ) -> None:
        self._store = store
        self._life = life or Life()
        self._channels = channels
        self._zone = zone
        self._settle = settle
        self._site, self._near = site, Near(store.database)
        self._weekly = Weekly(store.database, self._near)
        self._drift = Drift(clock)
        self._held_at: datetime | None = None
        self._digests_from = 0.0
        """Unix seconds: after a sleep, sources are read before the digests that wait for them."""
        self._clock = clock
        self._random = random.Random()  # noqa: S311  (jitter and ids, no secrets)
        self._platforms: dict[str, Platform] = {}
        self._opening = asyncio.Lock()
        self.tally = Tally()
        self.sent: Sent = unseen

    async def drain(self, deadline: float, stop: asyncio.Event) -> None:
        """Deliver until nothing is due, waiting for paces and pauses until `deadline` (Unix seconds) at most."""
        shared, settle = self.hands(stop), self._settle
        async with asyncio.TaskGroup() as beside:
            sweeping = beside.create_task(sweep_on(self._store, settle, self._clock, lambda: None))
            while not stop.is_set():
                found = await self._lanes(shared, deadline)
                async with asyncio.TaskGroup() as group:
                    for one in found:
                        group.create_task(one.go(deadline, LOOK))
                if not any(one.settled for one in found):
                    break  # what is left waits for longer than we may
            sweeping.cancel()

    async def serve(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Deliver for ever: a lane runs while something is due in it. Returns when stopped, sends in hand finished."""
        shared = self.hands(stop)
        running: dict[int, asyncio.Task[Hold | None]] = {}
        async with asyncio.TaskGroup() as group:
            group.create_task(self.ask_stopped_again(wake, stop))
            sweeping = group.create_task(sweep_on(self._store, self._settle, self._clock, wake.set))
            while not stop.is_set():
                for one in await self._lanes(shared, shared.now() + LOOK):
                    if one.lane.id not in running or running[one.lane.id].done():
                        running[one.lane.id] = group.create_task(one.go(None, LOOK))
                await self.rest(wake, stop)
            sweeping.cancel()

    async def gate_of(self, scheme: str) -> Gate:
        """What all share who send by a platform, for those who do beside the lanes."""
        if scheme not in self._platforms:
            await self._open({scheme}, self.hands(asyncio.Event()))
        return self._platforms[scheme].gate

    async def rest(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Until a round wakes us, the next paper falls due, or, for what neither tells, some seconds."""
        now = self._clock.now()
        upcoming = await self._store.run(waking.next_due, now)
        seconds = min(LOOK, upcoming - now.timestamp()) if upcoming else LOOK
        await any_of(seconds, wake, stop)
        wake.clear()

    async def ask_stopped_again(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Whether a platform that refused us has been put right."""
        while not stop.is_set():
            await self._clock.wait(RECHECK, stop)
            for scheme in await self._store.run(waking.stopped):
                if scheme in self._channels and await answers(self._channels[scheme]):
                    log.info("%s accepts us again", scheme)
                    await self._store.run(outcomes.resume, self._clock.now(), scheme)
                    self.tally.stopped.pop(scheme, None)
                    wake.set()

    async def turn(self, lane: int, shared: Hands, seconds: float, patience: float) -> Hold | None:
        """The turn of one lane that was woken: for so many seconds, and as long as it waits no longer than `patience`.

        When to look at it again; None: there is nothing to look for.
        """
        found = await self._store.run_together(waking.woken, lane)
        if found is None or found.stopped or found.lane.scheme not in self._channels:
            return None
        scheme = found.lane.scheme
        async with self._opening:
            await self._open({scheme}, shared)
        if not isinstance(self._channels[scheme], UnopenedChannel):
            self.tally.stopped.pop(scheme, None)  # another process found that it accepts us again
        return await LaneRun(found.lane, self._platforms[scheme], shared).go(None, patience, seconds)

    def hands(self, stop: asyncio.Event) -> Hands:
        """What all lanes share from now on, until stopped."""
        chance = self._random.random
        its = (self._store, self._life, self._clock, stop, self._settle)
        return Hands(*its, chance, self.tally, self._zone, self.sent)

    async def _lanes(self, shared: Hands, until: float) -> list[LaneRun]:
        found = await self._store.run(claims.lanes, self._clock.now(), until)
        await self._open({one.scheme for one in found} | broken(self._channels), shared)
        return [
            LaneRun(one, self._platforms[one.scheme], shared)
            for one in found
            if one.scheme in self._channels and one.scheme not in self.tally.stopped
        ]

    async def _open(self, schemes: set[str], shared: Hands) -> None:
        """The platforms that something is due on, and those that are known to fail, if they are not open yet."""
        missing = [scheme for scheme in self._channels if scheme in schemes and scheme not in self._platforms]
        pauses = await self._store.run(waking.pauses) if missing else {}
        for scheme in (one for one in missing if one not in self._platforms):  # who asked meanwhile opened it
            channel = self._channels[scheme]
            gate = Gate(channel, self._clock, pauses.get(scheme, 0.0))
            packer = Packer(channel, self._site, self._near, self._weekly)
            self._platforms[scheme] = Platform(channel, gate, self._terms_of(scheme, channel), packer, post_by(channel))
            if isinstance(channel, UnopenedChannel):
                await self._store.run(outcomes.stop_platform, scheme, channel.reason, self._clock.now())
                shared.stopped(scheme, channel.reason)

    def _terms_of(self, scheme: str, channel: Channel) -> Terms:
        turns = Turns(scheme, SHARED_MARGIN / channel.per_second, self._clock.steady) if self._store.is_shared else None
        return Terms(
            held=self._held,
            interval=lambda address: MARGIN * channel.interval(address),
            new_delivery=self._new_delivery,
            put_off=self._put_off,
            no_digest_before=self._no_digest_before,
            end_of_day=self._end_of_day,
            turns=turns,
        )

    def _new_delivery(self, now: datetime) -> str:
        """32 hexadecimal digits that begin with the time: new ones stand side by side in the database's index."""
        return f"{int(now.timestamp() * 1e6):014x}{self._random.getrandbits(72):018x}"

    def moved(self) -> float:
        """Seconds by which the clock moved since it was last asked (bot.process.clock.Drift); from now on it is known.

        Set back, the pauses of platforms end when they would have, and no digest waits for sources.
        """
        moved = self._drift.moved()
        self._drift.acknowledge()
        if moved < 0:
            self._held_at, self._digests_from = None, 0.0
            for one in self._platforms.values():
                one.gate.paused_until = max(one.gate.paused_until + moved, 0.0)
        return moved

    def hold_digests(self, now: datetime, seconds: float) -> None:
        """No digest goes until a round that begins from now on is over, for some seconds at most."""
        self._held_at = now
        self._digests_from = now.timestamp() + seconds

    def let_digests_go(self, began: datetime) -> None:
        """A round that began then is over."""
        if self._held_at is None or began >= self._held_at:
            self._held_at, self._digests_from = None, 0.0

    def _no_digest_before(self, now: datetime) -> float:
        woken = self._drift.moved() > SLEPT  # and nobody has been told yet
        return now.timestamp() + LOOK if woken else self._digests_from

    def _end_of_day(self, one: Manner, now: datetime) -> float:
        return instant_of(now.astimezone(one.zone).date() + timedelta(days=1), time(), one.zone).timestamp()

    def _put_off(self, one: Manner, now: datetime, last: float | None) -> float | None:
        if one.rule.at is None or last is None or may_go(one.rule, one.zone, now, instant(last)):
            return None
        return next_slot(one.rule, one.zone, now).timestamp()

    def _held(self, quiet: str, now: datetime) -> float | None:
        end = end_of_kept_quiet(quiet, self._zone, now)
        return end.timestamp() if end else None
