"""Killed right after each answer: what was asked, confirmed and ended takes effect once, in order, all the same."""

import asyncio
import re
import socket
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from bot.process.installation import tokens_of
from bot.rules.wishes import mailbox
from bot.store.engine import Store
from bot.store.subscriptions import by_mail
from tests.desk import outside
from tests.fakes.smtp import FakeSmtp
from tests.world import INBOX, World, until

FORM = {"query": "diffusion", "deliver": "daily", "hour": "09:00", "timezone": "UTC", "act": "subscribe"}
READERS = [f"reader{number}@example.org" for number in range(4)]


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as running:
        yield running


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Killed:
    """`run`, killed after every answer to a post and started again."""

    def __init__(self, here: World, port: int) -> None:
        self.here, self.site = here, f"http://127.0.0.1:{port}"
        self.running = self._started()

    def _started(self) -> subprocess.Popen[str]:
        made = self.here.start("run")
        until(self._answers)
        return made

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.site}/unsubscribe/x", timeout=5).status_code == 404
        except httpx.TransportError:
            return False

    def again(self) -> None:
        self.running.kill()
        self.running.wait()
        self.running = self._started()

    def post(self, paths: list[str], forms: list[dict[str, str]]) -> None:
        async def all_at_once() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=self.site, timeout=20) as client:
                return await asyncio.gather(
                    *(client.post(path, data=form) for path, form in zip(paths, forms, strict=True))
                )

        assert {one.status_code for one in asyncio.run(all_at_once())} == {200}
        self.again()


def test_asked_confirmed_and_ended_once_each_over_kills(here: World, server: FakeSmtp) -> None:
    port = free_port()
    mail = f'[email]\nsmtp = "{server.url}"\nfrom = "papers@localhost"\nsubscribe = true\n'
    here.configure(INBOX, mail, f'[web]\nlisten = "127.0.0.1:{port}"\n', site=f"http://127.0.0.1:{port}/")
    killed = Killed(here, port)

    killed.post(["/subscribe"] * len(READERS), [{**FORM, "address": one} for one in READERS])
    until(lambda: all(server.to(one) for one in READERS))
    for one in READERS:
        letters = server.to(one)
        assert len({letter.message["Message-ID"] for letter in letters}) == 1
        assert len(letters) <= 2
    links = [re.findall(r"/confirm/\S+", server.to(one)[0].part("plain"))[0] for one in READERS]

    killed.post(links, [{}] * len(links))
    tokens, store = tokens_of(here.config.key_file), Store(here.config.database, only_looks=True)
    until(lambda: all(store.call(by_mail.standing, one) for one in READERS))
    assert outside(store, "select count(*) from subscription") == [(len(READERS),)]

    ends = [f"/unsubscribe/{tokens.token('unsubscribe', one)}" for one in READERS]
    killed.post(ends, [{"List-Unsubscribe": "One-Click"}] * len(ends))
    until(lambda: len(store.call(by_mail.unsubscribed, map(mailbox, READERS))) == len(READERS))
    assert not any(store.call(by_mail.standing, one) for one in READERS)
    assert outside(store, "select count(*) from subscription where ended is not null") == [(len(READERS),)]
    assert outside(store, "select count(*) from inbox") == [(0,)]
    store.close()
    killed.running.terminate()
    _, log = killed.running.communicate(timeout=60)
    assert killed.running.returncode == 0, log
