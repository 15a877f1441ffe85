"""What several subscriptions that call for one message wish together."""

from datetime import date
from math import inf

from bot.rules.manners import TOGETHER, TOP, Manner, Site, pages, silent, together, top

DAY = date(2026, 11, 27)
SERVED, FILES = (Site("https://papers.example.org/", serves=one) for one in (True, False))
GONE = Manner(query="gone", top=99, silent=0, together=99, stands=0)


def test_the_largest_wish_counts_and_what_is_gone_does_not() -> None:
    assert top([Manner(top=3), Manner(top=5), GONE]) == 5
    assert top([Manner(top=3), Manner(top=0)]) == 0
    assert top([GONE]) == TOP
    assert together([Manner(together=3), Manner(together=5), GONE, Manner(deliver="batch", together=50)]) == 5
    assert together([Manner(together=3), Manner(together=0)]) == inf
    assert together([GONE]) == together([Manner(deliver="daily 09:00")]) == inf
    assert together([Manner()]) == TOGETHER


def test_a_message_is_silent_if_all_want_it_so() -> None:
    assert silent([Manner(silent=1), Manner(silent=1), GONE])
    assert not silent([Manner(silent=1), Manner()])
    assert not silent([GONE])


def test_the_page_of_a_message_is_that_of_its_queries_or_of_the_whole_day() -> None:
    some = [Manner(query="flow"), Manner(query='"kv cache"'), Manner(query="flow"), GONE]
    assert pages(SERVED, some[:1], [DAY]) == {DAY: "https://papers.example.org/search?q=flow&day=2026-11-27"}
    both = "https://papers.example.org/search?q=%28flow%29%20OR%20%28%22kv%20cache%22%29&day=2026-11-27"
    assert pages(SERVED, some, [DAY]) == {DAY: both}
    everything = pages(SERVED, [*some, Manner(query="*")], [DAY])
    assert everything == {DAY: "https://papers.example.org/search?q=%2A&day=2026-11-27"}
    assert pages(SERVED, [Manner(query="w" * 2_000)], [DAY]) == {DAY: "https://papers.example.org/day/2026-11-27"}
    assert pages(FILES, some, [DAY]) == {DAY: "https://papers.example.org/day/2026-11-27.html"}
    assert pages(None, some, [DAY]) == pages(SERVED, [GONE], [DAY]) == {}


def test_a_manner_is_called_by_its_name_or_its_query_and_its_words_are_read() -> None:
    assert [Manner(name="llm", query="flow").title, Manner(query="flow").title] == ["llm", "flow"]
    one = Manner(deliver="weekly mon 09:00", timezone="Europe/Berlin")
    assert (str(one.rule), one.zone.key) == ("weekly mon 09:00", "Europe/Berlin")
