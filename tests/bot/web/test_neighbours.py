"""A paper's page, served, names the papers nearest to it with the words that they share."""

from datetime import date

from tests.bot.web.site import Web
from tests.fakes.source import item


async def test_the_nearest_are_named_with_the_words_shared_and_a_new_one_among_them(web: Web) -> None:
    before = (await web.get("/papers/2503.02130")).text
    assert "A gate that forgets" not in before
    web.put(item("2510.00077", "A gate that forgets", "Softmax attention with a forget gate again.", date(2025, 9, 12)))
    page = (await web.get("/papers/2503.02130")).text
    near = page.partition('aria-labelledby="near"')[2].partition("</section>")[0]
    assert '<a href="../papers/2510.00077.html" dir="auto">A gate that forgets' in near
    assert "Softmax attention" in near.partition("shares: ")[2]
    assert "papers/2503.02130.html" not in near


async def test_a_search_for_what_is_near_finds_what_a_feed_would_hold(web: Web) -> None:
    web.put(item("2510.00077", "A gate that forgets", "Softmax attention with a forget gate again.", date(2025, 9, 12)))
    found = (await web.get("/search.json?q=similar:2503.02130")).json()["items"]
    assert [one["title"] for one in found] == ["A gate that forgets"]
    page = (await web.get("/search?q=-streaming+similar:2503.02130")).text
    assert "A gate that forgets" in page
    assert (await web.get("/search.json?q=similar:2401.99999")).json()["items"] == []
    assert (await web.get("/search?q=similar:")).status_code == 400
