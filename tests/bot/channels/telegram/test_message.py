import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item
from bot.channels.telegram.message import (
    pack,
    pack_issue,
    pack_text,
    plain_text,
    shortened,
    unformatted,
    without_buttons,
    without_preview,
)
from feeds.match import Reason
from feeds.paper import Paper
from tests.bot.channels.samples import ABSTRACT, any_items, issue, item, paper, quoted
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


def test_a_notice_is_plain_text():
    assert accepted(pack_text("A <b> & *c* https://a.example")).text == "A <b> & *c* https://a.example"


def test_a_paper_becomes_a_linked_title_its_sentence_facts_reasons_and_an_excerpt():
    payload = pack(item("diffusion"))
    parsed = accepted(payload)
    assert parsed.text.split("\n") == [
        "Four Steps Are Enough",
        "We study diffusion models for video.",
        "",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion",
        "",
        ABSTRACT.removeprefix("We study diffusion models for video. "),
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


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.lists(any_items(), min_size=1, max_size=12), st.text(max_size=400), st.integers(0, 12))
def test_whatever_papers_hold_telegram_takes_the_digest(items, name, full):
    packed = pack_issue(issue(items, name, full=full))
    assert sum(one.count for one in packed) == len(items)
    for number, one in enumerate(packed, start=1):
        text = accepted(one.payload).text
        assert len(packed) == 1 or f"({number}/{len(packed)})" in text
    assert sum(len(quoted(one.payload["text"])) for one in packed) == max(len(items) - full, 0)


def test_a_digest_is_split_between_papers_and_numbered():
    items = [item("diffusion", title=f"Paper number {n}") for n in range(60)]
    packed = pack_issue(issue(items, "Monday", full=60))
    assert sum(one.count for one in packed) == 60
    texts = [accepted(one.payload).text for one in packed]
    assert [text.split("\n")[0] for text in texts] == [
        f"60 papers of 5 Jan 2026 for Monday ({n}/{len(texts)})" for n in range(1, len(texts) + 1)
    ]
    assert [line for text in texts for line in text.split("\n") if line.startswith("Paper number")] == [
        one.paper.title for one in items
    ]
    assert len(packed) == 2


def test_a_digest_has_the_first_in_full_and_of_the_others_linked_titles_in_a_folded_quote():
    items = [item("diffusion", title=f"Paper <{n}>") for n in range(4)]
    (packed,) = pack_issue(issue(items, full=2, pages={items[0].paper.announced: "https://papers.example.org/day"}))
    assert accepted(packed.payload).text.split("\n\n")[:3] == [
        "4 papers of 5 Jan 2026 for diffusion",
        "Paper <0>\nAda Lovelace et al. · ▲ 38 · diffusion\nWe study diffusion models for video.",
        "Paper <1>\nAda Lovelace et al. · ▲ 38 · diffusion\nWe study diffusion models for video.",
    ]
    assert quoted(packed.payload["text"]) == [(f"Paper <{n}>", "https://arxiv.org/abs/2601.00001") for n in (2, 3)]
    assert accepted(packed.payload).links[0] == "https://papers.example.org/day"


def test_a_digest_rings_once_and_a_silent_one_never():
    items = [item("diffusion", title=f"Paper number {n}") for n in range(60)]
    assert [one.payload["silent"] for one in pack_issue(issue(items, full=60))] == [False, True]
    assert [one.payload["silent"] for one in pack_issue(issue(items, full=60, silent=True))] == [True, True]
    assert [pack(items[0], silent=silent)["silent"] for silent in (False, True)] == [False, True]


def test_no_paper_makes_no_message():
    assert pack_issue(issue([])) == []


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


def test_cite_copies_the_entry_where_a_button_can_hold_it_and_asks_the_bot_where_it_cannot():
    brief = Paper("2503.02130", "A short title", "Text.", ("Ann Lee",))
    (_, _, _, short) = pack(Item(brief, ()), asked=True)["buttons"][-1]
    assert short["text"] == "Cite"
    assert short["copy_text"]["text"].startswith("@misc{lee2025short,\n  title = {{A} short title},")
    assert len(short["copy_text"]["text"]) <= 256
    (_, _, _, long) = pack(Item(Paper("2503.02130", "A long title " * 30, "Text."), ()), asked=True)["buttons"][-1]
    assert long == {"text": "Cite", "callback_data": "cite"}
