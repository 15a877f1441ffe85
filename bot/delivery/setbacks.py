"""What each failure of a send means for the message, its lane and its platform.

When to try again is bot.rules.backoff's word.
"""

import logging
from dataclasses import dataclass, replace

from bot.channels.channel import Channel, Kind, SendError
from bot.delivery.hands import Hands, Platform
from bot.delivery.packing import stored
from bot.rules import backoff
from bot.rules.words import headed
from bot.store import happened
from bot.store.outbox import lanes, outcomes
from bot.store.outbox.claims import Ask, Claim, Lane
from bot.store.outbox.outcomes import Tries
from bot.store.outbox.terms import Hold

log = logging.getLogger(__name__)

_LOOKED_UP = "the answer to a message was lost, and whether it arrived cannot be looked up yet"


@dataclass(slots=True)
class Setbacks:
    """Those of one lane."""

    lane: Lane
    platform: Platform
    shared: Hands
    parked: int = 0
    """Messages that will not be tried again by themselves."""

    async def not_asked(self, ask: Ask, error: SendError) -> Hold:
        """Whether a message arrived could not be asked; until when nothing else goes to this lane."""
        store, scheme = self.shared.store, self.lane.scheme
        until = self.shared.now() + backoff.after_failed_look_up(error, self.shared.chance())
        told = f"{_LOOKED_UP}: {error.told_of(self.lane.name)}"
        await store.run_together(outcomes.put_off, ask, told, until, error.asked)
        if error.kind is Kind.STOP:
            await store.run_together(outcomes.stop_platform, scheme, error.told, self.shared.clock.now())
            self.shared.stopped(scheme, error.told)
            return Hold(until)
        tries = await self._counted(happened.ASK, ask, error)
        if over := backoff.is_over(error, tries.trying, tries.failures):
            await self._park(ask, over)
        return Hold(until)

    async def failed(self, claim: Claim, error: SendError) -> None:
        """A message was not sent, or perhaps not."""
        store, now, scheme = self.shared.store, self.shared.clock.now(), self.lane.scheme
        tries = await self._counted(happened.SEND, claim, error)
        if error.kind is Kind.FIX and (error.fix is None or tries.fixed):  # its cure says that it went on
            error = replace(error, kind=Kind.DROP, cure="")
        match error.kind:
            case Kind.FIX if error.fix is not None:
                await store.run_together(outcomes.fix, claim, stored(error.fix), error.told)
            case Kind.DROP if await store.run_together(outcomes.is_the_lanes, claim, error.told):
                await self._wait(claim, self._of_the_chat(error), tries)
            case Kind.DROP:
                await self._park(claim, error.told)
            case Kind.CLOSE:
                await self._close(claim, error.told)
            case Kind.STOP:
                await store.run_together(outcomes.stop, claim, scheme, error.told, now)
                self.shared.stopped(scheme, error.told)
            case Kind.MOVED if error.moved_to not in {None, claim.address}:
                await store.run_together(lanes.follow, claim, error.told, error.moved_to, now)
            case Kind.UNSURE:
                await self._unsure(claim, error, tries)
            case _:
                await self._wait(claim, error, tries)

    async def _counted(self, what: str, it: Claim | Ask, error: SendError) -> Tries:
        """How a message fared so far, this failure counted."""
        how = happened.LIMITED if error.retry_after is not None else error.kind.value
        store, now = self.shared.store, self.shared.clock.now()
        return await store.run_together(outcomes.failed, it, what, self.lane.scheme, how, now)

    async def _unsure(self, claim: Claim, error: SendError, tries: Tries) -> None:
        count, name = tries.unsure + 1, self.lane.name
        # Many lost answers while the platform itself answers: it is the message. An outage parks nothing.
        if backoff.is_doubtful(count, tries.trying) and await answers(self.platform.channel):
            await self._park(claim, f"answers lost {count} times: {error.reason}")
            return
        if count == backoff.TOLD_DOUBTS:
            log.warning("%s the answer to one message was lost %s times: %s", name, count, error.reason)
        until = self.shared.now() + backoff.after_lost_answer(count, self.shared.settle, self.shared.chance())
        await self.shared.store.run_together(outcomes.unsure, claim, error.told, until)

    async def _wait(self, claim: Claim, error: SendError, tries: Tries) -> None:
        before = tries.failures if tries.refused or not error.patient else 0
        if over := backoff.is_over(error, tries.trying, before):
            await (self._close if error.patient else self._park)(claim, over)
            return
        asked, store, name = error.retry_after is not None, self.shared.store, self.lane.name
        pause = backoff.after_refusal(error, before, self.shared.chance())
        until = self.shared.now() + pause
        refused = error.patient
        await store.run_together(outcomes.wait, claim, error.told, until, counted=not asked, refused=refused)
        if pause > backoff.LONG:
            log.warning("%s waits for %.1f hours: %s", name, pause / 3600, error.told)
        if asked and self.platform.gate.flooded(self.lane.id, until):
            log.warning("%s several destinations were told to wait: all of them do", self.lane.scheme)
            await store.run_together(outcomes.pause_platform, self.lane.scheme, self.platform.gate.paused_until)

    def _of_the_chat(self, error: SendError) -> SendError:
        """The second message in a row refused in these words: the chat waits, and the first is parked no more."""
        parked, told = self.shared.tally.parked, f"{self.lane.name}: parked: {error.told}"
        if told in parked:
            parked.remove(told)
            self.parked -= 1
            log.warning(
                "%s: the next message was refused in the same words: it is put back, and all wait", self.lane.name
            )
        return replace(error, kind=Kind.WAIT, patient=True)

    async def _close(self, claim: Claim, reason: str) -> None:
        if await self.shared.store.run_together(outcomes.close, claim, reason, self.shared.clock.now()):
            self._given_up(claim, f"{self.lane.name} is closed: {reason}")

    async def _park(self, claim: Claim | Ask, reason: str) -> None:
        if await self.shared.store.run_together(outcomes.park, claim, reason, self.shared.clock.now()):
            self._given_up(claim, f"{headed(self.lane.name)} parked: {reason}")

    def _given_up(self, claim: Claim | Ask, told: str) -> None:
        self.parked += 1
        log.warning("%s", told)
        if claim.papers:
            self.shared.tally.parked.append(told)


async def answers(channel: Channel) -> bool:
    """Whether a platform knows us and answers, sends apart."""
    try:
        await channel.check()
    except SendError as error:
        log.debug("asked who we are: %s", error.reason)
        return False
    return True
