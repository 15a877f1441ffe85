"""The channel of Apprise, against services on loopback."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.apprise.channel import AppriseChannel
from bot.channels.apprise.message import Room, pack, pack_issue, pack_text
from bot.channels.channel import Kind, SendError
from bot.channels.wording import units
from bot.config.load import load
from bot.config.mistakes import ConfigError
from bot.rules.way_out import WayOut
from tests.bot.channels.samples import any_items, issue, item
from tests.fakes.apprise import TOKEN, FakeServices
from tests.fakes.proxy import FakeProxy

FILE = '[apprise.mine]\nurl_env = "MINE"\n[[alerts]]\nname = "a"\nquery = "diffusion"\nto = ["apprise:%s"]\n'


@pytest.fixture
def services():
    with FakeServices() as server:
        yield server


@asynccontextmanager
async def opened(*urls, seconds=5.0):
    channel = AppriseChannel(urls={f"s{n}": SecretStr(url) for n, url in enumerate(urls)}, timeout=seconds)
    try:
        yield channel
    finally:
        await channel.aclose()


async def refused(channel, delivery="d1"):
    with pytest.raises(SendError) as caught:
        await channel.send("s0", "", channel.pack(item("diffusion")), delivery)
    error = caught.value
    assert TOKEN not in repr(error) + str(error) + repr(error.__cause__) + repr(error.__context__)
    return error


@pytest.mark.parametrize("scheme", ["json", "ntfy", "mmost"])
async def test_a_paper_arrives_with_its_title_sentence_reasons_and_address(services, scheme):
    async with opened(services.url_of(scheme)) as channel:
        assert (await channel.send("s0", "", channel.pack(item("diffusion")), "d1")).ref == "d1"
        assert await channel.check() == {"json": "JSON", "ntfy": "ntfy", "mmost": "Mattermost"}[scheme]
    (message,) = services.messages
    lines = message.text.replace("\r\n", "\n").splitlines()
    assert lines[:2] == ["Four Steps Are Enough", "We study diffusion models for video."]
    assert "🔎 diffusion" in lines
    assert lines[-1] == "https://arxiv.org/abs/2601.00001"


async def test_a_digest_keeps_the_limit_of_the_smallest_service(services):
    """Mattermost refuses more than 4,000 characters; what no title field takes stands in the text."""
    papers = [item("diffusion", title=f"Paper {number}", id=f"2601.{number:05}") for number in range(60)]
    async with opened(services.url_of("mmost"), services.url_of("json")) as channel:
        packed = channel.pack_issue(issue(papers, full=40))
        for one in packed:
            await channel.send("s0", "", one.payload, "d1")
    assert len(packed) == len(services.messages) > 1
    assert sum(one.count for one in packed) == 60
    assert services.messages[0].text.startswith(f"60 papers of 5 Jan 2026 for diffusion (1/{len(packed)})")
    assert "".join(one.text for one in services.messages).count("Paper ") == 60


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500])
async def test_whatever_is_refused_waits(services, status):
    services.status = status
    async with opened(services.url_of("json")) as channel:
        error = await refused(channel)
    assert (error.kind, error.reason) == (Kind.WAIT, f"JSON did not take it ({status})")


@pytest.mark.parametrize("fault", ["reset", "accept_then_reset"])
async def test_a_cut_waits(services, fault):
    services.fail_next(1, fault)
    async with opened(services.url_of("json")) as channel:
        assert (await refused(channel)).kind is Kind.WAIT


async def test_a_send_that_outlives_our_patience_counts_when_it_is_tried_again(services):
    services.delays[""] = 0.4
    async with opened(services.url_of("json"), seconds=0.2) as channel:
        assert (await refused(channel)).reason == "JSON did not answer within 0.2 s"
        await asyncio.sleep(0.3)
        await channel.send("s0", "", channel.pack(item("diffusion")), "d1")
    assert len(services.messages) == 1


async def test_an_address_that_apprise_does_not_know_is_told_and_waited_for():
    async with opened("nonsense://" + TOKEN) as channel:
        error = await refused(channel)
        (problem,) = (await channel.look("s0", "")).problems
    assert (error.kind, error.patient) == (Kind.WAIT, True)
    assert "[apprise.s0]" in problem


@given(any_items(), st.integers(60, 5000))
def test_any_paper_fits_and_calls_nobody(one, size):
    payload = pack(one, Room(50, size))
    assert payload["body"]
    assert units(payload["body"].replace("\u2060", "")) <= size
    assert units(payload["title"].replace("\u2060", "")) <= 50


def test_a_title_rings_for_nobody():
    payload = pack(item(title="Call @everyone and <!channel>, pass@1"), Room(250, 4000))
    assert payload["title"] == "Call @\u2060everyone and <\u2060!channel>, pass@1"


@given(st.integers(1, 40), st.integers(1, 4000), st.integers(400, 4000))
def test_many_papers_are_split_and_none_is_lost(count, size, room):
    items = [item(title=f"Paper {number}", abstract="x" * size) for number in range(count)]
    packed = pack_issue(issue(items, full=count // 2), Room(250, room))
    assert sum(one.count for one in packed) == count
    assert all(units(one.payload["body"]) <= room for one in packed)


def configured(tmp_path, name="mine"):
    (tmp_path / "config.toml").write_text(FILE % name)
    return load(tmp_path / "config.toml", {"MINE": "json://localhost/" + TOKEN})


def test_without_the_library_the_configuration_says_what_to_install(tmp_path, monkeypatch):
    configured(tmp_path)
    monkeypatch.setitem(sys.modules, "apprise", None)
    told = r'^alerts\[0\]\.to: apprise:mine needs Apprise.*pip install "paperround\[apprise\]"$'
    with pytest.raises(ConfigError, match=told):
        configured(tmp_path)


def test_an_unknown_name_is_told_with_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match=r"wants a table \[apprise\.mien\].*mine"):
        configured(tmp_path, "mien")


async def test_it_goes_by_the_proxy_and_straight_to_this_machine(services, monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.setenv(name, "")  # put back afterwards: the channel sets them
    port = int(services.url.rpartition(":")[2])
    with FakeProxy({"chat.example.org": port}) as proxy:
        urls = {"far": f"json://chat.example.org/{TOKEN}", "here": services.url_of("json")}
        secrets = {name: SecretStr(url) for name, url in urls.items()}
        channel = AppriseChannel(urls=secrets, timeout=5, way=WayOut(proxy.url))
        for name in urls:
            await channel.send(name, "", channel.pack(item("diffusion")), name)
        await channel.aclose()
    assert len(services.messages) == 2
    assert [one for one in proxy.seen if "chat.example.org" in one] == proxy.seen
    assert len(proxy.seen) == 1


def test_a_notice_fits_and_rings_for_nobody():
    assert pack_text("@everyone: " + "word " * 9, Room(100, 20)) == {
        "title": "Paper Round",
        "body": "@\u2060everyone: word…",
    }
