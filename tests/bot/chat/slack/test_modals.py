"""The modal: opened at once, filled as somebody types, refused below its field; what is submitted is a command."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.chat.slack.modals import Modals
from bot.chat.slack.taking import Taker
from bot.process.clock import Clock
from bot.store import inbox
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from feeds.paper import Paper
from tests.bot.chat.slack.listening import Configured, Listening, becomes, listening
from tests.bot.chat.slack.test_requests import ME, office, signed
from tests.fakes.slack import FakeSlack

OTHER, CHANNEL = "U0000000002", "C0000000001"
MEMBERS = '[chat]\nmembers = ["slack:U0000000001"]\n'


class Window:
    """What a person does in a modal, and sees there."""

    def __init__(self, here: Listening, slack: FakeSlack) -> None:
        self.here, self.slack = here, slack
        self.taker = Taker(here.store, Clock(), lambda: None, Modals(here.config, here.store, Clock()))

    async def tell(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return await self.taker.envelope(kind, payload, "")

    async def opened(self, payload: dict[str, Any], kind: str = "slash_commands") -> str:
        before = set(self.slack.modals)
        assert await self.tell(kind, payload) == {}
        await becomes(lambda: set(self.slack.modals) - before)
        (view,) = set(self.slack.modals) - before
        return view

    async def answered(self) -> list[str]:
        """What one alone is shown."""
        before = len(self.slack.asides)
        while await self.here.desk.one():
            pass
        await self.here.say_all()
        return [text for _, _, text in self.slack.asides[before:]]


async def test_subscribe_without_a_query_opens_it_and_what_is_typed_is_tried(
    configured: Configured, slack: FakeSlack
) -> None:
    slack.admins = {ME}
    async with listening(configured(), listen=False) as here:
        here.store.call(lambda at: _stored(at, "Diffusion at last"))
        window = Window(here, slack)
        view = await window.opened(slack.command("subscribe", ME))
        assert slack.modals[view]["shown"] == "Bring me new papers about"
        for words in ("d", "diff", "diffusion"):
            assert await window.tell("interactive", slack.types(words, ME, view)) == {}
        await becomes(lambda: "Diffusion at last" in slack.modals[view]["shown"])
        assert "it would have brought 1 paper" in slack.modals[view]["shown"]
        await window.tell("interactive", slack.types("“flow matching", ME, view))
        await becomes(lambda: "this quotation mark is not closed" in slack.modals[view]["shown"])
        assert here.store.call(inbox.oldest) is None
        bad = await window.tell("interactive", slack.submits("(diffusion", ME, view))
        assert bad["response_action"] == "errors"
        assert "\n" not in bad["errors"]["query"]
        assert await window.tell("interactive", slack.submits("diffusion", ME, view)) == {}
        (told,) = await window.answered()
        assert told.startswith("Subscribed, as 1: diffusion\n")
        assert here.standing() == ["diffusion"]


async def test_from_the_home_it_subscribes_the_direct_messages(configured: Configured, slack: FakeSlack) -> None:
    async with listening(configured(), listen=False) as here:
        window = Window(here, slack)
        await window.tell("events_api", slack.event({"type": "app_home_opened", "user": ME, "channel": "D0000000001"}))
        await window.answered()
        view = await window.opened(slack.home("D0000000001", ME, "open"), "interactive")
        await window.tell("interactive", slack.submits("graphs", ME, view))
        await window.answered()
        assert here.standing() == ["graphs"]
        assert "Subscribed, as 1: graphs" in slack.homes[ME]["shown"]


async def test_who_may_not_and_who_is_too_late_is_answered_in_words(configured: Configured, slack: FakeSlack) -> None:
    slack.admins = {ME}
    async with listening(configured(tables=MEMBERS), listen=False) as here:
        window = Window(here, slack)
        await window.tell("slash_commands", slack.command("subscribe", OTHER))
        await becomes(lambda: here.store.call(inbox.oldest))
        (told,) = await window.answered()
        assert told == f"I answer my members only. Who runs me can add you: slack:{OTHER}"
        late = slack.command("subscribe", ME)
        slack.triggers[late["trigger_id"]] -= 4
        await window.tell("slash_commands", late)
        await becomes(lambda: here.store.call(inbox.oldest))
        assert await window.answered() == ["What about? Send /papers subscribe diffusion"]
        assert slack.modals == {}


async def test_by_sockets_and_by_requests_a_fault_comes_with_the_acknowledgement(
    configured: Configured, slack: FakeSlack
) -> None:
    async with listening(configured()) as here:
        slack.said("subscribe", ME)
        await becomes(lambda: slack.modals)
        (view,) = slack.modals
        told = slack.sockets.tell("interactive", slack.submits("(a", ME, view))
        await becomes(lambda: told.acknowledged)
        assert told.answer["response_action"] == "errors"
        assert here.standing() == []
    async with office(configured) as there:
        body = urlencode({"payload": json.dumps(slack.submits("(a", ME, view))}).encode()
        headers = signed(body)
        answer = await there.post(body, headers)
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.json()["response_action"] == "errors"
        again = await there.post(body, headers)
        assert again.status_code == 401
        good = urlencode({"payload": json.dumps(slack.submits("a", ME, view))}).encode()
        assert (await there.post(good, signed(good))).text == ""
        assert there.heard() == ["subscribe a"]


def _stored(connection: Any, title: str) -> None:
    day, now = datetime.now(UTC).date() - timedelta(days=1), datetime.now(UTC)
    links = {"abstract": "https://arxiv.org/abs/2611.00001"}
    one = Paper("2611.00001", title, "We look into it.", links=links, announced=day)
    papers.add(connection, Sighting("daily", "huggingface", one, day), now, lambda day, key: f"tag:{key}")
