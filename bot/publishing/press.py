"""The press: writes what changed, one edition after another, from the store and not from a round."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cached_property

from sqlalchemy import Connection

from bot.config.load import Config
from bot.process.clock import Clock
from bot.publishing import edition, files, site
from bot.publishing.files import Change, Outcome, PublishError
from bot.publishing.plan import Plan
from bot.store.archive import feeds, pictures, published, shown
from bot.store.engine import Store, StoreError

log = logging.getLogger(__name__)


class Press:
    """One for a process. Asked while it is at work, it goes on once more."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._asked = False
        self._at_work = asyncio.Lock()
        self._beside: asyncio.Task[None] | None = None
        self._hanging: asyncio.Task[None] | None = None
        self._outcome = Outcome()
        self._cleared = False
        self._stands: object = None
        """What the last edition was made from, if all of it was written."""

    def soon(self) -> None:
        """Something changed: publish it when there is time."""
        self._asked = True
        if self._beside is None or self._beside.done():
            self._beside = asyncio.create_task(self._print())

    async def changed(self) -> Outcome:
        """Publish all that changed; what became of it since this was last asked. A hub hears of it too."""
        beside, self._beside = self._beside, None
        if beside:
            await asyncio.gather(beside, return_exceptions=True)  # what broke there breaks here again
        if beside is None or self._stands is None or self._stands != await self._store.run(_state):
            self._asked = True
        await self._print()
        if self._config.settings.publish.pictures and (self._hanging is None or self._hanging.done()):
            self._hanging = asyncio.create_task(self._hang())
        return self._told()

    async def last(self) -> Outcome:
        """What became of the pictures that the last round asked for, waited for; and of the pages that show them."""
        if self._hanging:
            await self._hanging
        return self._told()

    def _told(self) -> Outcome:
        outcome, self._outcome = self._outcome, Outcome()
        return outcome

    async def _hang(self) -> None:
        """Pictures beside all else; what breaks there costs no round."""
        from bot.publishing.pictures.gallery import Gallery  # noqa: PLC0415  (what fetches, for who fetches)

        try:
            outcome, changed = await Gallery(self._config, self._store, self._clock).hang()
        except Exception:
            log.exception("pictures broke")
            return
        self._outcome.add(outcome)
        if changed:
            self._asked = True
            await self._print()

    async def _print(self) -> None:
        while self._asked:
            async with self._at_work:
                if not self._asked:  # of all who waited, the first made an edition for all
                    break
                self._asked, self._stands = False, None
                try:
                    state = await self._store.run(_state)
                    outcome = await self._edition()
                except BaseException:
                    self._asked = True
                    raise
                self._stands = None if outcome.failed else state
            self._outcome.add(outcome)
            if self._config.settings.publish.hub and outcome.written:
                from bot.publishing import hub  # noqa: PLC0415  (as above)

                await hub.tell(self._config, outcome.written)

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self._config)

    async def _take_down(self) -> None:
        """Pictures are not asked for any more."""
        for path in await self._store.run(pictures.forget):
            with suppress(OSError):
                (self._config.public / path).unlink()

    async def _edition(self) -> Outcome:
        """What cannot be written is told, and the rest goes on."""
        outcome = Outcome()
        if not self._cleared:
            self._cleared = True
            papers = self._config.public / site.PAPERS
            quiet = {papers} if await self._store.run(site.untouched, papers) else ()
            await asyncio.to_thread(files.clear_leftovers, self._config.public, quiet)
            if not self._config.settings.publish.pictures:
                await self._take_down()
        outlines: edition.Outlines = {}
        for changes in (edition.changes, site.changes):
            try:
                made = changes(self._plan, self._store, self._clock.now(), outlines)
                outcome.add(await renew(self._config, self._store, made))
            except PublishError as error:
                outcome.failed["publish"] = str(error)
                break
            except StoreError:
                raise
            except Exception as error:  # one paper that cannot be rendered must not end the round
                log.exception("publishing broke")
                outcome.failed[changes.__module__] = f"publishing broke ({type(error).__name__}); the log has more"
        return outcome


def _state(connection: Connection) -> object:
    """Another one where an edition made anew might differ, but for what time alone changes."""
    return shown.fingerprint(connection), feeds.versions(connection)


class Rehearsal:
    """Names what would be written, and writes nothing."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def soon(self) -> None:
        """All at the end."""

    async def changed(self) -> Outcome:
        """The files that would be written."""
        outcome, now = Outcome(), self._clock.now()
        plan = Plan(self._config)
        for changes in (edition.changes(plan, self._store, now), site.changes(plan, self._store, now)):
            async for change in changes:
                outcome.written += await asyncio.to_thread(files.changed, self._config.public, change.made)
        return outcome


async def renew(config: Config, store: Store, changes: AsyncIterator[Change]) -> Outcome:
    """Write what differs, remove what is no longer published, and remember both. Raises PublishError."""
    outcome = Outcome()
    async for change in changes:
        if not (change.made or change.right or change.gone):  # as most are of a round without news
            continue
        outcome.add(await asyncio.to_thread(files.write, config.public, change.made))
        await asyncio.to_thread(files.remove, config.public, change.gone)
        await store.run(published.replace, files.notes(config.public, change, outcome), change.gone)
    return outcome
