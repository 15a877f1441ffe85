"""What `run` is about to do: for people, and which sources are in hand."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.config.load import Config
from bot.rules.rhythm import in_words
from bot.rules.words import soon
from bot.sources.timetable import rhythm_of

NAMED = 10
"""Sources of one rhythm that are told by name."""


def plan(config: Config, planned: Mapping[str, datetime], now: datetime, address: str = "") -> Iterator[str]:
    """What goes on from now, for people: where we are, how often sources are read, and when next."""
    settings = config.settings
    if address:
        yield f"serving on {address}"
    public = settings.publish
    yield f"publishing to {config.public}" + (f" as {public.base_url}" if public.names_its_address else "")
    names: dict[str, list[str]] = {}
    for source in settings.sources:
        names.setdefault(in_words(rhythm_of(source)), []).append(source.name)
    for rhythm, found in names.items():
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        yield f"reading now, then {rhythm}: {', '.join(found[:NAMED])}{more}"
    if planned:
        name = min(planned, key=planned.__getitem__)
        yield f"the next round is at {soon(planned[name], now, settings.timezone)}; Ctrl-C stops"
    else:
        yield "no source is configured, so nothing is read; Ctrl-C stops"


class InHand:
    """The sources that are being read; `asked` are those that are due."""

    def __init__(self, asked: asyncio.Queue[str]) -> None:
        self.now: set[str] = set()
        self.asked = asked
        self._again: set[str] = set()

    def ended(self, name: str) -> None:
        """It may be read again, and is if it must be."""
        self.now.discard(name)
        if name in self._again:
            self._again.discard(name)
            self.asked.put_nowait(name)

    def anew(self, names: Iterable[str]) -> None:
        """Read all of these from now on: what is being read, once more after that."""
        for name in names:
            if name in self.now:
                self._again.add(name)
            else:
                self.asked.put_nowait(name)
