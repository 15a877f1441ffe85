"""`check`: every source, feed, alert, destination and folder, and whether each credential is good. Posts nothing."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.app import open_channels, surroundings
from bot.channels.channel import Advises, Channel, Kind, SendError
from bot.commands import own_papers
from bot.commands.looking import Look, Stored, looks, stored
from bot.commands.opening import configured, guarded
from bot.commands.page import Page
from bot.commands.screens import screen_of
from bot.config import placeholders
from bot.config.load import Config
from bot.process.folders import unwritable, unwritable_file
from bot.process.loop import run as to_its_end
from bot.rules.destinations import Destination
from bot.rules.words import local
from bot.sources.kind import SourceTable, Surroundings
from bot.sources.registry import SOURCES
from bot.sources.source import Unreadable
from bot.store.archive.codec import instant
from bot.watch.status import unheard_line

log = logging.getLogger(__name__)
UNREACHED, WRONG = 1, 2


@guarded
def command(path: Path, *, verbose: bool, send: bool, everything: bool = False) -> int:
    """0 all well, 1 a service could not be reached, 2 a configuration or credential is wrong."""
    config = configured(path, verbose=verbose)
    return to_its_end(check(config, sys.stdout, send=send, everything=everything))


async def check(config: Config, stream: TextIO, *, send: bool, everything: bool = False) -> int:
    """Print all that was found. 0 all well, 1 a service could not be reached, 2 a configuration or token is wrong."""
    page = _page(config, stream)
    _listing(config, page)
    _own(config, page)
    for table, around in zip(config.settings.sources, surroundings(config), strict=True):
        await _source(page, table, around)
    known = stored(config, everything=everything)
    await asyncio.to_thread(_own_papers, config, page, answers=not known.problem)
    if known.problem:
        page.fail("file", "", known.problem, UNREACHED if known.away else WRONG)
    async with open_channels(config, stream) as channels:
        answering = {
            scheme: channel for scheme, channel in channels.items() if await _identified(page, scheme, channel)
        }
        sound = _told(page, await looks(config, answering, known))
        for channel in answering.values():
            if isinstance(channel, Advises):
                for told in await channel.advice():
                    page.note(told, [], config.settings.timezone)
        if send:
            await _send_tests(page, answering, [one for one in sound if one not in known.left])
    _noted(page, known, config.settings.timezone)
    page.line("all well" if page.worst == 0 else "something is wrong: see above")
    return page.worst


def _page(config: Config, stream: TextIO) -> Page:
    screen = screen_of(stream)
    if screen is None:
        return Page(stream)
    from bot.commands.drawn.checking import DrawnPage

    return DrawnPage(stream, screen, _things(config))


def _things(config: Config) -> list[tuple[str, str]]:
    """Kind and name of all that has a line."""
    settings = config.settings
    found = [("source", one.name) for one in settings.sources]
    found += [("feed", one.slug) for one in settings.feeds]
    found += [("alert", one.name) for one in settings.alerts]
    found += [("library", one.name) for one in settings.libraries]
    return found + [("destination", str(one)) for one in config.destinations]


def _listing(config: Config, page: Page) -> None:
    settings = config.settings
    for source in settings.sources:
        page.listed("source", source.name, source.kind)
    for feed in settings.feeds:
        page.listed("feed", feed.slug, f"{feed.query}, {feed.best}" if feed.best else str(feed.query))
    for alert in settings.alerts:
        there = ", ".join(map(str, alert.to))
        zone = f" {settings.zone_of(alert).key}" if alert.deliver.at else ""
        page.listed("alert", alert.name, f"{alert.query} -> {there}, {alert.deliver}{zone}")
    page.listed("folder", "", f"publishes to {config.public} as {settings.publish.base_url}")


def _own(config: Config, page: Page) -> None:
    """What stands in the file, and the folders that it names."""
    zone = config.settings.timezone
    for told in placeholders.of_settings(config.settings):
        page.fail("file", "", told, WRONG)
    if config.subscribes and not config.settings.publish.names_its_address:
        page.note(f"links in mails lead to {config.doors}: name the site's address in publish.base_url", [], zone)
    if config.wants_subscribers and not config.subscribes:
        page.note(
            "nobody can subscribe by mail: [email] subscribe opens a page of the site, which [web] serves", [], zone
        )
    for told in placeholders.hints(config.settings):
        page.note(told, [], zone)
    if config.exposed:
        names = ", ".join(map(str, config.exposed))
        page.note(f"published with the site, and nobody's to read: {names}; name another publish.directory", [], zone)
    database = config.database
    told_of_it = unwritable_file(database) if isinstance(database, Path) else ""
    for told in filter(None, (unwritable(config.public), told_of_it)):
        page.fail("file", "", told, WRONG)


def _own_papers(config: Config, page: Page, *, answers: bool) -> None:
    """What was understood of libraries, and what queries compare with that is not there."""
    for one in own_papers.libraries(config, answers=answers):
        if one.wrong:
            page.fail("library", one.name, one.words, WRONG)
        else:
            page.good("library", one.name, one.words)
    for told in own_papers.unknown(config) if answers else ():
        page.note(told, [], config.settings.timezone)


async def _source(page: Page, table: SourceTable, around: Surroundings) -> None:
    """Whether a source answers, and with what it should."""
    try:
        words = await SOURCES[table.kind].check(around, table)
    except Unreadable as error:
        page.fail("source", table.name, str(error), WRONG if error.refused else UNREACHED)
    except Exception as error:  # a source's own fault; the others are looked at all the same
        log.debug("source %s", table.name, exc_info=error)
        page.fail("source", table.name, f"its reader broke ({type(error).__name__}: {error})", UNREACHED)
    else:
        page.good("source", table.name, words)


async def _identified(page: Page, scheme: str, channel: Channel) -> bool:
    """Whether a platform knows us."""
    try:
        page.good("platform", scheme, await channel.check())
    except SendError as error:
        page.fail("platform", scheme, error.told, WRONG if error.kind is Kind.STOP else UNREACHED)
        return False
    return True


def _told(page: Page, found: Mapping[Destination, Look]) -> list[Destination]:
    """Each destination's line, or a line for each of its problems; those without any."""
    for one, look in found.items():
        if look.words and not look.problems:
            page.good("destination", str(one), look.words)
        for problem in look.problems:
            page.fail("destination", str(one), problem.replace("DESTINATION", str(one)), WRONG)
        if look.unreachable:
            page.fail("destination", str(one), f"it could not be looked at: {look.unreachable}", UNREACHED)
    return [one for one, look in found.items() if not look.problems]


def _noted(page: Page, known: Stored, zone: ZoneInfo) -> None:
    """What the database says of destinations in trouble: `status` judges it."""
    for to, since in known.left.items():
        told = f"unsubscribed at {local(instant(since), zone)}: nothing is sent to it until it asks again on the site"
        page.note(f"{to} {told}", [], zone)
    for one in known.unheard:
        page.note(unheard_line(one, zone), [], zone)
    mine = [lane for lane in known.lanes(configured=True) if lane.troubled()]
    if mine:
        page.note("paperround status says of the file's destinations", mine, zone)
    others = known.lanes(configured=False)
    if others:
        page.note("not in the configuration", others, zone)
    if known.standing.more:
        page.line(f"  and {known.standing.more} more in trouble: paperround check --all")


async def _send_tests(page: Page, channels: Mapping[str, Channel], wanted: list[Destination]) -> None:
    for one in wanted:
        channel = channels[one.scheme]
        try:
            payload = channel.pack_text("Paper Round: this is a test, all is well")
            (await channel.send(one.address, one.thread, payload, "check")).noted()
        except SendError as error:
            wrong = error.kind in {Kind.STOP, Kind.CLOSE} or error.patient
            told = error.told_of(str(one))
            page.fail("test", str(one), told, WRONG if wrong else UNREACHED)
        else:
            page.good("test", str(one), "test line sent")
