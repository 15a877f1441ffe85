"""Asking a source's server once, for `check`: what goes wrong is Unreadable."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.fetch import Fetcher, FetchError
from bot.sources.kind import Surroundings
from bot.sources.source import Unreadable
from feeds.digests import DigestError


@asynccontextmanager
async def asked(around: Surroundings, url: str) -> AsyncIterator[Fetcher]:
    """A fetcher for the server of `url`, closed at the end. Raises Unreadable."""
    fetcher = Fetcher(around.contact, [url], around.way)
    try:
        yield fetcher
    except (FetchError, DigestError) as error:
        raise Unreadable(str(error)) from None
    finally:
        await fetcher.aclose()
