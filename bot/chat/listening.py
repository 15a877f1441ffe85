"""Everything that listens and answers, put together: what `run` keeps beside the rounds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.channels.channel import Channel
from bot.chat.desk import Desk
from bot.chat.front import Ear
from bot.chat.fronts import opened
from bot.chat.keeping_true import Corrector
from bot.chat.speaking import Speaker
from bot.config.load import Config
from bot.delivery.gate import Gate
from bot.process.clock import Clock
from bot.store.engine import Store


async def listen_and_answer(
    config: Config,
    store: Store,
    clock: Clock,
    channels: Mapping[str, Channel],
    gate_of: Callable[[str], Awaitable[Gate]],
    stop: asyncio.Event,
    told: asyncio.Event,
) -> None:
    """Until we are stopped. `told` is set when something was stored: by a front, or by who takes what is posted to us.

    What was stored is dealt with by the next `run`; what was dealt with is answered.
    """
    fronts = {one.scheme: one for one in opened(Ear(config, store, clock, channels, told.set))}
    speaker = Speaker(store, clock, fronts, channels, gate_of)
    desk = Desk(config, store, clock, fronts, speaker.spoke.set, told)
    try:
        async with asyncio.TaskGroup() as group:
            working = [group.create_task(front.listen()) for front in fronts.values()]
            working.append(group.create_task(desk.serve()))
            group.create_task(speaker.serve(stop))
            if config.settings.chat and config.settings.chat.updates:
                group.create_task(Corrector(store, clock, channels, gate_of, config.site).serve(stop))
            await stop.wait()
            for task in working:
                task.cancel()
    finally:
        for front in fronts.values():
            await front.aclose()
