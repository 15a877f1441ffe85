"""What the configuration says of all that is published: worked out once for a process, not for each edition."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.config.load import Config
from bot.publishing.files import elsewhere_of, feed_of, stamp_of
from feeds.render import rendering
from feeds.site import AT_MOST, LOOK, Elsewhere, Site, feed_page_path


class Plan:
    """By slug: the feeds, their queries, their pages' paths, and what their files and pages are made from."""

    def __init__(self, config: Config) -> None:
        settings, publish = config.settings, config.settings.publish
        self.config = config
        self.feeds = {table.slug: feed_of(table, publish) for table in settings.feeds}
        self.queries = {table.slug: table.query for table in settings.feeds}
        self.pages = {slug: feed_page_path(one) for slug, one in self.feeds.items()}
        self.site = Site(publish.base_url, publish.formats, telegram_bot=config.telegram_bot)
        self.sites = replace(self.site, feeds=tuple(self.feeds.values())[:AT_MOST])
        """What pages share that have no feed of their own."""
        self._elsewhere = elsewhere_of(settings)
        shared = f"{rendering()} {publish.formats} {publish.entries}"
        self.files = {slug: stamp_of(one, shared) for slug, one in self.feeds.items()}
        """What each feed's files are made from, but for its papers."""
        shared = f"{LOOK} {self.site}"
        self.looks = {slug: stamp_of(shared, one, *self.places(slug)) for slug, one in self.feeds.items()}
        """And its page."""
        self.configured = stamp_of(list(self.looks.values()))
        self._stamps: dict[tuple[str, int | None, date | None], str] = {}

    def places(self, slug: str) -> Sequence[Elsewhere]:
        """Where else the papers of a feed are read."""
        return self._elsewhere.get(self.feeds[slug].query, ())

    def stamps(self, versions: Mapping[str, int], first: date | None) -> dict[str, str]:
        """What each feed's page is made from; `first` is the archive's first day."""
        facts = {slug: (look, versions.get(slug), first) for slug, look in self.looks.items()}
        self._stamps = {one: self._stamps.get(one) or stamp_of(*one) for one in facts.values()}
        return {slug: self._stamps[one] for slug, one in facts.items()}
