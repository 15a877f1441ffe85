"""Telegram, end to end: a `run` of its own that listens to the loopback Bot API."""

from datetime import UTC, datetime

import pytest

from bot.channels.channel import Kind, SendError
from bot.chat.telegram.api import Api
from bot.store.engine import Store
from bot.store.hearing import Unheard, all_unheard
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN
from tests.world import DAILY, World, until

ME = "777000"
CHAT = '[chat]\nmembers = ["telegram:777000"]\n'


def said(here: World, count: int) -> list[str]:
    until(lambda: len(here.telegram.plain(ME)) >= count)
    return here.telegram.plain(ME)


def test_who_subscribes_gets_the_next_paper_that_matches_and_none_before(here: World) -> None:
    day = datetime.now(UTC).date()
    here.source.days = {day.isoformat(): [item("2601.00001", "Old diffusion", "Of noise.", day)]}
    here.configure(DAILY, CHAT)
    assert here.run("once").returncode == 0
    process = here.start("run")
    here.telegram.said(ME, "/subscribe diffusion")
    (first,) = said(here, 1)
    assert first.startswith("Subscribed, as 1: diffusion\n")
    here.telegram.said(ME, "/list")
    assert said(here, 2)[1] == "1. diffusion (each at once)"
    here.source.days[day.isoformat()].append(item("2601.00002", "New diffusion", "Of noise.", day))
    assert said(here, 3)[2].startswith("New diffusion")
    here.telegram.said(ME, "/unsubscribe 1")
    assert said(here, 4)[3] == "Ended: diffusion"
    here.telegram.said(ME, "/help")
    assert "/subscribe diffusion" in said(here, 5)[4]
    process.terminate()
    assert process.wait(10) == 0


def test_groups_channels_topics_and_buttons(here: World) -> None:
    """An administrator's word counts, a member's does not; each in its place, also after a restart."""
    group, channel = "-1001000000005", "-1001000000006"
    here.telegram.kinds[channel] = "channel"
    here.telegram.members[group, "8"] = "administrator"
    here.configure('[chat]\naccess = "open"\n')
    process = here.start("run")
    here.telegram.said(group, "/subscribe@paper_round_bot diffusion", 7)
    until(lambda: here.telegram.plain(group) == ["Only an administrator of this chat changes what comes here."])
    topic = {"message_thread_id": 42, "is_topic_message": True}
    here.telegram.said(group, "/subscribe diffusion", 8, **topic)
    here.telegram.said(channel, "/subscribe diffusion")
    until(lambda: len(here.telegram.plain(group)) == 2 and here.telegram.plain(channel))
    answer = here.telegram.messages[1] if here.telegram.messages[1].chat == group else here.telegram.messages[2]
    assert (answer.thread, here.telegram.plain(channel)[0][:23]) == ("42", "Subscribed, as 1: diffu")
    process.kill()
    process.wait(10)
    here.telegram.pressed(group, "unsubscribe #1", 7, answer.id)
    process = here.start("run")
    until(lambda: here.telegram.let_go)
    assert here.telegram.let_go == ["Only an administrator of this chat changes what comes here."]
    here.telegram.pressed(group, "undo #1", 8, answer.id, **topic)
    until(lambda: here.telegram.edited)
    assert here.telegram.edited[0]["text"] == "Undone: diffusion"
    assert here.telegram.let_go[1:] == [""]
    assert [one["command"] for one in here.telegram.menu][:2] == ["subscribe", "list"]
    process.terminate()
    assert process.wait(10) == 0


async def test_a_pause_that_is_no_time_is_an_answer_that_is_not_understood(here: World) -> None:
    here.configure(CHAT)
    here.telegram.retry_after = 10**20
    here.telegram.fail_next(1, "429", "getUpdates")
    api = Api.of(here.config)
    with pytest.raises(SendError) as caught:
        await api.updates(None, [])
    await api.aclose()
    assert caught.value.kind is Kind.UNSURE


def test_another_poller_and_a_bad_token_are_told_and_waited_for(here: World) -> None:
    """In the log, and by `status` and `check`, until people are heard again."""
    here.configure(CHAT)
    here.telegram.other_poller = True
    process = here.start("run")
    here.telegram.said(ME, "/help")
    until(lambda: unheard(here))
    (told,) = unheard(here)
    assert (told.scheme, told.reason.split(":")[0]) == ("telegram", "Conflict")
    assert "another program listens as this bot" in told.reason
    here.telegram.token, here.telegram.other_poller = "another", False
    status, check = here.run("status"), here.run("check")
    until(lambda: "Telegram does not accept the bot token" in unheard(here)[0].reason)
    assert "telegram: nobody is heard since" in status.stdout
    assert status.returncode == 0  # it may pass
    assert "note: telegram: nobody is heard since" in check.stdout
    here.telegram.token = TOKEN
    assert "/subscribe diffusion" in said(here, 1)[0]
    until(lambda: not unheard(here))
    process.terminate()
    _, log = process.communicate(10)
    assert "telegram: nobody is heard: Conflict" in log
    assert "telegram: people are heard again" in log


def unheard(here: World) -> list[Unheard]:
    store = Store(here.config.database, only_looks=True)
    try:
        return store.call(all_unheard)
    finally:
        store.close()
