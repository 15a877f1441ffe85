"""Notices to `[operator] to`: one for each cause until it is over, remembered in the database, several in one message.

A notice is a message in the outbox: it keeps the lane's order and pace, survives a kill, and fails no round.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot.channels.channel import Channel
from bot.channels.unopened import UnopenedChannel
from bot.config.load import Config
from bot.delivery.packing import stored
from bot.process.clock import Clock
from bot.store.engine import Store
from bot.store.outbox import lanes, troubles
from bot.watch.status import sources_now

AT_MOST = 10
"""Sentences in a message; `status` tells the rest."""

_LONGEST = 380
"""Characters of a sentence."""

_DELIVERY = {"platform", "closed", "parked", "unsure", "paused", "renamed", "unheard"}


async def about_sources(config: Config, store: Store, channels: Mapping[str, Channel], clock: Clock) -> bool:
    """Tell what is new about sources that stalled or failed. Whether there is a notice to send."""
    return bool(config.settings.operator) and await store.run(_about_sources, config, channels, clock.now())


async def about_delivery(config: Config, store: Store, channels: Mapping[str, Channel], clock: Clock) -> bool:
    """Tell what is new about destinations and platforms. Whether there is a notice to send."""
    return bool(config.settings.operator) and await store.run(_about_delivery, config, channels, clock.now())


def _about_sources(connection: Connection, config: Config, channels: Mapping[str, Channel], now: datetime) -> bool:
    found = {
        f"source {one.state} {one.name}": f"source {one.name} is {one.state}" + (f": {one.error}" if one.error else "")
        for one in sources_now(connection, config, now)
        if one.state in {"stalled", "failed"}
    }
    return _tell(connection, config, channels, troubles.untold(connection, found, {"source"}), now)


def _about_delivery(connection: Connection, config: Config, channels: Mapping[str, Channel], now: datetime) -> bool:
    news = troubles.untold(connection, troubles.in_delivery(connection, now), _DELIVERY)
    return _tell(connection, config, channels, news, now)


def _tell(
    connection: Connection, config: Config, channels: Mapping[str, Channel], news: Mapping[str, str], now: datetime
) -> bool:
    operator = config.settings.operator
    if not news or operator is None:
        return False
    told = False
    for to, lane in lanes.of(connection, operator.to).items():
        if isinstance(channels[to.scheme], UnopenedChannel):
            continue  # it is told when the channel can be opened again
        payload = stored(channels[to.scheme].pack_text(_text(list(news.values()))))
        told |= troubles.tell(connection, lane, payload, uuid4().hex, now)
    if told:  # else all of them are closed, and hear of it once they are open again
        troubles.remember(connection, news.keys(), now)
    return told


def _text(sentences: list[str]) -> str:
    lines = [f"• {_cut(sentence)}" for sentence in sentences[:AT_MOST]]
    if len(sentences) > AT_MOST:
        lines.append(f"and {len(sentences) - AT_MOST} more: see paperround status")
    return "\n".join(["Paper Round needs you:", *lines])


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1] + "…"
