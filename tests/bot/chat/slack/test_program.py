"""Slack, end to end: a `run` of its own that listens to the loopback Slack, by sockets and by signed requests."""

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx

from tests.bot.chat.slack.listening import ENVIRONMENT, REQUESTS, SOCKETS
from tests.bot.chat.slack.test_requests import signed
from tests.fakes.slack import APP
from tests.fakes.source import item
from tests.world import DAILY, World, until

ME, OTHER, CHANNEL, DIRECT = "U0000000001", "U0000000002", "C0000000001", "D0000000001"
CHAT = '[chat]\nmembers = ["slack:U0000000001", "slack:U0000000002"]\n'


def configure(here: World, way: str, *tables: str) -> None:
    here.configure(CHAT, *tables)
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("[slack]\n", f"[slack]\n{way}\n"))


def test_by_sockets_a_channel_subscribes_and_asks_about_what_comes(here: World) -> None:
    day, slack = datetime.now(UTC).date(), here.slack
    here.source.days = {day.isoformat(): []}
    configure(here, SOCKETS, DAILY)
    slack.admins = {ME}
    process = here.start("run", **ENVIRONMENT)
    slack.said("subscribe diffusion", ME)
    until(lambda: slack.asides)
    assert slack.asides[0][2].startswith("Subscribed, as 1: diffusion\n")
    here.source.days[day.isoformat()].append(item("2601.00002", "New diffusion", "Of noise.", day))
    until(lambda: slack.plain(CHANNEL))
    (paper,) = slack.messages
    assert paper.text.startswith("New diffusion")
    assert paper.text.endswith("[Why] [More] [Save] [Cite]")
    for word in ("why", "save"):
        slack.sockets.tell("interactive", slack.pressed(word, ME, f"{CHANNEL}:{paper.id}"))
    star = {"type": "reaction_added", "user": OTHER, "reaction": "star", "item_user": APP}
    until(lambda: len(slack.asides) == 3)
    slack.sockets.tell("events_api", slack.event({**star, "item": {"channel": CHANNEL, "ts": paper.id}}))
    until(lambda: len(slack.asides) == 4)
    assert slack.asides.pop()[1:] == (OTHER, "Kept already: New diffusion. All: /papers saved")
    kept, why = sorted(text for _, _, text in slack.asides[1:])  # two sockets have no order
    assert kept == "Kept: New diffusion. All: /papers saved"
    assert why.startswith("New diffusion")
    assert "  diffusion" in why
    process.terminate()
    _, log = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "xapp" not in log
    assert "ticket" not in log


def test_by_signed_requests(here: World) -> None:
    slack = here.slack
    configure(here, REQUESTS, '[web]\nlisten = "127.0.0.1:0"\n')
    process = here.start("run", **ENVIRONMENT)
    assert process.stderr
    log = ""
    while "serving on" not in log:
        log = process.stderr.readline()
    found = re.search(r"http://\S+", log)
    assert found
    address = f"{found[0]}slack/events"
    body = urlencode(slack.command("subscribe diffusion", ME, DIRECT)).encode()
    headers = signed(body)
    assert httpx.post(address, content=body, headers=headers).status_code == 200
    until(lambda: slack.plain(DIRECT))
    assert slack.plain(DIRECT)[0].startswith("Subscribed, as 1: diffusion\n")
    assert httpx.post(address, content=body, headers=headers).status_code == 401
    assert httpx.post(address, content=b"x" * 1_000_000, headers=headers).status_code == 413
    assert httpx.post(address, content=iter([b"x" * 100_000] * 10), headers=headers).status_code == 413
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert len(slack.messages) == 1
