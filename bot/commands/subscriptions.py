"""`subscriptions`: every standing query, whoever made it; and those that are not the file's made, shown and ended."""

import json
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from bot.channels.registry import rule_at
from bot.commands.opening import CLOCK, complain, configured, guarded, opened, say
from bot.commands.retry import lane_of
from bot.config.lines import Line, LineError, lacks, read_lines
from bot.config.load import Config
from bot.config.mistakes import ConfigError
from bot.config.tables import Settings
from bot.process.several import in_order
from bot.rules.destinations import Destination
from bot.rules.manners import TOGETHER
from bot.rules.standing import Times
from bot.rules.words import counted, headed
from bot.store.engine import Store
from bot.store.outbox import lanes
from bot.store.subscriptions import by_mail, imported
from bot.store.subscriptions.imported import Taken, Wanted
from bot.store.subscriptions.rows import FILE, Kept, Subscription
from feeds.query import parse_query

AT_ONCE = 500
"""Lines taken in one transaction: a process that sends beside it waits for no longer than 50 ms."""


@guarded
def listed(path: Path, *, verbose: bool, of: str, as_json: bool) -> int:
    """Every standing query, or those of one destination."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        lane = lane_of(store, of) if of else None
        names = None if lane is None else {of, *store.call(lanes.names, lane)}
        found = [*_of_the_file(config, names), *map(_as_json, store.call(lambda at: list(imported.every(at, lane))))]
    if as_json:
        say(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        say("\n".join(map(_told, found)))
    return 0


@guarded
def take(path: Path, *, verbose: bool, file: str) -> int:
    """1 when a line was bad: it is named, the others are taken."""
    config = configured(path, verbose=verbose, secrets=False)
    with lines_of(file) as lines, opened(config) as store:
        taken, bad = take_lines(store, config.settings, lines, CLOCK.now)
    say(f"{counted(taken.new, 'new subscription')}, {taken.changed} changed" + (f", {bad} bad" if bad else ""))
    return 1 if bad else 0


@guarded
def exported(path: Path, *, verbose: bool) -> int:
    """A line each, as `import` reads them."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        found = store.call(lambda at: list(imported.every(at)))
    if found:
        say("\n".join(json.dumps(_line(row), ensure_ascii=False) for row in found))
    return 0


@guarded
def remove(path: Path, *, verbose: bool, destination: str, query: str) -> int:
    """2 where nothing was ever due there, or the query is bad."""
    wanted = str(parse_query(query)) if query else None
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config) as store:
        count = store.call(imported.remove, lane_of(store, destination), wanted, CLOCK.now())
    say(f"{headed(destination)} {counted(count, 'subscription')} ended")
    return 0


def take_lines(
    store: Store, settings: Settings, lines: Iterable[str], now: Callable[[], datetime]
) -> tuple[Taken, int]:
    """Take all lines that can be read, some in a transaction; how many that were, and how many were bad."""
    new = changed = bad = done = 0
    rest = iter(lines)
    for read in in_order(read_lines, iter(lambda: list(islice(rest, AT_ONCE)), [])):
        wanted, numbers = [], dict[Destination, int]()
        for number, line in enumerate(read, done + 1):
            if problem := _problem(line, settings):
                bad += 1
                complain(f"line {number}: {problem}")
            elif isinstance(line, Line):
                wanted.append(_wanted(line, settings))
                numbers.setdefault(line.to, number)
        done += len(read)
        taken = store.call(imported.take, wanted, "import", now())
        for to in store.call(by_mail.unsubscribed, numbers):
            complain(f"line {numbers[to]}: {to} unsubscribed; taken, but nothing is sent to it until it asks again")
        new, changed = new + taken.new, changed + taken.changed
    return Taken(new, changed), bad


def _problem(line: Line | LineError | None, settings: Settings) -> str:
    if isinstance(line, LineError):
        return str(line)
    lacking = lacks(line, settings) if line else ""
    return lacking and f"to: {lacking}"


def _wanted(line: Line, settings: Settings) -> Wanted:
    return Wanted(line.to, line.query.text, lambda lane, row: _said(line, lane, row, settings))


def _said(line: Line, lane: int, row: Kept | None, settings: Settings) -> Subscription:
    """What a line says; what it leaves out stays as it is where the subscription stands."""
    given, known = line.model_fields_set, row
    zone = line.timezone or settings.timezone
    values: dict[str, Any] = {
        "deliver": str(rule_at(line.to, line.deliver)),
        "quiet": str(line.quiet or ""),
        "timezone": zone.key,
        "top": line.top,
        "together": line.together,
        "silent": line.silent,
        "paused": line.paused,
    }
    if known:
        values |= {name: getattr(known, name) for name in values if name not in given}
    return Subscription(
        destination=str(line.to),
        lane=lane,
        query=line.query,
        times=Times(values["deliver"], values["quiet"], values["timezone"]),
        top=values["top"],
        together=values["together"],
        silent=bool(values["silent"]),
        owner=known.owner if known else "",
        paused=bool(values["paused"]),
    )


def _line(row: Kept) -> dict[str, Any]:
    """A row as a line that `import` reads back as the same."""
    line = {
        "to": row.destination,
        "query": row.query,
        "deliver": row.deliver,
        "quiet": row.quiet,
        "timezone": row.timezone,
        "top": row.top,
        "paused": bool(row.paused),
    }
    if row.together != TOGETHER:
        line["together"] = row.together
    if row.silent:
        line["silent"] = True
    return line


def _as_json(row: Kept) -> dict[str, Any]:
    """For `--json`."""
    return {
        "destination": row.destination,
        "query": row.query,
        "when": row.deliver,
        "owner": row.owner,
        "origin": row.origin,
        "paused": bool(row.paused),
        "name": row.name,
        "quiet": row.quiet,
        "timezone": row.timezone,
        "top": row.top,
        "together": row.together,
        "silent": bool(row.silent),
    }


def _of_the_file(config: Config, names: Container[str] | None) -> Iterator[dict[str, Any]]:
    """The file's, as it says them now; of a destination by any of its names."""
    for alert in config.settings.alerts:
        for to in alert.to:
            if names is None or str(to) in names:
                yield {
                    "destination": str(to),
                    "query": str(alert.query),
                    "when": str(rule_at(to, alert.deliver)),
                    "owner": "",
                    "origin": FILE,
                    "paused": False,
                    "name": alert.name,
                    "quiet": str(alert.quiet or ""),
                    "timezone": config.settings.zone_of(alert).key,
                    "top": alert.top,
                    "together": alert.together,
                    "silent": alert.silent,
                }


def _told(one: dict[str, Any]) -> str:
    times = ", ".join(filter(None, [one["when"], one["quiet"] and f"quiet {one['quiet']}"]))
    notes = [f"{times} {one['timezone']}" if ":" in times else times, one["origin"]]
    notes += [one["name"], one["owner"], "paused" if one["paused"] else ""]
    return f"{headed(one['destination'])} {one['query']} ({', '.join(filter(None, notes))})"


@contextmanager
def lines_of(file: str) -> Iterator[TextIO]:
    """Those of a file, or of standard input (`-`). Raises ConfigError."""
    if file == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            yield lines
    except OSError as error:
        raise ConfigError("", f"{file} cannot be read: {error.strerror}") from None
