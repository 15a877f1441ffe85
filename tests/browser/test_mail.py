"""A mail in Debian's Chromium: wide and narrow, light and dark, with nothing fetched from anywhere."""

from base64 import b64encode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from bot.channels.channel import Issue
from bot.channels.email.message import Mail
from tests.bot.channels.email.sending import ADA, TOKENS, opened
from tests.bot.channels.email.test_week import weekly
from tests.bot.channels.samples import issue, item

LONG = "Supercalifragilisticexpialidocious" * 6
TITLES = ("Four Steps Are Enough", f"On {LONG}", "影像生成的四个步骤足够了", "<b>&amp; a title with markup</b>")


@pytest.fixture(scope="module")
def html() -> str:
    items = [item("diffusion", id=f"2601.{number:05}", title=title) for number, title in enumerate(TITLES * 4)]
    return shown(issue(items, full=8))


def shown(one: Issue) -> str:
    """The HTML as a mail program shows it, with the pictures that came with it."""
    (packed,) = opened("smtp://localhost").pack_issue(one)
    mail = Mail.of(packed.payload)
    html = mail.to(TOKENS.token("manage", ADA), TOKENS.token("unsubscribe", ADA))[1]
    for name, png in mail.pictures:
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(png).decode()}")
    return html


@pytest.mark.parametrize("width", [360, 700])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_fits_is_readable_and_fetches_nothing(browser: Browser, html: str, width: int, scheme: str) -> None:
    assert looked_at(browser, html, width, scheme) == 0


@pytest.mark.parametrize("width", [360, 700])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_weekly_mail_has_its_pictures_with_it(browser: Browser, width: int, scheme: str) -> None:
    assert looked_at(browser, shown(weekly()), width, scheme) == 2


def looked_at(browser: Browser, html: str, width: int, scheme: str) -> int:
    """How many pictures it shows, once all else is as it should be."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(251, 249, 244)", "dark": "rgb(23, 22, 20)"}[scheme]
    found = Axe().run(page, options={"rules": {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}})
    assert [one["id"] for one in found.response["violations"]] == []
    assert [url for url in asked if not url.startswith("data:image/png")] == []
    pictures: int = page.evaluate("[...document.images].filter(one => one.naturalWidth).length")
    assert pictures == page.locator("img").count()
    page.close()
    return pictures
