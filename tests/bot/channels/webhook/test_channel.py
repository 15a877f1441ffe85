"""The webhook channel against a receiver that checks every signature."""

import json
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.channel import Kind, Name, SendError
from bot.channels.webhook.channel import Target, WebhookChannel
from bot.channels.webhook.message import BYTES, VERSION, body, pack, pack_issue, pack_text
from tests.bot.channels.samples import any_items, issue, item
from tests.fakes.webhook import SECRET, FakeWebhook


@pytest.fixture
def receiver():
    with FakeWebhook() as server:
        yield server


@asynccontextmanager
async def opened(url, secret=SECRET, seconds=5.0):
    target = Target(SecretStr(url), SecretStr(secret) if secret else None)
    channel = WebhookChannel(targets={"mine": target}, timeout=seconds)
    try:
        yield channel
    finally:
        await channel.aclose()


async def refused(url, name="mine", secret=SECRET, seconds=5.0):
    async with opened(url, secret, seconds) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(name, "", channel.pack(item("diffusion")), "d1")
    assert "made-up-path" not in repr(caught.value) + str(caught.value.__context__)
    return caught.value


async def test_a_paper_arrives_as_an_item_with_its_votes_and_reasons(receiver):
    async with opened(receiver.address) as channel:
        assert (await channel.send("mine", "", channel.pack(item("diffusion")), "d1")).ref == "d1"
        assert await channel.check() == "1 webhook"
        assert await channel.resolve(Name("mine")) == "mine"
    (message,) = receiver.messages
    assert message.params["url"] == "https://arxiv.org/abs/2601.00001"
    assert message.params["authors"] == [{"name": "Ada Lovelace"}, {"name": "Alan Turing"}]
    assert message.params["_paperround"]["votes"] == 38
    assert message.params["_paperround"]["reasons"] == [{"alert": "diffusion", "terms": ["diffusion"]}]


def test_a_sentence_is_the_summary_and_marked_where_an_ai_wrote_it():
    (own,) = pack(item("diffusion"))["items"]
    assert (own["summary"], "summary_by_ai" in own["_paperround"]) == ("We study diffusion models for video.", False)
    (by_ai,) = pack(item(sentence="Four steps make a video."))["items"]
    assert (by_ai["summary"], by_ai["_paperround"]["summary_by_ai"]) == ("Four steps make a video.", True)


def test_a_digest_says_what_it_is_and_where_its_page_stands():
    page = "https://papers.example.org/day/2026-01-05.html"
    (packed,) = pack_issue(issue([item(), item()], pages={item().paper.announced: page}))
    assert packed.payload["title"] == "2 papers of 5 Jan 2026 for diffusion"
    assert packed.payload["home_page_url"] == page


async def test_the_same_delivery_is_the_same_bytes_and_id(receiver):
    async with opened(receiver.address) as channel:
        payload = json.loads(json.dumps(channel.pack(item("diffusion"))))
        for _ in range(2):
            await channel.send("mine", "", payload, "d1")
    assert receiver.deliveries == ["d1", "d1"]
    assert receiver.bodies[0] == receiver.bodies[1]


async def test_without_a_secret_nothing_is_signed(receiver):
    error = await refused(receiver.address, secret="")
    assert (error.kind, "X-Paperround-Signature" in receiver.requests[0].params) == (Kind.DROP, False)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(410, Kind.CLOSE), (429, Kind.WAIT), (503, Kind.WAIT), (400, Kind.DROP), (404, Kind.DROP), (413, Kind.DROP),
     (301, Kind.UNSURE), (500, Kind.UNSURE), (502, Kind.UNSURE)],
)  # fmt: skip
async def test_each_status_means_what_the_contract_says(receiver, status, kind):
    receiver.status = status
    assert (await refused(receiver.address)).kind is kind


async def test_a_pause_that_is_asked_for_is_kept(receiver):
    receiver.fail_next(1, "429")
    assert (await refused(receiver.address)).retry_after == 2


@pytest.mark.parametrize("fault", ["reset", "close", "hang", "accept_then_reset", "accept_then_hang"])
async def test_a_lost_answer_is_unsure(receiver, fault):
    receiver.fail_next(1, fault)
    assert (await refused(receiver.address, seconds=0.5)).kind is Kind.UNSURE
    assert len(receiver.messages) == fault.startswith("accept")


async def test_a_server_that_is_not_there_was_surely_not_reached(nobody, unreachable):
    assert (await refused(nobody + "/made-up-path")).kind is Kind.WAIT
    assert (await refused(unreachable + "/made-up-path", seconds=1.0)).kind is Kind.WAIT


async def test_an_unknown_name_closes(receiver):
    assert (await refused(receiver.address, "theirs")).kind is Kind.CLOSE


@given(any_items())
def test_any_paper_is_a_feed_that_a_program_can_read(one):
    feed = json.loads(body(pack(one)).decode("utf-8"))
    assert [set(entry) >= {"id", "content_text"} for entry in feed["items"]] == [True]
    for url in (feed["items"][0].get("url", ""), *feed["items"][0]["_paperround"]["links"].values()):
        assert not url or url.startswith(("http://", "https://"))


@given(st.integers(1, 40), st.integers(1, 300_000))
def test_many_papers_are_split_below_the_limit_and_none_is_lost(count, size):
    items = [item(title=f"Paper {number}", abstract="x" * size) for number in range(count)]
    packed = pack_issue(issue(items, "all"))
    assert sum(one.count for one in packed) == count
    titles = [entry["title"] for one in packed for entry in one.payload["items"]]
    assert titles == [f"Paper {number}" for number in range(count)]
    assert all(len(body(one.payload)) <= BYTES for one in packed)


def test_a_notice_is_an_item_without_a_paper():
    assert pack_text("A <b>") == {
        "version": VERSION,
        "title": "Paper Round",
        "items": [{"id": "notice", "content_text": "A <b>"}],
    }
