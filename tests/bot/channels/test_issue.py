"""A digest as its readers get it: recorded papers laid on one day, and papers made to break it."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hit, Item, Packed
from bot.channels.slack import message as slack
from bot.channels.telegram import message as telegram
from feeds.digests import parse_digest
from feeds.match import Reason
from feeds.paper import Paper
from feeds.text import each_sentence
from tests.bot.channels.samples import issue, quoted
from tests.fakes.slack_blocks import Shown, show, show_mrkdwn
from tests.fakes.telegram_html import Parsed, cleaned, parse
from tests.world import DAILY, World, alert

MANY, TOP = 134, 10
TODAY = datetime.now(UTC).date()
COMMONPLACE = re.compile(
    r"^(?:recent|existing|current|while|although|despite|however|in recent|with the)\b"
    r"|\b(?:have|has) (?:\w+ )?(?:demonstrated|shown|achieved|become|emerged|made|gained|attracted)\b"
    r"|\b(?:crucial|essential|challenging|critical|remains?|often)\b",
    re.IGNORECASE,
)
"""What everybody knows before they read a paper."""
DONE = re.compile(
    r"\b(?:introduce|propose|present|enhance|improve|evaluate|achieve|use|combine|leverage|demonstrate|reveal|show|develop"
    r"|provide|enable|investigate|explore|reduce|outperform|optimize|generate|analyze|integrate|align|transfer|examine"
    r"|support|predict|highlight|exhibit|allow|create|facilitate|utilize|employ|incorporate|offer|categorize|assesse"
    r"|addresse|automate|train|identifie)s?\b|\b(?:is|are) (?:proposed|introduced|presented|developed|an?)\b|\bwe\b",
    re.IGNORECASE,
)


def says_what_it_does(text: str) -> bool:
    """Whether a sentence says what a paper does, and could not stand above any paper."""
    return bool(DONE.search(text)) and not COMMONPLACE.search(text)


@pytest.fixture(scope="module")
def recorded(data: Path) -> list[dict[str, Any]]:
    """Recorded answers' papers with a summary, each once."""
    found = {}
    for path in sorted((data / "hf_api" / "days").glob("*.json")):
        for one in json.loads(path.read_bytes()):
            if one["paper"].get("ai_summary"):
                found.setdefault(one["paper"]["id"], one)
    assert len(found) > 1000
    return list(found.values())


def on_one_day(some: list[dict[str, Any]]) -> bytes:
    moment = f"{TODAY}T08:00:00.000Z"
    return json.dumps([{**one, "paper": {**one["paper"], "submittedOnDailyAt": moment}} for one in some]).encode()


def test_the_rule_tells_a_summary_from_the_beginning_of_an_abstract(recorded: list[dict[str, Any]]) -> None:
    papers = parse_digest(on_one_day(recorded)).papers
    first = [next(each_sentence(paper.abstract)) for paper in papers]
    assert sum(map(says_what_it_does, first)) < len(papers) * 0.35
    assert sum(says_what_it_does(paper.sentence) for paper in papers) > len(papers) * 0.85


def taken_by_telegram(packed: Packed) -> Parsed:
    """As readers see it, within every limit."""
    parsed = parse(packed.payload["text"])
    text = cleaned(parsed.text)
    assert 1 <= len(text.encode("utf-16-le")) // 2 <= 4096
    assert len(packed.payload["text"].encode()) <= 32_768
    assert parsed.entities <= 100
    return parsed


def taken_by_slack(packed: Packed) -> Shown:
    """The same for Slack."""
    shown, spoken = show(packed.payload["blocks"]), show_mrkdwn(packed.payload["text"])
    assert 1 <= len(packed.payload["text"]) <= 4000
    assert shown.mentions == spoken.mentions == []
    return shown


@pytest.mark.parametrize("start", range(0, 1000, MANY))
def test_134_papers_of_a_day_are_four_messages_in_telegram_and_three_in_slack(
    recorded: list[dict[str, Any]], start: int
) -> None:
    papers = parse_digest(on_one_day(recorded[start : start + MANY])).papers
    one = issue([Item(paper, (Hit("all", (Reason("model", "title", 0, 5),)),)) for paper in papers], "all")
    in_telegram, in_slack = telegram.pack_issue(one), slack.pack_issue(one)
    assert len(list(map(taken_by_telegram, in_telegram))) <= 4
    assert len(list(map(taken_by_slack, in_slack))) <= 3


def test_a_digest_of_recorded_papers_as_it_arrives(here: World, recorded: list[dict[str, Any]]) -> None:
    here.source.days[TODAY.isoformat()] = json.loads(on_one_day(recorded[:MANY]))
    here.configure(DAILY, alert("all", "*", "telegram:@papers", "slack:#papers", together=8))
    assert here.round().well()
    papers = sorted(parse_digest(on_one_day(recorded[:MANY])).papers, key=lambda paper: -(paper.votes or 0))
    titles = [paper.title for paper in papers]
    texts = [message.params["text"] for message in here.telegram.messages]
    assert len(texts) <= 4
    head, *full = parse(texts[0]).text.split("\n\n")[: 1 + TOP]
    assert head == f"134 papers of {TODAY.day} {TODAY:%b %Y} for all (1/{len(texts)})"
    for paper, entry in zip(papers, full, strict=False):
        title, about, sentence = entry.split("\n")
        names = paper.authors[0] + (" et al." if paper.authors[1:] else "")
        assert (title, about) == (paper.title, f"{names} · ▲ {paper.votes}")
        assert sentence == f"{paper.sentence} (by AI)"
        assert says_what_it_does(paper.sentence)
    assert [title for text in texts for title, _ in quoted(text)] == titles[TOP:]
    assert all(url == paper.links["abstract"] for paper, (_, url) in zip(papers[TOP:], quoted(texts[0]), strict=False))
    blocks = [message.params["blocks"] for message in here.slack.messages]
    assert len(blocks) <= 3
    sections = [block["text"]["text"] for some in blocks for block in some if block["type"] == "section"]
    assert [show_mrkdwn(line).text for section in sections for line in section.split("\n")] == titles[TOP:]
    site, *entries = [block for some in blocks for block in some if block["type"] == "rich_text"]
    assert show([site]).links == [f"https://papers.example.org/day/{TODAY}.html"]
    assert [show([entry]).text for entry in entries] == full


HOSTILE = (
    *("\U0001f600", "\u202e", "\u05d0\u05d1 ", "e\u0301", "\U0001f468\u200d\U0001f469", "\u4e2d\u6587", "\x00", "\n\n"),
    *("<b>", "&amp;", "&", "</blockquote>", "*_~`", "|", ":smile:", "<!channel>", "> ", "<https://evil.example|x>"),
    *("\ud800", "\ufffe", "x" * 60),
)


def hostile(chance: Random, number: int) -> Item:
    """A paper whose title begins with its number; all else is made to break a message."""

    def text(most: int) -> str:
        return "".join(chance.choices(HOSTILE, k=chance.randrange(most)))

    url = "https://a.example/?" + "".join(chance.choices("&<>'\"|ab%", k=chance.randrange(1900)))
    own = {"abstract": f"https://arxiv.org/abs/{number}"}
    some = Paper(
        f"2601.{number:05}",
        f"№{number}№ {text(chance.choice((4, 400)))}",
        text(chance.choice((2, 90))),
        authors=tuple(text(9) for _ in range(chance.randrange(4))),
        sentence=chance.choice(("", text(50))),
        votes=chance.choice((None, 0, 10**9)),
        announced=date(2026, 1, 1) + timedelta(days=chance.randrange(9)),
        org=text(9),
        links=chance.choice(({}, {"abstract": url}, {"code": "javascript:x"}, own)),
    )
    return Item(some, (Hit(text(20), (Reason(text(20), "title", 0, 1), Reason(text(9), "abstract", 0, 10**6))),))


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"№(\d+)№", text)]


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@example(seed=2**32, full=10, late=True)  # a link of 3,002 characters
@given(st.integers(0, 2**32), st.sampled_from((0, 10, 300)), st.booleans())
def test_300_hostile_papers_keep_every_limit_and_stand_in_it_once(seed: int, full: int, late: bool) -> None:
    chance = Random(seed)
    items = [hostile(chance, number) for number in range(300)]
    pages = {item.paper.announced: "https://papers.example.org/?" + "&" * 1900 for item in items}
    one = issue(items, "<b>" * 90, "&" * 90, full=full, late=late, pages=pages)
    for pack, taken in ((telegram.pack_issue, taken_by_telegram), (slack.pack_issue, taken_by_slack)):
        packed = pack(one)
        parts = [numbers(taken(part).text) for part in packed]
        assert [number for part in parts for number in part] == list(range(300))
        assert [len(part) for part in parts] == [part.count for part in packed]
        assert packed == pack(one), "packed again, it is the same"
    quotes = [title for part in telegram.pack_issue(one) for title, _ in quoted(part.payload["text"])]
    assert [numbers(title)[0] for title in quotes] == list(range(full, 300))
