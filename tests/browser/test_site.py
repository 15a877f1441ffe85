"""The site as people meet it, at phone and desk width, by day and by night, with script and without."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.papers import HOSTILE
from tests.world import World

Site = tuple[str, World]
PATHS = {
    "home": "/",
    "day": "/day/2025-09-12.html",
    "week": "/week/2025-W29.html",
    "feed": "/feeds/streaming.html",
    "older": "/feeds/all/2.html",
    "feeds": "/feeds.html",
    "paper": "/papers/2509.00003",
    "search": "/search?q=streaming+-dragon",
    "nothing": "/search?q=%22streaming+zebra%22",
    "language": "/search",
    "fault": "/search?q=robot+AND+(agent",
    "error": "/there/is/nothing",
    "address": "/feeds/streaming.rss",
}
LISTS = ["home", "day", "week", "feed", "older", "search"]
WIDTHS = (360, 1280)
LOOKS = [(360, "dark"), (1280, "light"), (360, "light"), (1280, "dark")]


@contextmanager
def opened(browser: Browser, width: int = 1280, scheme: str = "light", *, script: bool = True) -> Iterator[Page]:
    """A fresh page that must neither complain nor load anything from elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    yield page
    context.close()
    assert [one for one in complaints if "status of 40" not in one] == []  # the browser's word for an error page
    assert len(hosts) <= 1


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds: its rule, how grave, where first. What passes would be told element by element, for seconds."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_fit_and_have_no_serious_fault(browser: Browser, site: Site, width: int, scheme: str) -> None:
    with opened(browser, width, scheme) as page:
        for name in [*PATHS] if (width, scheme) in LOOKS[:2] else ["home", "search", "paper"]:
            page.goto(site[0] + PATHS[name])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if name == "week":  # the same parts as a day's, a hundred times
                continue
            assert [(name, *fault) for fault in faults(page)] == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_paper_stands_on_the_first_screen(browser: Browser, site: Site, width: int, script: bool) -> None:
    with opened(browser, width, script=script) as page:
        for name in LISTS:
            page.goto(site[0] + PATHS[name])
            first = page.locator("article").first.bounding_box()
            assert first is not None
            assert 0 < first["y"] < 420, name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("script", [True, False])
def test_a_page_of_a_hundred_papers_is_not_endless(browser: Browser, site: Site, script: bool) -> None:
    with opened(browser, 360, script=script) as page:
        for path in ("/week/2025-W29.html", "/search?q=language&sort=votes"):
            page.goto(site[0] + path)
            assert page.locator("article").count() == 100
            assert page.evaluate("document.documentElement.scrollHeight") < 20_000


@pytest.mark.parametrize("script", [True, False])
def test_an_abstract_unfolds_under_its_sentence(browser: Browser, site: Site, script: bool) -> None:
    with opened(browser, 360, script=script) as page:
        page.goto(f"{site[0]}/week/2025-W29.html")
        first = page.locator("article").first
        expect(first.locator(".abstract")).to_be_hidden()
        expect(first.get_by_title("Summary by AI")).to_be_visible()
        first.locator("summary").click()
        expect(first.locator(".abstract")).to_be_visible()


def test_the_colours_follow_the_system(browser: Browser, site: Site) -> None:
    found = []
    for scheme in ("light", "dark"):
        with opened(browser, scheme=scheme) as page:
            page.goto(site[0])
            found.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(map(int, one.removeprefix("rgb(").removesuffix(")").split(","))) for one in found)
    assert light > 600
    assert dark < 150


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_reader_searches_sees_matches_and_plot_and_opens_a_paper(
    browser: Browser, site: Site, width: int, script: bool
) -> None:
    with opened(browser, width, script=script) as page:
        page.goto(site[0])
        page.get_by_label("Search the archive").fill("streaming -dragon")
        page.get_by_label("Search the archive").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("31 papers")
        expect(page.get_by_role("img", name="Papers a week")).to_be_visible()
        assert page.locator(".plot svg rect:not(.ground)").count() == 9
        expect(page.locator("mark").first).to_have_text("Streaming")
        page.get_by_text("As a table").click()
        expect(page.get_by_role("table")).to_be_visible()
        page.get_by_role("link", name="Streaming video agents", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Streaming video agents")
        expect(page.get_by_text("12 votes")).to_be_visible()
        page.get_by_role("link", name="streaming", exact=True).click()
        expect(page.get_by_role("heading", level=2, name="Subscribe")).to_be_visible()


@pytest.mark.parametrize("path", ["/search?q=dragon", "/feeds/streaming.html", "/feeds/streaming.atom"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_address_of_a_feed_is_copied(browser: Browser, site: Site, width: int, path: str) -> None:
    with opened(browser, width) as page:
        page.goto(site[0] + path)
        page.get_by_role("button", name="Copy the ").click()
        wanted = page.get_by_label("Address of the ").input_value()
        expect(page.get_by_role("status")).to_have_text(f"Copied: {wanted}")
        assert page.evaluate("navigator.clipboard.readText()") == wanted
        form = "atom" if path.endswith(".atom") else "rss"
        assert page.request.get(wanted).headers["content-type"].startswith(f"application/{form}+xml")


def test_a_papers_entry_is_copied_whole(browser: Browser, site: Site) -> None:
    with opened(browser, 360) as page:
        page.goto(site[0] + PATHS["paper"])
        page.get_by_role("button", name="Copy the entry").click()
        wanted = page.get_by_label("Its entry for BibTeX").input_value()
        expect(page.get_by_role("status")).to_have_text(f"Copied: {wanted.splitlines()[0]}")
        assert page.evaluate("navigator.clipboard.readText()") == wanted


def test_without_script_the_address_stands_there_and_no_button_does_nothing(browser: Browser, site: Site) -> None:
    with opened(browser, script=False) as page:
        page.goto(f"{site[0]}/feeds/streaming.html")
        assert page.get_by_role("button", name="Copy").count() == 0
        assert page.get_by_label("Address of the RSS feed").input_value() == f"{site[0]}/feeds/streaming.rss"


def test_a_fault_is_shown_under_the_query_and_can_be_mended(browser: Browser, site: Site) -> None:
    with opened(browser) as page:
        page.goto(f"{site[0]}/search?q=robot+AND+(agent")
        expect(page.get_by_role("alert")).to_contain_text("^")
        field = page.get_by_label("Search the archive")
        assert field.input_value() == "robot AND (agent"
        field.fill("agent")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("papers")


def test_the_keyboard_reaches_the_content_first_and_every_control(browser: Browser, site: Site) -> None:
    with opened(browser) as page:
        page.goto(site[0])
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        page.goto(site[0])
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        assert reached[1:7] == ["Paper Round", "Today", "Feeds", "q", "Search", "Previous day: 11 September"]


@pytest.mark.threat(6)
def test_hostile_titles_are_read_and_never_run(browser: Browser, site: Site) -> None:
    with opened(browser) as page:
        for path in ("/feeds/streaming.html", "/search?q=*", *(f"/papers/2509.001{n:02}" for n in range(len(HOSTILE)))):
            page.goto(site[0] + path)
            assert page.title() != "owned"
        for text in HOSTILE:
            page.goto(f"{site[0]}/search")
            page.get_by_label("Search the archive").fill(text)
            page.get_by_role("button", name="Search").click()
            assert page.get_by_label("Search the archive").input_value() == text
            assert page.title() != "owned"


def test_a_picture_is_asked_of_its_host_only_when_it_is_opened(browser: Browser, site: Site) -> None:
    asked: list[str] = []
    context = browser.new_context()
    context.route(
        "https://cdn-thumbnails.huggingface.co/**", lambda route: (asked.append(route.request.url), route.abort())
    )
    page = context.new_page()
    page.goto(f"{site[0]}/papers/2509.00001")
    page.wait_for_load_state("networkidle")
    assert asked == []
    with page.expect_request("https://cdn-thumbnails.huggingface.co/**") as request:
        page.get_by_role("link", name="Picture").click()
    assert "referer" not in request.value.headers
    expect(page.locator("img.thumbnail")).to_have_count(1)
    page.get_by_role("link", name="Picture").click()
    expect(page.locator("img.thumbnail")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_same_site_stands_as_files_on_any_host(browser: Browser, files: str, width: int) -> None:
    with opened(browser, width) as page:
        page.goto(files)
        assert page.get_by_role("searchbox").count() == 0
        page.get_by_role("link", name="streaming", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("streaming")
        expect(page.locator(".masthead")).to_have_css("display", "flex")
        page.get_by_role("link", name="A crowd", exact=True).click()
        page.get_by_text("and 1,283 others").click()
        expect(page.get_by_text("Author Number1302").first).to_be_visible()
        page.get_by_role("link", name="Paper Round").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Friday, 12 September 2025")
        for name in ("feed", "paper", "week", "feeds"):
            page.goto(files + PATHS[name].removesuffix(".html") + ".html")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if name != "paper" and (name != "week" or width > 1000):  # looked at as it is served, or costly
                assert faults(page) == []
