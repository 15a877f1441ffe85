import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item
from bot.channels.slack.message import escaped, fallback, pack, pack_batch, without_blocks
from tests.bot.channels.samples import any_items, item, paper
from tests.fakes.slack_blocks import show, show_mrkdwn


def accepted(payload):
    """The message as Slack shows it, having passed every limit."""
    shown, spoken = show(payload["blocks"]), show_mrkdwn(payload["text"])
    assert 1 <= len(payload["text"]) <= 4000
    assert shown.mentions == spoken.mentions == []
    assert json.dumps(payload).encode()
    return shown


def test_a_paper_becomes_a_linked_title_facts_reasons_an_excerpt_and_links():
    payload = pack(item("diffusion"))
    shown = accepted(payload)
    assert shown.text.split("\n")[:5] == [
        "Four Steps Are Enough",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion: diffusion",
        "",
    ]
    assert shown.text.endswith("Abstract · PDF · Daily Papers")
    assert shown.bold == ["Four Steps Are Enough", "diffusion"]
    assert shown.links[0] == "https://arxiv.org/abs/2601.00001"
    assert payload["blocks"][1]["accessory"] == {
        "type": "image",
        "image_url": "https://cdn-thumbnails.huggingface.co/2601.00001.png",
        "alt_text": "Four Steps Are Enough",
    }


def test_slack_unfolds_links_and_styles_nothing_by_itself():
    payload = pack(item())
    assert (payload["unfurl_links"], payload["unfurl_media"], payload["mrkdwn"]) == (False, False, False)


def test_the_text_for_notifications_says_the_same():
    text = pack(item("diffusion", title="A <b> & *c*"))["text"]
    assert text.startswith("A &lt;b&gt; &amp; *c*\nAda Lovelace, Alan Turing\n")
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


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_items())
def test_whatever_a_paper_holds_slack_takes_it(one):
    accepted(pack(one))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.lists(any_items(), min_size=1, max_size=12), st.text(max_size=400))
def test_whatever_papers_hold_slack_takes_the_batch(items, heading):
    packed = pack_batch(heading, items)
    assert sum(one.count for one in packed) == len(items)
    for number, one in enumerate(packed, start=1):
        text = accepted(one.payload).text
        assert len(packed) == 1 or f"({number}/{len(packed)})" in text


def test_a_batch_is_split_between_papers_and_numbered():
    items = [item("diffusion", title=f"Paper number {n}") for n in range(70)]
    packed = pack_batch("Monday", items)
    texts = [accepted(one.payload).text for one in packed]
    assert [text.split("\n")[0] for text in texts] == [f"Monday ({n}/{len(texts)})" for n in range(1, len(texts) + 1)]
    assert [line for text in texts for line in text.split("\n") if line.startswith("Paper number")] == [
        one.paper.title for one in items
    ]
    assert [one.count for one in packed] == sorted((one.count for one in packed), reverse=True)


def test_each_paper_of_a_batch_is_in_the_plain_text_too():
    (packed,) = pack_batch("Monday", [item(title=f"Paper number {n}") for n in range(9)])
    text = without_blocks(packed.payload)["text"]
    assert [n for n in range(9) if f"Paper number {n}\n<https://arxiv.org/abs/2601.00001>" in text] == list(range(9))


def test_the_plain_text_of_a_batch_fits_however_it_grows_when_escaped():
    packed = pack_batch("&" * 140, [item(title="&" * 250) for _ in range(9)])
    assert sum(one.count for one in packed) == 9
    for one in packed:
        accepted(one.payload)


def test_no_paper_makes_no_message():
    assert pack_batch("Monday", []) == []


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
