"""A site where people subscribe by mail, with a mail server and the desk that grants wishes, all in one process."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx

from bot.app import open_channels
from bot.delivery.gate import Gate
from bot.letters.desk import WishDesk
from bot.process.clock import Clock
from bot.process.installation import tokens_of
from bot.store.engine import Store
from bot.store.subscriptions import by_mail
from bot.store.subscriptions.rows import Kept
from tests.bot.web.site import Web, served
from tests.fakes.smtp import FakeSmtp, Taken
from tests.world import World

ADA = "ada@example.org"
FORM = {
    "address": ADA,
    "query": "streaming",
    "deliver": "weekly",
    "weekday": "fri",
    "hour": "07:30",
    "timezone": "europe/berlin",
    "act": "subscribe",
}


def email(server: FakeSmtp, *, subscribe: bool = True) -> str:
    asked = "subscribe = true\n" if subscribe else ""
    return f'[email]\nsmtp = "{server.url}"\nfrom = "Paper Round <papers@localhost>"\n{asked}'


@dataclass
class Mailing:
    web: Web
    server: FakeSmtp
    store: Store
    desk: WishDesk

    async def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.web.client.post(path, data=fields or {}, headers=named)

    async def settle(self) -> None:
        """Grant what was wished, and send what is to be sent."""
        await self.desk.once(asyncio.Event())

    async def asked(self, **fields: str) -> Taken:
        """The letter that an asking brings."""
        before = len(self.server.taken)
        assert (await self.post("/subscribe", {**FORM, **fields})).status_code == 200
        await self.settle()
        (letter,) = self.server.taken[before:]
        return letter

    async def confirmed(self, **fields: str) -> str:
        """Asked and confirmed; the path of the link."""
        path = link_in(await self.asked(**fields))
        assert (await self.while_granting(self.post(path))).status_code == 200
        return path

    async def while_granting(self, asking: Awaitable[httpx.Response]) -> httpx.Response:
        """An answer that waits a moment for the desk."""
        answer = asyncio.ensure_future(asking)
        while not answer.done():
            await self.desk.grant()
            await asyncio.sleep(0.01)
        return answer.result()

    def standing(self, address: str = ADA) -> list[Kept]:
        return self.store.call(by_mail.standing, address)

    def path(self, door: str, about: str = ADA) -> str:
        return f"/{door}/{tokens_of(self.web.here.config.key_file).token(door, about)}"


def link_in(letter: Taken) -> str:
    """The path that a letter leads to."""
    found = re.findall(r"https://papers\.example\.org(/confirm/\S+)", letter.part("plain"))
    assert len(found) == 1
    return str(found[0])


def text_of(page: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@asynccontextmanager
async def mailing(here: World, server: FakeSmtp) -> AsyncIterator[Mailing]:
    """The site of a configured world."""
    async with served(here) as web, open_channels(here.config) as channels:
        store, clock = Store(here.config.database), Clock()

        async def gate_of(scheme: str) -> Gate:
            return Gate(channels[scheme], clock)

        yield Mailing(web, server, store, WishDesk(here.config, store, clock, channels, gate_of))
        store.close()
