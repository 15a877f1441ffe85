"""Telegram, end to end: a `run` of its own that listens to the loopback Bot API."""

from datetime import UTC, datetime

from tests.fakes.source import item
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
