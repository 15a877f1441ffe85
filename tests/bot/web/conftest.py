"""A site for every test of the server."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.site import PAPERS, SITE, Web, collect_and_publish, served, served_as_it_is
from tests.world import INBOX, World, feed, world


def _configure(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"), SITE)


def _begin(here: World) -> None:
    _configure(here)
    here.drop("first.json", json.dumps(PAPERS).encode())


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site whose first round is over: a round is most of what a question costs."""
    folder = tmp_path_factory.mktemp("printed")
    with world(folder) as here:
        _begin(here)
        asyncio.run(collect_and_publish(here))
    return folder


@pytest.fixture
async def web(here: World, printed: Path) -> AsyncIterator[Web]:
    if here.server is None:
        shutil.copytree(printed, here.folder, dirs_exist_ok=True)
        _configure(here)
        serving = served_as_it_is(here)
    else:
        _begin(here)
        serving = served(here)
    async with serving as made:
        yield made
