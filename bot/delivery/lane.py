"""One lane: claim, send, record. One request in flight, strictly in order, a commit before and after.

What a failure means stands in bot.delivery.setbacks.
"""

import asyncio
import logging
import math
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.channel import Kind, Lost, SendError, Sent
from bot.delivery import trail
from bot.delivery.gate import AS_OFTEN, TARDY
from bot.delivery.hands import FAR, Hands, Platform
from bot.delivery.packing import loaded
from bot.delivery.setbacks import Setbacks
from bot.process.logs import about
from bot.rules import backoff
from bot.rules.words import headed
from bot.store import happened
from bot.store.outbox import abandoned, claims, names, outcomes, overview
from bot.store.outbox.claims import Ask, Claim, Lane, Taken
from bot.store.outbox.next_up import Pack
from bot.store.outbox.terms import Hold, Turns
from bot.store.outbox.turns import another

log = logging.getLogger(__name__)

_IN_VAIN = 5
"""So many moves in a row that settle nothing are made past a deadline: a group has moved, a message is changed."""


@dataclass(slots=True)
class LaneRun:
    """A lane on its way."""

    lane: Lane
    platform: Platform
    shared: Hands
    sent: int = 0
    """Messages."""
    _setbacks: Setbacks = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has failed yet."""
        self._setbacks = Setbacks(self.lane, self.platform, self.shared)

    @property
    def settled(self) -> int:
        """Messages sent or parked."""
        return self.sent + self._setbacks.parked

    async def go(self, deadline: float | None, patience: float, turn: float = math.inf) -> Hold | None:
        """Send all that is due. Ends before a pause beyond `deadline` (Unix seconds), or longer than `patience`.

        Also after `turn` seconds, and past `deadline` where it gets no further, though no pause is asked for. When to
        go on; None: nothing more is due, or the platform refuses us.
        """
        until, in_vain = self.shared.clock.steady() + turn, 0
        while not self.shared.stop.is_set() and self.shared.clock.steady() < until:
            if self.lane.scheme in self.shared.tally.stopped:
                return None
            settled = self.settled
            try:
                hold = await self._move()
            finally:
                self.shared.life.in_hand.pop(self.lane.id, None)
            about("")
            if hold is None:
                return None
            now = self.shared.now()
            in_vain = in_vain + 1 if self.settled == settled else 0
            if hold.until <= now:
                if deadline is not None and now > deadline and in_vain >= _IN_VAIN:
                    return hold
                continue
            if hold.until > (now + patience if deadline is None else deadline):
                return hold
            if deadline is not None and hold.until - now > backoff.FELT:
                await self._tell(hold, deadline)
            await self.shared.clock.wait(hold.until - now, self.shared.stop)
        return Hold(self.shared.now())

    async def _tell(self, hold: Hold, deadline: float) -> None:
        """Say once what is waited for: nobody should think that it hangs."""
        shared, name = self.shared, self.lane.name
        why = await shared.store.run_together(overview.why_it_waits, self.lane.id) or "its pace, or its quiet hours"
        if (self.lane.id, why) not in shared.told:
            shared.told.add((self.lane.id, why))
            end = f" (--wait ends {shared.at(deadline)})" if deadline < FAR else ""
            log.warning("%s waits until %s%s: %s; Ctrl-C is safe", name, shared.at(hold.until), end, why)

    async def _move(self) -> Hold | None:
        """One message further. None: nothing more is due."""
        async with self.platform.gate as gate:
            if gate.paused_until > self.shared.now():
                return Hold(gate.paused_until)
            async with gate.claiming:
                move = await self._next()
                if isinstance(move, Claim):
                    move = await self._in_turn(move)
            if isinstance(move, Ask):
                move = await self._ask(move)
            if not isinstance(move, Claim):
                return move
            sent = await self._send(move)
        # The next request does not wait for it, so one commit records and claims.
        return await self._arrived(move, sent) if isinstance(sent, Sent) else sent

    async def _next(self) -> Claim | Ask | Hold | None:
        """The lane's next move, taken in hand."""
        life, now, terms = self.shared.life, self.shared.clock.now(), self.platform.terms
        await life.be_sure()
        step, at_hand = self.shared.store.run_together, self.platform.packer.at_hand
        move = await step(claims.step, self.lane.id, now, terms, life.name, at_hand)
        if isinstance(move, Pack):
            move = await self._packed(move, now)
        elif isinstance(move, Claim) and move.of:
            trail.packed(self.lane.name, move, move.of, [one.due for one in move.of])
        elif isinstance(move, Claim | Ask):
            trail.taken(self.lane.name, move)
        if isinstance(move, Taken):
            return await self._taken(move)
        if isinstance(move, Claim | Ask):
            if move.message in life.in_hand.values():  # of a lane that was joined with this one meanwhile
                return Hold(now.timestamp() + backoff.JOINED)
            life.in_hand[self.lane.id] = move.message
        return move

    async def _taken(self, taken: Taken) -> Hold:
        """Being sent already, by a lane that was joined with this one or by another worker, unless by nobody."""
        life = self.shared.life
        is_in_hand = taken.message in life.in_hand.values() if taken.owner == life.name else taken.lives
        if not is_in_hand:
            until = self.shared.now() + self.shared.settle
            await self.shared.store.run_together(abandoned.lost, taken, until)
        return Hold(self.shared.now() + backoff.JOINED)

    async def _packed(self, move: Pack, now: datetime) -> Claim | Hold | None:
        """What is due, packed outside any transaction, and claimed if it still is as it was looked at."""
        pack = self.platform.packer.pack
        ready = await asyncio.to_thread(pack, move, now) if move.digest else pack(move, now)
        claimed, name = self.shared.store.run_together, self.shared.life.name
        claim = await claimed(claims.claim_packed, self.lane.id, ready, now, self.platform.terms, name)
        if isinstance(claim, Claim):
            trail.packed(self.lane.name, claim, move.waiting, ready[0].dues)
        return claim

    async def _in_turn(self, claim: Claim) -> Claim | Hold | None:
        """The claim, once the platform's next message may go; given back when it is paused or we stop meanwhile."""
        gate, turns = self.platform.gate, self.platform.terms.turns
        turn = await (gate.turn(self.shared.stop) if turns is None else self._given(turns, claim.turn))
        if turn is True:
            return claim
        await self.shared.store.run_together(outcomes.release, claim)
        return turn if isinstance(turn, Hold) else None

    async def _given(self, turns: Turns, turn: float | Hold | None) -> Hold | bool:
        """Wait for a turn that was given, or for another one, if a slow commit or this process came too late for it.

        False: we were stopped meanwhile. Hold: the platform is paused.
        """
        shared = self.shared
        for _ in range(AS_OFTEN):
            if not isinstance(turn, float):
                break
            if not await self.platform.gate.until(turn, shared.stop):
                return False
            if (late := shared.clock.steady() - turn) <= TARDY:
                return True
            turn = await shared.store.run_together(another, turns, shared.now(), 2 * late)
        return turn if isinstance(turn, Hold) else True

    async def _is_ours(self, claim: Claim) -> bool:
        """Whether a claim surely is ours still: a process that was stopped for long may have been taken for dead."""
        await self.shared.life.be_sure()
        return claim.owner == self.shared.life.name

    async def _ask(self, ask: Ask) -> Claim | Hold | None:
        """The answer was lost. Found: it is sent. Not found, or no way to know: a claim to send it again."""
        ref, channel = None, self.platform.channel
        if channel.can_find:
            try:
                ref = await channel.find(self._lost(ask))
            except SendError as error:
                if error.kind in {Kind.WAIT, Kind.STOP}:
                    return await self._setbacks.not_asked(ask, error)
                log.warning(
                    "%s a lost answer cannot be looked up (%s), sending again", headed(self.lane.name), error.reason
                )
        if ref is not None:
            log.info("%s it had arrived, only the answer was lost", headed(self.lane.name))
            return await self._sent(ask, ref, happened.FOUND)
        now = self.shared.clock.now()
        again, name = self.shared.store.run_together, self.shared.life.name
        claim = await again(claims.claim_again, self.lane.id, ask, now, self.platform.terms, name)
        return await self._in_turn(claim) if isinstance(claim, Claim) else claim

    def _lost(self, ask: Ask) -> Lost:
        payload = loaded(ask.payload)
        return Lost(ask.address, ask.delivery, payload, ask.since, ask.after, self.shared.now(), ask.asked)

    async def _send(self, claim: Claim) -> Sent | Hold:
        if not await self._is_ours(claim):
            return Hold(0)
        try:
            return await self.platform.post(claim.address, claim.thread, claim.payload, claim.delivery)
        except SendError as error:
            error.cure = error.cure.replace("DESTINATION", self.lane.name)
            log.info("%s %s: %s", headed(self.lane.name), error.kind, error.told)
            await self._setbacks.failed(claim, error)
            return Hold(0)  # the lane's next step knows until when

    async def _arrived(self, claim: Claim, sent: Sent) -> Hold | None:
        try:
            hold = await self._sent(claim, sent.ref, happened.SENT)
        finally:
            sent.noted()
        if sent.address and sent.address != claim.address:
            now = self.shared.clock.now()
            await self.shared.store.run(names.learnt, self.lane.scheme, claim.address, sent.address, now)
        return hold

    async def _sent(self, it: Claim | Ask, ref: str, how: str) -> Hold | None:
        now, pause = self.shared.clock.now(), self.platform.terms.interval(it.address)
        hold = await self.shared.store.run_together(outcomes.sent, it.message, ref, now, pause, how)
        trail.sent(self.lane.name, ref)
        self.sent += 1
        if it.papers:
            sent = self.shared.tally.sent
            sent[self.lane.name] = sent.get(self.lane.name, 0) + it.papers
        await self.shared.sent(self.lane, it.message)
        return hold
