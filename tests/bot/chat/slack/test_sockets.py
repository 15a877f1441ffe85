"""Socket Mode over sockets that are refreshed, dropped and dead: acknowledged soon, handled once."""

import asyncio

from bot.chat.slack.api import Api
from bot.chat.slack.sockets import Sockets
from bot.chat.slack.taking import Taker
from bot.process.clock import Clock
from bot.store import hearing, inbox
from bot.store.engine import Store, driver
from tests.bot.chat.slack.listening import Configured, becomes, listening
from tests.fakes.slack import FakeSlack

ME = "U0000000001"


async def test_a_hundred_commands_over_sockets_that_end_all_the_time(configured: Configured, slack: FakeSlack) -> None:
    slack.admins = {ME}
    async with listening(configured()) as here:
        await becomes(lambda: slack.sockets.open == 2)
        slack.sockets.unrest(0.25)
        for number in range(100):
            slack.said(f"subscribe word{number}", ME)
            await asyncio.sleep(0.03)
        told = slack.sockets.envelopes
        await becomes(lambda: all(one.acknowledged for one in told))
        await becomes(lambda: here.answered() == 100)
        assert here.standing() == sorted(f"word{number}" for number in range(100))
        waits = sorted(one.acknowledged - one.made for one in told)
        assert waits[98] < 3
        assert slack.sockets.opened > 10
        assert len(told) == 100


async def test_what_came_while_no_socket_was_open_is_handled_once_when_it_is_sent_again(
    configured: Configured, slack: FakeSlack
) -> None:
    early = slack.sockets.tell("events_api", slack.typed("subscribe diffusion", ME))
    config = configured()
    async with listening(config) as here:
        await becomes(lambda: early.acknowledged and here.standing() == ["diffusion"])
        again = slack.sockets.tell("events_api", early.body["payload"], "timeout")
        other = slack.sockets.tell("events_api", slack.typed("unsubscribe 1", ME))
        await becomes(lambda: again.acknowledged and other.acknowledged and here.standing() == [])
        assert here.answered() == 2
    async with listening(config) as here:  # also after a restart, when it comes by another envelope
        again = slack.sockets.tell("events_api", early.body["payload"], "timeout")
        await becomes(lambda: again.acknowledged)
        assert (here.standing(), here.answered()) == ([], 2)


async def test_it_is_stored_before_it_is_acknowledged(configured: Configured, slack: FakeSlack) -> None:
    stored: list[int] = []

    class Watched(Taker):
        async def envelope(self, *told: object) -> None:
            assert not one.acknowledged
            await super().envelope(*told)  # type: ignore[arg-type]
            stored.append(len(store.call(lambda at: driver(at).execute("select id from inbox").fetchall())))
            assert not one.acknowledged

    config, clock = configured(), Clock()
    store, api = Store(config.database), Api(config)
    one = slack.said("list", ME)
    serving = asyncio.create_task(Sockets(api, Watched(store, clock, lambda: None), store, clock).serve())
    await becomes(lambda: one.acknowledged)
    assert stored == [1]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await api.aclose()
    store.close()


async def test_a_socket_that_is_open_and_silent_is_made_anew(configured: Configured, slack: FakeSlack) -> None:
    slack.sockets.mute = True
    config, clock = configured(), Clock()
    store, api = Store(config.database), Api(config)
    sockets = Sockets(api, Taker(store, clock, lambda: None), store, clock, silence=0.3)
    serving = asyncio.create_task(sockets.serve())
    await becomes(lambda: slack.sockets.opened == 2)
    slack.sockets.mute = False
    one = slack.said("list", ME)
    await becomes(lambda: one.acknowledged)
    entry = store.call(inbox.oldest)
    assert entry
    assert '"text": "list"' in entry.body
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await api.aclose()
    store.close()


async def test_a_socket_that_is_to_be_closed_is_read_on_beside_its_successor(
    configured: Configured, slack: FakeSlack
) -> None:
    async with listening(configured()):
        await becomes(lambda: slack.sockets.open == 2)
        slack.sockets.warn_one()
        await becomes(lambda: slack.sockets.open == 3)
        told = [slack.said("list", ME) for _ in range(12)]
        await becomes(lambda: all(one.acknowledged for one in told))
        assert {one.sent for one in told} == {1}


async def test_what_keeps_it_from_listening_is_told_once(
    configured: Configured, slack: FakeSlack, caplog: object
) -> None:
    slack.fail_next(3, "429", "apps.connections.open")
    slack.retry_after = 0
    async with listening(configured()):
        await becomes(lambda: slack.sockets.open == 2)
    told = [one.getMessage() for one in caplog.records if "slack" in one.name]  # type: ignore[attr-defined]
    assert [one.split(":")[1:4] for one in told if "nobody" in one] == [[" nobody is heard", " Slack", " ratelimited"]]
    assert "xapp" not in caplog.text  # type: ignore[attr-defined]
    assert "ticket" not in caplog.text  # type: ignore[attr-defined]


async def test_while_nobody_is_heard_it_is_noted(configured: Configured, slack: FakeSlack) -> None:
    slack.fail_next(2, "429", "apps.connections.open")
    slack.retry_after = 1
    config = configured()
    async with listening(config):
        store = Store(config.database, only_looks=True)
        await becomes(lambda: [one.scheme for one in store.call(hearing.all_unheard)] == ["slack"])
        await becomes(lambda: store.call(hearing.all_unheard) == [])
        store.close()
