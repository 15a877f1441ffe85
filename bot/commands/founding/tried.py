"""Answers, tried: each against the server that it names. What is wrong is a ConfigError with the flag it came by."""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from bot.app import open_channels, open_sources, surroundings
from bot.channels.channel import Heard, Overhears, SendError
from bot.channels.registry import parse_destination
from bot.commands.founding.draft import Draft, From
from bot.commands.looking import Stored, looks
from bot.config.load import Config, read
from bot.config.mistakes import ConfigError
from bot.process.clock import Clock
from bot.sources.registry import SOURCES
from bot.sources.source import Failed, Unreadable
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query

DAILY_PAPERS = "https://huggingface.co"
_READING = 60.0
"""Seconds for what shows how a query does: the papers that came by then will do."""
_ARXIV = re.compile(r"(?:https?://)?(?:\w+\.)?arxiv\.org/(?:rss|atom|list)/([\w.+-]+)(?:/.*)?")
_CATEGORIES = re.compile(r"[a-z-]+\.[A-Z]{2}(?:[\s,+]+[a-z-]+\.[A-Z]{2})*")
_DAILY = re.compile(r"(?:https?://)?(?:www\.)?huggingface\.co(?:/papers.*)?/?")


def config_of(draft: Draft, path: Path, environment: Mapping[str, str]) -> Config:
    """What the draft would be as a file at `path`. Raises ConfigError."""
    return read(draft.text().encode("utf-8", "replace"), path, {**environment, **draft.secrets})


def origins(answer: str) -> list[From]:
    """What an answer may mean, the likeliest first: arXiv's categories, a server of Daily Papers, any feed."""
    answer = answer.strip()
    listed = _ARXIV.fullmatch(answer)
    if listed or _CATEGORIES.fullmatch(answer):
        names = re.split(r"[\s,+]+", listed[1] if listed else answer)
        return [From("arxiv", "arxiv", (("categories", names),), "arXiv's announcements, every weekday")]
    if _DAILY.fullmatch(answer):
        return [From("huggingface", "daily-papers", (), "The Hugging Face Daily Papers")]
    address = answer if "://" in answer else f"https://{answer}"
    daily = From("huggingface", "daily-papers", (("url", address),), "A server of Daily Papers")
    return [daily, From("feed", "feed", (("url", address),), "Any RSS or Atom feed")]


async def source(draft: Draft, path: Path, answer: str) -> Draft:
    """The draft with the first of the meanings that answers."""
    reasons = []
    for one in origins(answer):
        drawn = draft.but(source=one)
        config = config_of(drawn, path, os.environ)
        table, around = config.settings.sources[0], surroundings(config)[0]
        try:
            await SOURCES[one.kind].check(around, table)
        except Unreadable as error:
            reasons.append(f"as {one.kind}: {error}")
        else:
            return drawn
    raise ConfigError("--source-url", "; ".join(reasons))


async def papers(draft: Draft, path: Path) -> list[Paper]:
    """What the source has now, by one reading. Raises ConfigError where that is nothing but a failure."""
    found: dict[str, Paper] = {}
    failed: list[str] = []
    try:
        async with (
            asyncio.timeout(_READING),
            open_sources(config_of(draft, path, os.environ), only_looks=True) as (one,),
        ):
            async for part in one.collect({}, Clock().now()):
                if isinstance(part, Failed):
                    failed.append(part.reason)
                else:
                    found |= {paper.id: paper for paper in part.digest.papers}
    except TimeoutError:
        failed.append(f"it had not given all it has after {_READING:.0f} seconds")
    if failed and not found:
        raise ConfigError("--source-url", failed[0])
    return list(found.values())


def brought(query: Query, among: Sequence[Paper]) -> list[Paper]:
    """Those that the query matches, the newest first."""
    near = None
    if query.near:
        from feeds.likeness import Likeness

        near = Likeness(among)
    found = match({"": query}, among, Clock().now(), near)[""]
    return sorted(found, key=lambda paper: (paper.announced is not None, paper.announced), reverse=True)


async def platform(draft: Draft, path: Path, scheme: str) -> str:
    """Who we are there. Raises ConfigError."""
    async with open_channels(config_of(draft, path, os.environ)) as channels:
        try:
            return await channels[scheme].check()
        except SendError as error:
            raise ConfigError("--smtp" if scheme == "email" else f"--{scheme}-token", error.told) from None


async def overheard(draft: Draft, path: Path, seconds: float) -> list[Heard]:
    """Where the Telegram bot was lately spoken to. Raises ConfigError."""
    async with open_channels(config_of(draft, path, os.environ)) as channels:
        bot = channels["telegram"]
        try:
            return await bot.overhear(seconds) if isinstance(bot, Overhears) else []
        except SendError as error:
            raise ConfigError("--to", f"the chat cannot be found out: {error.told}") from None


async def destination(draft: Draft, path: Path, answer: str) -> tuple[Draft, str]:
    """The draft with one destination more, and what it is. Raises ConfigError."""
    try:
        one = parse_destination(answer)
    except ValueError as error:
        raise ConfigError("--to", str(error)) from None
    drawn = draft.but(to=tuple(dict.fromkeys((*draft.to, str(one)))))
    config = config_of(drawn, path, os.environ)
    async with open_channels(config) as channels:
        seen = (await looks(config, channels, Stored()))[one]
    if wrong := [*seen.problems, *filter(None, [seen.unreachable])]:
        raise ConfigError("--to", f"{one}: {_cured('; '.join(wrong), str(one))}")
    return drawn, seen.words


async def first_message(draft: Draft, path: Path, text: str, stream: TextIO) -> list[str]:
    """The destinations that took it. Raises ConfigError for the first that did not."""
    config = config_of(draft, path, os.environ)
    async with open_channels(config, stream) as channels:
        for one in config.destinations:
            channel = channels[one.scheme]
            try:
                await channel.send(one.address, one.thread, channel.pack_text(text), "init")
            except SendError as error:
                told = _cured(error.told, str(one))
                raise ConfigError("--to", f"{one} did not take the first message: {told}") from None
    return [str(one) for one in config.destinations]


def _cured(told: str, destination: str) -> str:
    """What is wrong, with its cure, without the last step: nothing is parked yet."""
    return told.replace("; then: paperround retry DESTINATION", "").replace("DESTINATION", destination)
