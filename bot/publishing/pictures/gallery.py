"""The pictures that pages show, some more after each round: fetched, made small, written, noted. No round waits for it.

A picture that cannot be had is remembered with its reason, and asked for again another day, a few times.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from bot.config.load import Config
from bot.config.tables import Settings
from bot.fetch import Fetcher, FetchError
from bot.process.clock import Clock
from bot.publishing import files
from bot.publishing.files import Outcome, PublishError
from bot.publishing.pictures import FOLDER
from bot.publishing.pictures.shrinker import Shrinker, Small, UnusableError
from bot.rules.words import counted
from bot.store.archive import pictures
from bot.store.archive.pictures import Had, Missed, Wanted
from bot.store.engine import Store
from feeds.paper import Picture

log = logging.getLogger(__name__)

AT_MOST = 60
"""Pictures that are asked for after one round."""
PATIENCE = 20.0
"""Seconds for all of them; the rest comes after the next round."""
ONE = 8.0
"""Seconds for one."""
AT_ONCE = 6
BYTES = 5 * 2**20


class Gallery:
    """One for a process."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    async def hang(self) -> tuple[Outcome, bool]:
        """Some of those that are missing: what became of their files, and whether pages show others now."""
        await self._store.run(pictures.begin)
        lost = await asyncio.to_thread(self._lost, await self._store.run(pictures.shown))
        await self._store.run(pictures.lose, lost)
        tour = _Tour(self._config, await self._store.run(pictures.wanted, self._clock.now(), AT_MOST))
        await tour.made()
        outcome = await asyncio.to_thread(self._written, tour)
        await self._store.run(pictures.note, tour.had, tour.missed, self._clock.now())
        if tour.missed:
            told = counted(len(tour.missed), "picture")
            log.info("%s could not be had, such as that of %s", told, tour.said)
        return outcome, bool(lost or tour.had)

    def _lost(self, shown: Mapping[int, Picture]) -> list[int]:
        """The papers of those whose files are gone."""
        return [row for row, one in shown.items() if files.look(self._config.public / one.path) is None]

    def _written(self, tour: "_Tour") -> Outcome:
        try:
            outcome = files.write(self._config.public, tour.files)
        except PublishError as error:
            outcome = Outcome(failed={FOLDER: str(error)})
        tour.had = [one for one in tour.had if files.look(self._config.public / one.picture.path)]
        return outcome


class _Tour:
    """What is asked for after one round, and what became of it."""

    def __init__(self, config: Config, wanted: Sequence[Wanted]) -> None:
        self.files: dict[str, bytes] = {}
        """Small pictures by their path."""
        self.had: list[Had] = []
        self.missed: list[Missed] = []
        self.said = ""
        """Of the last that was missed: whose it is, and why."""
        self._wanted = wanted
        self._left = iter(wanted)
        settings = config.settings
        self._fetcher = Fetcher(settings.fetch.contact, _servers(settings), config.way, timeout=ONE, max_bytes=BYTES)
        self._shrinker = Shrinker()

    async def made(self) -> None:
        """All of it, or what the time allows."""
        if not self._wanted:
            return
        try:
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._one_by_one())
        except TimeoutError:
            log.info("pictures: the time for this round is over; the others come with the next")
        finally:
            await self._fetcher.aclose()
            await self._shrinker.aclose()

    async def _one_by_one(self) -> None:
        for one in self._left:
            try:
                small = await self._shrinker.shrink((await self._fetcher.get(one.url)).body)
            except (FetchError, UnusableError) as error:
                self._miss(one, str(error))
            except Exception as error:  # a fault of ours with one picture costs no other
                log.exception("the picture of %s", one.key)
                self._miss(one, type(error).__name__)
            else:
                self._show(one, small)

    def _show(self, one: Wanted, small: Small) -> None:
        path = f"{FOLDER}/{blake2b(small.data, digest_size=12).hexdigest()}.webp"
        self.files[path] = small.data
        self.had.append(Had(one.paper_id, one.url, Picture(path, small.width, small.height)))

    def _miss(self, one: Wanted, reason: str) -> None:
        self.said = f"{one.key}: {reason}"
        self.missed.append(Missed(one.paper_id, one.url, reason))


def _servers(settings: Settings) -> list[str]:
    """The operator's own sources may have their papers' pictures, wherever they are; all others must be public."""
    named = [getattr(table, "url", "") for table in settings.sources]
    return [url for url in named if url.startswith(("http://", "https://"))]
