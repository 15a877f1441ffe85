"""Subscribing by mail as a person does it: form, letter, button, list, end; with script and without."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.process.installation import tokens_of
from bot.store.engine import Store
from bot.store.subscriptions import by_mail
from bot.store.subscriptions.rows import Kept
from tests.browser.conftest import _listens
from tests.browser.papers import PAPERS
from tests.fakes.smtp import FakeSmtp
from tests.world import INBOX, World, feed, until, world


@dataclass
class Running:
    site: str
    here: World
    server: FakeSmtp

    def standing(self, address: str) -> list[Kept]:
        store = Store(self.here.config.database, only_looks=True)
        try:
            return store.call(by_mail.standing, address)
        finally:
            store.close()

    def letter(self, address: str) -> str:
        """The link in it."""
        until(lambda: self.server.to(address))
        return str(re.findall(r"http://127\S+/confirm/\S+", self.server.to(address)[0].part("plain"))[0])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Running]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with FakeSmtp() as server, world(tmp_path_factory.mktemp("mail")) as here:
        mail = f'[email]\nsmtp = "{server.url}"\nfrom = "papers@localhost"\nsubscribe = true\n'
        here.configure(INBOX, feed("all", "*"), f'[web]\nlisten = "127.0.0.1:{port}"\n', mail, site=address)
        here.drop("papers.json", json.dumps(PAPERS).encode())
        here.start("run")
        until(partial(_listens, port))
        until((here.folder / "public" / "feeds" / "all.json").exists)
        yield Running(address, here, server)


@contextmanager
def window(browser: Browser, *, script: bool = True, width: int = 360) -> Iterator[Page]:
    """A page on which nothing may be refused or break."""
    context = browser.new_context(
        viewport={"width": width, "height": 740}, java_script_enabled=script, timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    context.close()
    assert [one for one in told if "status of 40" not in one] == []  # the browser's word for an error page


def fits(page: Page, *, script: bool = True) -> bool:
    """Nothing sticks out, and axe finds nothing."""
    if script:
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_form_to_the_end(running: Running, browser: Browser, script: bool) -> None:
    address = f"ada{int(script)}@example.org"
    with window(browser, script=script) as page:
        page.goto(f"{running.site}subscribe")
        page.get_by_label("What you look for").fill("streaming OR agent")
        if not script:
            page.get_by_role("button", name="Show what it would bring").click()
        brought = page.locator("#preview")
        brought.get_by_text("it would have brought").wait_for()
        page.get_by_label("Your address").fill(address)
        page.get_by_label("How often").select_option("weekly")
        page.get_by_label("on (weekly)").select_option("fri")
        page.get_by_label("at", exact=True).fill("07:30")
        assert page.get_by_label("Time zone").input_value() == ("Asia/Tokyo" if script else "UTC")
        assert fits(page, script=script)
        page.get_by_role("button", name="Subscribe", exact=True).click()
        page.get_by_role("heading", name="Look into your mailbox").wait_for()

        page.goto(running.letter(address))
        assert running.standing(address) == []
        assert fits(page, script=script)
        page.get_by_role("button", name="Yes, send them").click()
        page.get_by_text("Confirmed.").wait_for()
        (row,) = running.standing(address)
        assert (row.query, row.deliver) == ("streaming OR agent", "weekly fri 07:30")

        page.get_by_role("link", name="Change or end what comes").click()
        page.get_by_label("How often").select_option("daily")
        assert fits(page, script=script)
        page.get_by_role("button", name="Change", exact=True).click()
        page.get_by_text("Changed.").wait_for()
        page.get_by_role("button", name="Pause").click()
        page.get_by_text("Paused.").wait_for()
        (row,) = running.standing(address)
        assert (row.deliver, bool(row.paused)) == ("daily 07:30", True)

        token = tokens_of(running.here.config.key_file).token("unsubscribe", address)
        page.goto(f"{running.site}unsubscribe/{token}")
        assert running.standing(address) != []
        page.get_by_role("button", name="Unsubscribe").click()
        page.get_by_role("heading", name="Unsubscribed").wait_for()
        assert running.standing(address) == []


def test_a_preview_follows_what_is_typed_and_shows_where_the_fault_is(running: Running, browser: Browser) -> None:
    with window(browser, width=700) as page:
        page.goto(f"{running.site}subscribe")
        field, brought = page.get_by_label("What you look for"), page.locator("#preview")
        field.fill("(streaming")
        brought.get_by_text("is not closed").wait_for()
        field.fill("streaming")
        brought.get_by_text("it would have brought").wait_for()
        assert page.url == f"{running.site}subscribe"


def test_another_site_cannot_ask_in_a_visitors_name(running: Running, browser: Browser) -> None:
    with window(browser) as page:
        page.route("http://evil.example/**", lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method=post action="{running.site}subscribe"><input name=address value=eve@example.org>'
            "<input name=query value=x><input name=deliver value=daily><input name=hour value=09:00>"
            "<button>go</button></form>",
        ))  # fmt: skip
        page.goto("http://evil.example/")
        with page.expect_response(f"{running.site}subscribe") as answer:
            page.get_by_role("button", name="go").click()
        assert answer.value.status == 403
