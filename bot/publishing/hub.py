"""Tells a WebSub hub which feeds changed, so that subscribers hear of it at once.

A hub that cannot be told is a line in the log: readers still poll.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.config.load import Config
from bot.fetch import Fetcher, FetchError
from bot.publishing.files import feed_of
from bot.rules.words import ascii_url

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds for all that a round has to tell."""
AT_ONCE = 50
"""Feeds named in one request: `hub.url` may be repeated (PubSubHubbub 0.3, section 7.1)."""


async def tell(config: Config, written: Iterable[str]) -> None:
    """Ping the configured hub for those of the files just written that are feeds; archive pages are not followed."""
    hub, topics = config.settings.publish.hub, _topics(config, set(written))
    if not hub or not topics:
        return
    fetcher = Fetcher(config.settings.fetch.contact, [hub], config.way)
    try:
        async with asyncio.timeout(PATIENCE):
            for start in range(0, len(topics), AT_ONCE):
                await _ping(fetcher, hub, topics[start : start + AT_ONCE])
    except FetchError as error:
        log.warning("hub %s: %s; subscribers will poll", urlsplit(hub).hostname, error)
    except TimeoutError:
        log.warning("hub %s: no answer within %g seconds; subscribers will poll", urlsplit(hub).hostname, PATIENCE)
    finally:
        await fetcher.aclose()


async def _ping(fetcher: Fetcher, hub: str, topics: Sequence[str]) -> None:
    # WebSub leaves to hubs how publishers tell them; all take the form of its predecessor.
    await fetcher.post(hub, [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])


def _topics(config: Config, written: set[str]) -> list[str]:
    """The addresses that feeds name as their own (rel=self), as their Link header has them."""
    settings = config.settings.publish
    every = (feed_of(table, settings) for table in config.settings.feeds)
    return [ascii_url(feed.url(form)) for feed in every for form in settings.formats if feed.file(form) in written]
