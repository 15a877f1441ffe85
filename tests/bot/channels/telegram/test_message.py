import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item
from bot.channels.telegram.message import (
    pack,
    pack_batch,
    plain_text,
    shortened,
    unformatted,
    without_buttons,
    without_preview,
)
from feeds.match import Reason
from tests.bot.channels.samples import any_items, item, paper
from tests.fakes.telegram_html import cleaned, parse


def accepted(payload):
    """The message as Telegram shows it, having passed every limit."""
    parsed = parse(payload["text"])
    text = cleaned(parsed.text)
    assert 1 <= len(text) <= 4096
    assert len(text.encode("utf-16-le")) // 2 <= 4096
    assert len(payload["text"].encode()) <= 32_768
    assert parsed.entities <= 100
    return parsed


def test_a_paper_becomes_a_linked_title_facts_reasons_and_an_excerpt():
    payload = pack(item("diffusion"))
    parsed = accepted(payload)
    assert parsed.text.split("\n")[:5] == [
        "Four Steps Are Enough",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion: diffusion",
        "",
    ]
    assert parsed.links == ["https://arxiv.org/abs/2601.00001"]
    assert parsed.bold == ["Four Steps Are Enough", "diffusion"]
    assert payload["preview"] == "https://cdn-thumbnails.huggingface.co/2601.00001.png"
    assert [button["text"] for button in payload["buttons"][0]] == ["Abstract", "PDF", "Daily Papers"]


def test_text_is_never_markup():
    title = "<b>&lt;i> \"quoted\" 'x' &amp; </a>"
    parsed = accepted(pack(item(title=title)))
    assert parsed.text.startswith(title + "\n")
    assert parsed.bold == [title]


def test_links_of_a_hostile_paper_stay_out():
    links = {"code": "javascript:alert(1)", "project": "http://127.0.0.1:22/", "thumbnail": "file:///etc/passwd"}
    payload = pack(item(links=links))
    assert (payload["buttons"], payload["preview"], accepted(payload).links) == ([], "", [])


def test_a_paper_with_3303_authors_is_a_short_message():
    payload = pack(item(authors=tuple(f"Some Author Number {n}" for n in range(3303))))
    assert "and 3,300 more" in payload["text"]
    assert len(accepted(payload).text) < 600


def test_the_longest_parts_together_fit():
    wide = "\U0001f600" * 5000
    hits = tuple(Hit(wide, item("diffusion").hits[0].reasons) for _ in range(50))
    accepted(pack(Item(paper(title=wide, abstract=wide, authors=(wide,) * 9, org=wide), hits)))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_items())
def test_whatever_a_paper_holds_telegram_takes_it(one):
    accepted(pack(one))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.lists(any_items(), min_size=1, max_size=12), st.text(max_size=400))
def test_whatever_papers_hold_telegram_takes_the_batch(items, heading):
    packed = pack_batch(heading, items)
    assert sum(one.count for one in packed) == len(items)
    for number, one in enumerate(packed, start=1):
        text = accepted(one.payload).text
        assert len(packed) == 1 or f"({number}/{len(packed)})" in text


def test_a_batch_is_split_between_papers_and_numbered():
    items = [item("diffusion", title=f"Paper number {n}") for n in range(40)]
    packed = pack_batch("Monday", items)
    assert sum(one.count for one in packed) == 40
    texts = [accepted(one.payload).text for one in packed]
    assert [text.split("\n")[0] for text in texts] == [f"Monday ({n}/{len(texts)})" for n in range(1, len(texts) + 1)]
    assert [line for text in texts for line in text.split("\n") if line.startswith("Paper number")] == [
        one.paper.title for one in items
    ]
    assert len(packed) == 3


def test_a_batch_of_one_has_a_plain_heading_and_no_paper_makes_no_message():
    assert accepted(pack_batch("Monday", [item()])[0].payload).text.startswith("Monday\n\nFour Steps")
    assert pack_batch("Monday", []) == []


def test_two_hundred_matches_stay_within_the_entities_that_telegram_shows():
    text = "ab " * 190
    reasons = tuple(Reason("ab", "abstract", n * 3, n * 3 + 2) for n in range(190))
    assert accepted(pack(Item(paper(abstract=text), (Hit("a", reasons),)))).bold.count("ab") > 10


def test_packing_twice_gives_the_same_bytes():
    assert pack(item("diffusion")) == pack(item("diffusion"))


@pytest.mark.parametrize("fix", [unformatted, shortened, without_buttons, without_preview])
def test_a_fixed_message_is_another_and_fixing_it_again_changes_nothing(fix):
    payload = pack(item(title="<b> & more", abstract="x y. " * 2000))
    once = fix(payload)
    assert once != payload
    assert fix(once) == once


def test_plain_text_is_what_readers_see():
    payload = pack(item("diffusion", title="1 < 2 && <b> &amp;"))
    assert plain_text(payload["text"]) == parse(payload["text"]).text
    assert unformatted(payload)["text"].startswith("1 < 2 && <b> &amp;\n")
