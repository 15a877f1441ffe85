"""What every answer is made from: the configuration, the store, the archive in memory, and what is kept of answers."""

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request

from bot.config.load import Config
from bot.process.clock import Clock
from bot.publishing.files import elsewhere_of, feed_of
from bot.store.engine import Store
from bot.web.address import base_of
from bot.web.body import Body, renewed
from bot.web.files import PublicFiles
from bot.web.freshness import until_next_round
from bot.web.kept import KeptBodies
from bot.web.letterbox import Letterbox
from bot.web.limits import Limits
from bot.web.live import LiveArchive
from bot.web.metrics import Metrics
from bot.web.neighbours import Neighbours
from bot.web.orders import Orders
from bot.web.posted import Post
from feeds.query import Query
from feeds.render import Feed
from feeds.site import AT_MOST, Elsewhere, Site


class Busy(Exception):  # noqa: N818  (no error: the answer to one who asks too much)
    """A client asked for more than its share; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} s")
        self.wait = wait


@dataclass
class Context:
    """One server's."""

    config: Config
    store: Store
    clock: Clock
    live: LiveArchive
    files: PublicFiles
    limits: Limits
    metrics: Metrics = field(default_factory=Metrics)
    kept: KeptBodies = field(default_factory=KeptBodies)
    steady: Callable[[], float] = time.monotonic
    """Seconds of a clock that only goes forward: limits that went by the other would shut everybody out."""
    posts: Mapping[str, Post] = field(default_factory=dict)
    """Who takes what is posted to us, by path."""
    letterbox: Letterbox | None = None
    """Where wishes of those who are mailed go; None: nobody is."""
    _second: int = 0
    _age: int = 0

    @cached_property
    def site(self) -> Site:
        """The pages' common facts."""
        settings = self.config.settings
        publish, every = settings.publish, tuple(feed for feed, _ in self.feeds.values())
        return Site(
            publish.base_url,
            publish.formats,
            served=True,
            feeds=every[:AT_MOST],
            telegram_bot=self.config.telegram_bot,
            by_mail=self.config.subscribes,
            libraries=tuple(one.name for one in settings.libraries),
        )

    @cached_property
    def neighbours(self) -> Neighbours:
        """Which papers are near which."""
        return Neighbours(self.live.ask, self.live.near)

    @cached_property
    def orders(self) -> Orders:
        """How lists are sorted."""
        return Orders(self.live, self.neighbours)

    @cached_property
    def feeds(self) -> dict[str, tuple[Feed, Query]]:
        """The configured feeds by slug."""
        settings = self.config.settings
        return {one.slug: (feed_of(one, settings.publish), one.query) for one in settings.feeds}

    @cached_property
    def elsewhere(self) -> Mapping[str, tuple[Elsewhere, ...]]:
        """By query, where its papers are read beside feeds."""
        return elsewhere_of(self.config.settings)

    def base(self, request: Request) -> str:
        """Where the site is: as the file says, else where this request reached us."""
        publish = self.config.settings.publish
        if publish.names_its_address:
            return publish.base_url
        return base_of(request.scope["scheme"], request.headers.get("host", "")) or publish.base_url

    def max_age(self) -> int:
        """Seconds for which an answer stays good; worked out once a second."""
        now = self.clock.now()
        if int(now.timestamp()) != self._second:
            self._second, self._age = int(now.timestamp()), until_next_round(self.config.settings, now)
        return self._age

    def keep(self, name: Hashable, state: Hashable, body: Body) -> Body:
        """Keep an answer made anew; with the same bytes it is still the same answer."""
        return self.kept.put(name, state, renewed(self.kept.last(name), body))

    def admit(self, request: Request, cost: float = 1.0) -> None:
        """Let a client have something worked out for it. Raises Busy."""
        client = request.client.host if request.client else ""
        wait = self.limits.wait(client, self.steady(), cost)
        if wait:
            raise Busy(wait)
