import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item
from bot.channels.slack.message import escaped, fallback, pack, pack_issue, pack_text, without_blocks
from tests.bot.channels.samples import ABSTRACT, any_items, issue, item, paper
from tests.fakes.slack_blocks import show, show_mrkdwn


def accepted(payload):
    """The message as Slack shows it, having passed every limit."""
    shown, spoken = show(payload["blocks"]), show_mrkdwn(payload["text"])
    assert 1 <= len(payload["text"]) <= 4000
    assert shown.mentions == spoken.mentions == []
    assert json.dumps(payload).encode()
    return shown


def test_a_notice_is_plain_text_that_rings_for_nobody():
    payload = pack_text("A <!channel> & *b* <https://a.example|c>")
    assert accepted(payload).text == "A <!channel> & *b* <https://a.example|c>"
    assert payload["text"] == "A &lt;!channel&gt; &amp; *b* &lt;https://a.example|c&gt;"


def test_a_paper_becomes_a_linked_title_facts_reasons_an_excerpt_and_links():
    payload = pack(item("diffusion", "flow matching"))
    shown = accepted(payload)
    assert shown.text.split("\n") == [
        "Four Steps Are Enough",
        "We study diffusion models for video.",
        "",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion · flow matching",
        ABSTRACT.removeprefix("We study diffusion models for video. "),
        "Abstract · PDF · Daily Papers",
    ]
    assert shown.bold == ["Four Steps Are Enough", "flow matching"]
    assert shown.links[0] == "https://arxiv.org/abs/2601.00001"
    beside = payload["blocks"][1]
    assert beside["text"]["text"].startswith("We study diffusion models"), "the picture stands beside the text"
    assert beside["accessory"] == {
        "type": "image",
        "image_url": "https://cdn-thumbnails.huggingface.co/2601.00001.png",
        "alt_text": "Four Steps Are Enough",
    }


def test_slack_unfolds_links_and_styles_nothing_by_itself():
    payload = pack(item())
    assert (payload["unfurl_links"], payload["unfurl_media"], payload["mrkdwn"]) == (False, False, False)


def test_the_text_for_notifications_says_the_same():
    text = pack(item("diffusion", title="A <b> & *c*"))["text"]
    assert text.startswith("A &lt;b&gt; &amp; *c*\nWe study diffusion models for video.\nAda Lovelace, Alan Turing\n")
    assert text.endswith("\n<https://arxiv.org/abs/2601.00001>")


def test_markup_and_mentions_in_a_title_are_text():
    title = "<!channel> <@U012> <https://evil.example|click> *b* _i_ `c` :rocket: &amp;"
    payload = pack(item(title=title, links={}))
    assert accepted(payload).text.startswith(title + "\n")
    assert show_mrkdwn(payload["text"]).text.startswith(title + "\n")
    assert accepted(payload).links == show_mrkdwn(payload["text"], autolink=False).links == []


def test_an_image_that_is_not_https_is_left_out():
    assert "accessory" not in pack(item(links={"thumbnail": "http://a.example/x.png"}))["blocks"][1]


def test_a_paper_of_which_only_the_title_is_known_is_a_message():
    bare = paper(abstract="", authors=(), votes=None, announced=None, org="", links={})
    assert accepted(pack(Item(bare, (Hit(""),)))).text == "Four Steps Are Enough"


def test_a_paper_of_which_nothing_is_known_is_a_message():
    nameless = paper(id=" ", title="", abstract="", authors=(), votes=None, org="", links={})
    assert accepted(pack_issue(issue([Item(nameless, ())], ""))[0].payload).text


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.lists(any_items(), min_size=1, max_size=12), st.text(max_size=400), st.integers(0, 12))
def test_whatever_papers_hold_slack_takes_the_digest(items, name, full):
    packed = pack_issue(issue(items, name, full=full))
    assert sum(one.count for one in packed) == len(items)
    for number, one in enumerate(packed, start=1):
        text = accepted(one.payload).text
        assert len(packed) == 1 or f"({number}/{len(packed)})" in text


def test_a_digest_is_split_between_papers_and_numbered():
    items = [item("diffusion", title=f"Paper number {n}") for n in range(70)]
    packed = pack_issue(issue(items, "Monday", full=70))
    texts = [accepted(one.payload).text for one in packed]
    assert [text.split("\n")[0] for text in texts] == [
        f"70 papers of 5 Jan 2026 for Monday ({n}/{len(texts)})" for n in range(1, len(texts) + 1)
    ]
    assert [line for text in texts for line in text.split("\n") if line.startswith("Paper number")] == [
        one.paper.title for one in items
    ]
    assert [one.count for one in packed] == sorted((one.count for one in packed), reverse=True)


def test_a_digest_has_the_first_in_full_and_of_the_others_linked_titles_many_a_section():
    items = [item("diffusion", title=f"Paper <{n}> | *{n}* :o:") for n in range(4)]
    (packed,) = pack_issue(issue(items, full=2, pages={items[0].paper.announced: "https://papers.example.org/day"}))
    head, site, *full, titles = packed.payload["blocks"]
    shown = accepted({**packed.payload, "blocks": [titles]})
    plain = shown.text.replace("\u2060", "").replace("¦", "|")
    assert plain.split("\n") == [one.paper.title for one in items[2:]]
    assert shown.links == ["https://arxiv.org/abs/2601.00001"] * 2
    assert head["text"]["text"] == "4 papers of 5 Jan 2026 for diffusion"
    assert accepted({**packed.payload, "blocks": [site]}).links == ["https://papers.example.org/day"]
    assert accepted({**packed.payload, "blocks": full[:1]}).text.split("\n") == [
        "Paper <0> | *0* :o:",
        "Ada Lovelace et al. · ▲ 38 · diffusion",
        "We study diffusion models for video.",
    ]


def test_titles_fill_one_section_as_far_as_it_goes_and_a_message_as_far_as_slack_takes_it():
    packed = pack_issue(issue([item(title=f"A title of some fifty characters, as many have {n}") for n in range(300)]))
    assert sum(one.count for one in packed) == 300
    assert len(packed) == 3
    sections = [block for block in packed[1].payload["blocks"] if block["type"] == "section"]
    assert [len(section["text"]["text"]) > 2900 for section in sections[:-1]] == [True] * (len(sections) - 1)


def test_each_paper_of_a_digest_is_in_the_message_without_blocks_too():
    packed = pack_issue(issue([item(title=f"Paper number {n}, of a length as titles have it") for n in range(134)]))
    texts = [without_blocks(one.payload)["text"] for one in packed]
    links = [link for text in texts for link in show_mrkdwn(text, autolink=False).links]
    assert links == ["https://arxiv.org/abs/2601.00001"] * 134
    assert all(f">Paper number {n}," in text or f"|Paper number {n}," in text for text in texts[:1] for n in range(10))
    assert [without_blocks(without_blocks(one.payload)) for one in packed] == [
        without_blocks(one.payload) for one in packed
    ]


def test_the_plain_text_of_a_digest_fits_however_it_grows_when_escaped():
    packed = pack_issue(issue([item(title="&" * 250) for _ in range(9)], "&" * 140, full=3))
    assert sum(one.count for one in packed) == 9
    for one in packed:
        accepted(one.payload)


def test_a_title_whose_link_takes_a_whole_section_stands_without_it():
    (packed,) = pack_issue(issue([item(title="T", links={"abstract": "https://a.example/?" + "&" * 1900})], full=0))
    assert accepted(packed.payload).text.endswith("\nT")


def test_a_title_without_a_link_makes_none_and_quotes_nothing():
    title = "> See https://evil.example <!here>"
    (packed,) = pack_issue(issue([item(title=title, links={})], full=0))
    shown = accepted({**packed.payload, "blocks": packed.payload["blocks"][1:]})
    assert (shown.links, shown.text) == ([], f"\u2060{title}")


def test_no_paper_makes_no_message():
    assert pack_issue(issue([])) == []


@given(st.text())
def test_escaped_text_shows_as_it_was(text):
    shown = show_mrkdwn(escaped(text), autolink=False)
    assert shown.text == text
    assert shown.mentions == []


@given(st.lists(st.text(st.sampled_from("&<>ab"), max_size=2000), min_size=1, max_size=9))
def test_the_fallback_fits_and_is_never_cut_inside_an_entity(lines):
    text = fallback(lines, "https://a.org/?a=1&b=<2>")
    assert len(text) <= 4000
    assert "&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
