"""Links that open a bot with a query."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.query import parse_query
from feeds.render import Feed
from feeds.site import Search, Sheet, Site, Stretch, feed_page, search_page
from feeds.site.start import code_of, mark_of, query_of, start_link

LONG = " OR ".join(f'"flow matching number {n}"' for n in range(9))


@given(st.text(max_size=100))
@example("")
@example("ü" * 23 + "a")
def test_a_code_is_one_that_telegram_takes_and_says_the_query(query: str) -> None:
    for code in (code_of(query), mark_of(query)):
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", code)
    if code_of(query):
        assert query_of(code_of(query)) == query.encode("utf-8", "replace").decode()
    assert query_of(mark_of(query)) == ""


@given(st.text(max_size=80))
def test_a_code_of_any_shape_is_read(code: str) -> None:
    query_of(code)
    query_of("q" + code)


def test_pages_lead_to_the_bot_that_the_file_names_and_to_none_without() -> None:
    for query in ("diffusion", LONG):
        page = searched(query, "paper_round_bot")
        assert f'href="{start_link("paper_round_bot", query, named=False)}"' in page
        assert (f"Send it: /subscribe {query}".replace('"', "&#34;") in page) is (query == LONG)
        assert "t.me" not in searched(query, "")
    listed = Feed("flow", "Flow", LONG)
    site = Site("https://papers.example.org/", ("atom",), telegram_bot="paper_round_bot")
    page = feed_page(site, listed, Stretch([], Sheet(0, 0, 0, 0))).decode()
    assert f'href="https://t.me/paper_round_bot?start={mark_of(LONG)}"' in page


def searched(query: str, bot: str) -> str:
    one = Feed(f"search/{query}", query, query, path="search.{kind}?q=x")
    site = Site("https://papers.example.org/", ("atom",), served=True, telegram_bot=bot)
    return search_page(site, Search(query, parse_query(query), one)).decode()
