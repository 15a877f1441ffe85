"""A mailbox with two listings."""

from collections.abc import Iterator

import pytest

from tests.bot.sources.imap.rounds import TUESDAY, WEDNESDAY, Reader
from tests.fakes.imap import FakeImap
from tests.fakes.mails import listing


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap() as running:
        running.deliver(listing(TUESDAY, "2601.00001", "2601.00002"), listing(WEDNESDAY, "2601.00003"))
        yield running


@pytest.fixture
def reader(server: FakeImap) -> Reader:
    return Reader(server)
