import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item
from bot.channels.excerpt import OPENING, said_of
from bot.channels.head import head_of
from bot.channels.splitting import split
from bot.channels.wording import (
    authors,
    became,
    facts,
    fit,
    headline,
    in_full,
    links,
    safe,
    sound_url,
    thumbnail,
    units,
    why,
)
from feeds.match import Reason
from tests.bot.channels.samples import ABSTRACT, issue, item, paper, reason

FILLER = "This sentence is about something else altogether. "


def shown(line):
    return "".join(piece.text for piece in line)


def bold(line):
    return [piece.text for piece in line if piece.bold]


def test_three_authors_are_named_and_the_others_counted():
    assert authors([f"Author {n}" for n in range(3303)]) == "Author 0, Author 1, Author 2 and 3,300 more"
    assert authors(["One", "Two", "Three"]) == "One, Two, Three"
    assert authors([]) == ""


def test_facts_hold_what_is_known_and_nothing_else():
    assert facts(paper(comments=4, stars=1200)) == "▲ 38 · 💬 4 · ★ 1,200 · 5 Jan 2026 · A Lab"
    assert facts(paper(votes=0, org="")) == "▲ 0 · 5 Jan 2026"
    assert facts(paper(votes=None, announced=None, org="")) == ""


def test_what_became_of_a_paper_is_that_it_was_withdrawn_or_where_it_appeared():
    assert became(paper(publication="A\nJournal")) == "Published in A Journal"
    assert became(paper(publication="A Journal", withdrawn=True)) == "This paper was withdrawn."
    assert became(paper()) == ""


def test_facts_name_the_first_categories_of_an_arxiv_paper_and_of_no_other():
    some = ("cs.CL", "cond-mat.mes-hall", "53A30 (Primary)", "hep-th", "cs.LG", "stat.ML")
    assert facts(paper(votes=None, org="", categories=some)) == "5 Jan 2026 · cs.CL cond-mat.mes-hall hep-th cs.LG"
    elsewhere = paper(votes=None, org="", categories=("neuroscience",), links={"abstract": "https://www.biorxiv.org/1"})
    assert facts(elsewhere) == "5 Jan 2026"


def test_why_names_each_alert_and_the_readers_own_words_once():
    hits = (
        Hit("video", (Reason("diffusion", "title", 0, 1), Reason('"flow matching"', "abstract", 0, 1))),
        Hit("all"),
        Hit("speed", (Reason("diffusion", "title", 0, 1), Reason("diffusion", "abstract", 5, 6))),
    )
    assert why(hits) == 'video: diffusion · "flow matching"; all; speed'
    assert why((Hit("Diffusion", (Reason("diffusion", "title", 0, 1),)),)) == "Diffusion"


def test_the_title_links_to_the_abstract_else_to_daily_papers_else_to_what_there_is():
    assert headline(paper()).url == "https://arxiv.org/abs/2601.00001"
    assert headline(paper(links={"page": "https://huggingface.co/papers/1", "pdf": "https://a.org/1"})).url.endswith(
        "papers/1"
    )
    assert headline(paper(links={"code": "https://github.com/a/b"})).url == "https://github.com/a/b"
    assert headline(paper(links={})).url == ""


def test_a_paper_without_a_title_shows_its_id():
    assert headline(paper(title="  ")).text == "2601.00001"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://localhost/x",
        "http://127.0.0.1:22/",
        "http://[::1]/",
        "http://[",
        "https://user:pass@host.example/",
        "https://a.org/a b",
        "https://a.org/" + "x" * 2000,
        "",
        "ftp://a.org/",
    ],
)
def test_a_link_that_platforms_or_people_should_not_follow_is_left_out(url):
    assert sound_url(url) == ""
    assert links(paper(links={"code": url})) == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://cdn-thumbnails.huggingface.co/2601.00001.png", True),
        ("https://tracker.example/2601.00001.png", False),
        ("https://cdn-thumbnails.huggingface.co.tracker.example/1.png", False),
    ],
)
def test_a_platform_fetches_pictures_of_known_hosts_alone(url, shown):
    assert bool(thumbnail(paper(links={"thumbnail": url}))) is shown


@pytest.mark.parametrize(
    "url", ["https://arxiv.org/abs/2601.00001", "http://a.co.uk:8080/?q=<b>&x=\"'", "https://xn--a.org"]
)
def test_an_ordinary_link_stays_as_it_is(url):
    assert sound_url(url) == url


@given(st.text(), st.integers(1, 80))
def test_a_fitted_text_has_at_most_so_many_utf16_units(text, limit):
    assert units(fit(text, limit)) <= limit


@given(st.text(st.characters()))
def test_safe_text_is_as_long_as_before_and_can_be_sent(text):
    assert len(safe(text).encode().decode()) == len(text)


def test_a_brief_entry_is_title_facts_and_the_sentence():
    (lines,) = in_full(issue([item("diffusion")]))
    assert [shown(line) for line in lines] == [
        "Four Steps Are Enough",
        "Ada Lovelace et al. · ▲ 38 · diffusion",
        "We study diffusion models for video.",
    ]
    (lines,) = in_full(issue([item("diffusion", sentence="It needs four.")], "diffusion", "video"))
    assert [shown(line) for line in lines[1:]] == ["Ada Lovelace et al. · ▲ 38 · diffusion", "It needs four. (by AI)"]


def test_a_brief_entry_of_a_bare_paper_is_its_title():
    (lines,) = in_full(issue([Item(paper(abstract="", authors=(), votes=None), (Hit("all"),))]))
    assert len(lines) == 1


def excerpts(text, hits, **more):
    """The abstract of a message whose sentence is an AI's."""
    return said_of(paper(abstract=text, **({"sentence": "It is an AI's."} | more)), hits).abstract


def test_matched_words_of_the_abstract_are_bold_where_they_stand():
    (line,) = excerpts(ABSTRACT, item("diffusion", "flow matching").hits)
    assert shown(line) == ABSTRACT
    assert bold(line) == ["diffusion", "flow matching"]


def test_a_match_beyond_the_opening_brings_the_sentence_around_it():
    text = FILLER * 20 + "Here flow matching wins. " + FILLER * 3
    opening, passage = excerpts(text, (Hit("a", (reason("flow matching", text),)),))
    assert len(shown(opening)) <= OPENING
    assert text.startswith(shown(opening))
    assert shown(passage).startswith("… Here flow matching wins.")
    assert bold(passage) == ["flow matching"]


def test_a_passage_never_repeats_what_the_opening_showed():
    text = "word " * 130 + "flow matching " + "word " * 130
    opening, passage = excerpts(text, (Hit("a", (reason("flow matching", text),)),))
    assert shown(opening).endswith("word…")
    assert re.fullmatch(r"… (word )*flow matching (word ?)+…", shown(passage))
    before = shown(passage).split("flow")[0]
    assert len(shown(opening)) - 1 + len(before) - len("… ") <= text.index("flow")


def test_a_match_in_the_opening_brings_no_second_excerpt():
    text = "Here diffusion wins. " + FILLER * 20 + "More diffusion."
    assert len(excerpts(text, (Hit("a", (reason("diffusion", text),)),))) == 1


def test_a_cut_opening_marks_only_what_it_shows():
    text = "wordy " * 300
    hits = (Hit("a", tuple(Reason("wordy", "abstract", n * 6, n * 6 + 5) for n in range(300))),)
    (line,) = excerpts(text, hits)
    assert shown(line).endswith("…")
    assert set(bold(line)) == {"wordy"}


def test_the_ellipsis_of_a_cut_is_not_part_of_a_match():
    (line,) = excerpts("x" * 5000, (Hit("a", (Reason("x", "abstract", 0, 5000),)),))
    assert bold(line) == ["x" * (OPENING - 1)]


def test_overlapping_matches_are_one():
    hits = (Hit("a", (Reason("x", "abstract", 0, 8), Reason("y", "abstract", 3, 17), Reason("y", "title", 0, 2))),)
    (line,) = excerpts(ABSTRACT, hits)
    assert bold(line) == [ABSTRACT[:17]]


def test_the_abstracts_own_sentence_comes_first_and_is_not_said_again():
    said = said_of(paper(), item("diffusion").hits)
    assert shown(said.lead) == "We study diffusion models for video."
    assert bold(said.lead) == ["diffusion"]
    assert [shown(line) for line in said.abstract] == [ABSTRACT.removeprefix(shown(said.lead)).strip()]
    text = "Models are slow. They need many steps. We take four. It also helps elsewhere."
    said = said_of(paper(abstract=text), (Hit("a", (reason("four", text), reason("elsewhere", text))),))
    assert (shown(said.lead), bold(said.lead)) == ("We take four.", ["four"])
    assert [shown(line) for line in said.abstract] == [
        "Models are slow. They need many steps. … It also helps elsewhere."
    ]
    assert bold(said.abstract[0]) == ["elsewhere"]


def test_a_match_that_the_sentence_shows_brings_no_passage_and_one_beyond_brings_it_without_the_sentence():
    text = FILLER * 15 + "Here early words stand. We take four steps. Here late words stand. " + FILLER * 15
    assert len(said_of(paper(abstract=text), (Hit("a", (reason("four", text),)),)).abstract) == 1
    for word, end in (("early", "… Here early words stand."), ("late", "… Here late words stand.")):
        said = said_of(paper(abstract=text), (Hit("a", (reason(word, text),)),))
        assert shown(said.lead) == "We take four steps."
        assert shown(said.abstract[1]).startswith(end)
        assert not any("four" in shown(line) for line in said.abstract)


def test_a_sentence_that_says_a_whole_abstract_leaves_none_and_one_that_is_too_long_stays_in_its_place():
    assert said_of(paper(abstract="We take four steps."), ()).abstract == []
    long = "We take " + "very " * 100 + "many steps."
    said = said_of(paper(abstract=long), ())
    assert (said.lead, [shown(line) for line in said.abstract]) == ((), [long])


def test_an_ais_sentence_that_is_the_abstracts_is_said_once_and_marked():
    said = said_of(paper(sentence="Our sampler needs four steps."), ())
    assert shown(said.lead) == "Our sampler needs four steps. (by AI)"
    assert "four" not in shown(said.abstract[0])


@given(st.text() | st.text("ab. W\n"), st.lists(st.tuples(st.integers(-3, 900), st.integers(-3, 900)), max_size=9))
def test_marking_never_changes_the_text(text, spans):
    hits = (Hit("a", tuple(Reason("x", "abstract", start, end) for start, end in spans)),)
    plain, marked = said_of(paper(abstract=text), (Hit("a"),)), said_of(paper(abstract=text), hits)
    assert shown(marked.lead) == shown(plain.lead)
    assert [shown(line) for line in marked.abstract][: len(plain.abstract)] == [shown(line) for line in plain.abstract]


def head(*days, number=1, of=1, **more):
    items = [item(title=f"Paper {n}", announced=day) for n, day in enumerate(days)]
    return head_of(issue(items, **more), number, of)


def test_a_head_tells_how_many_of_which_days_for_what():
    fifth, sixth, ninth = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 9)
    assert shown(head(fifth)) == "1 paper of 5 Jan 2026 for diffusion"
    assert shown(head(fifth, fifth, sixth)) == "3 papers of 5 and 6 Jan 2026 for diffusion"
    assert shown(head(sixth, ninth, fifth, number=2, of=3)) == "3 papers of 5–9 Jan 2026 for diffusion (2/3)"
    assert shown(head(date(2026, 2, 3), ninth, fifth)) == "3 papers of 5 Jan – 3 Feb 2026 for diffusion"
    assert shown(head(date(2025, 12, 30), fifth)) == "2 papers of 30 Dec 2025 and 5 Jan 2026 for diffusion"
    assert shown(head(None)) == "1 paper for diffusion"
    two = issue([item(), item()], "diffusion", "video")
    assert shown(head_of(two, 1, 1)) == "2 papers of 5 Jan 2026 for diffusion · video"


def test_a_head_after_a_long_stop_begins_with_it():
    days = [date(2026, 1, day) for day in (5, 6, 7)]
    assert shown(head(*days, late=True)) == "catching up: 3 papers of 3 days, 5–7 Jan 2026, for diffusion"


def test_the_days_of_a_head_lead_to_the_sites_pages():
    days = [date(2026, 1, day) for day in (5, 6, 7)]
    pages = {day: f"https://papers.example.org/day/{day}.html" for day in days}
    line = head(*days, pages=pages)
    assert [(piece.text, piece.url) for piece in line if piece.url] == [
        ("5", pages[days[0]]),
        ("7 Jan 2026", pages[days[2]]),
    ]
    assert not any(piece.url for piece in head(days[0], pages={days[0]: "http://localhost:8000/day/1.html"}))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.integers(1, 20))
def test_a_split_keeps_order_counts_all_and_overfills_nothing(costs, room):
    parts = split(costs, (room, room))
    assert [index for part in parts for index in part] == list(range(len(costs)))
    for part in parts:
        assert len(part) == 1 or all(sum(costs[i][side] for i in part) <= room for side in (0, 1))
