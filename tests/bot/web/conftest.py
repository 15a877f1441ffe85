"""A site for every test of the server."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.bot.web.site import PAPERS, SITE, Web, served
from tests.world import INBOX, World, feed


@pytest.fixture
async def web(here: World) -> AsyncIterator[Web]:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"), SITE)
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with served(here) as made:
        yield made
