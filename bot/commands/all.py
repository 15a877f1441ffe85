"""What each command does once its arguments are read: open, work, print, and say by an exit code how it went."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from bot.config.load import Config, ConfigError, load
from bot.process import logs
from bot.process.clock import Clock
from bot.process.lock import LockedError, only_writer
from bot.rules.destinations import Destination, parse_destination
from bot.store import Store, StoreError
from bot.web.listening import ListenError
from feeds.query import QueryError, parse_query

log = logging.getLogger(__name__)
CLOCK = Clock()
P = ParamSpec("P")


def _told(command: Callable[P, int]) -> Callable[P, int]:
    """Expected failures as one line on stderr and an exit code; a bug goes on up."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except (ConfigError, QueryError) as error:
            _complain(str(error))
            return 2
        except (LockedError, ListenError, StoreError) as error:
            _complain(str(error))
            return 1
        except ExceptionGroup as group:  # tasks that ran side by side
            known, unknown = group.split(StoreError)
            if unknown is not None or known is None:
                raise
            _complain(_first_told(known))
            return 1

    return guarded


def _first_told(group: ExceptionGroup[StoreError]) -> str:
    first = group.exceptions[0]
    return _first_told(first) if isinstance(first, ExceptionGroup) else str(first)


@_told
def once(path: Path, *, verbose: bool, dry_run: bool, wait: float, as_json: bool = False) -> int:
    """One round. 0 all well, 1 something failed or stayed unsent, 2 the configuration is wrong."""
    from bot.commands import report
    from bot.commands.once import once as work

    config = _configured(path, verbose=verbose, platforms=not dry_run)
    stream = sys.stderr if as_json else sys.stdout
    if dry_run:
        from bot.commands.dry_run import dry_run as preview

        result = asyncio.run(preview(config, CLOCK, stream))
        _print(result.as_json(), report.text_of(result, dry=True), as_json=as_json)
        return 1 if result.report.failed else 0
    with only_writer(config.database), _opened(config) as store:
        result = asyncio.run(work(config, store, CLOCK, wait, stream))
    _print(result.as_json(), report.text_of(result), as_json=as_json)
    return 0 if result.well() else 1


@_told
def run(path: Path, *, verbose: bool) -> int:
    """Rounds until a signal."""
    from bot.commands.run import run as work

    config = _configured(path, verbose=verbose)
    with only_writer(config.database), _opened(config) as store:
        asyncio.run(work(config, store, CLOCK))
    return 0


@_told
def serve(path: Path, *, verbose: bool) -> int:
    """The web server alone, until a signal."""
    from bot.commands.serve import serve as work

    asyncio.run(work(_configured(path, verbose=verbose, secrets=False), CLOCK))
    return 0


@_told
def check(path: Path, *, verbose: bool, send: bool) -> int:
    """0 all well, 1 a service could not be reached, 2 a configuration or credential is wrong."""
    from bot.commands.check import check as work

    return asyncio.run(work(_configured(path, verbose=verbose), sys.stdout, send=send))


@_told
def status(path: Path, *, verbose: bool, as_json: bool) -> int:
    """1 when something is stalled, failed or parked."""
    from bot.watch import status as looking

    config = _configured(path, verbose=verbose, secrets=False)
    with _opened(config, looks=True) as store:
        found = store.call(looking.status, config, CLOCK.now())
    _print(found.as_json(), looking.text_of(found), as_json=as_json)
    return 0 if found.well() else 1


@_told
def backfill(path: Path, *, verbose: bool, source: str, since: date, until: date | None, as_json: bool) -> int:
    """1 when a day could not be read; the same command goes on with it."""
    from bot.commands import backfill as work
    from bot.commands.progress import shown

    config = _configured(path, verbose=verbose, secrets=False)
    span = since, until or CLOCK.now().date()
    with _opened(config) as store, shown(source, sys.stderr) as progress:
        tally = asyncio.run(work.backfill(config, store, CLOCK, source, span, progress))
    _print(tally.as_json(), work.sentence(tally, source), as_json=as_json)
    return 0 if tally.well() else 1


@_told
def retry(path: Path, *, verbose: bool, destination: str) -> int:
    """Reopen a destination."""
    from bot.store.outbox import lanes, outcomes

    config = _configured(path, verbose=verbose, secrets=False)
    with _opened(config) as store:
        lane = store.call(lanes.find, _destination(destination))
        if lane is None:
            known = [name for row in store.call(lanes.every) for name in store.call(lanes.names, row.id)]
            raise ConfigError(destination, f"nothing was ever due there; known: {', '.join(known) or 'none yet'}")
        waiting = store.call(outcomes.reopen, lane)
    _say(f"{destination} is open; papers that wait for the next round there: {waiting}")
    return 0


@_told
def backtest(path: Path, *, verbose: bool, query: str, days: int, as_json: bool) -> int:
    """`try`: what a query would have sent, and how many a week."""
    from bot.commands import archive, report
    from bot.store.archive.look import look

    parsed = parse_query(query)
    config = _configured(path, verbose=verbose, secrets=False)
    with look(config.database) as connection:
        told = archive.backtest(connection, parsed, CLOCK.now(), days)
    _print(told.as_json(), report.backtest_text(told), as_json=as_json)
    return 0


@_told
def search(path: Path, *, verbose: bool, query: str, as_json: bool) -> int:
    """What a query matches, newest first."""
    from bot.commands import archive, report
    from bot.store.archive.look import look

    parsed = parse_query(query)
    config = _configured(path, verbose=verbose, secrets=False)
    with look(config.database) as connection:
        found = archive.search(connection, parsed, CLOCK.now())
    _print({"query": query, "papers": [one.as_json() for one in found]}, report.found_text(found), as_json=as_json)
    return 0


@_told
def explain(path: Path, *, verbose: bool, paper: str, as_json: bool) -> int:
    """1 when there is no such paper."""
    from bot.commands import explain as looking

    config = _configured(path, verbose=verbose, secrets=False)
    with _opened(config, looks=True) as store:
        told = store.call(looking.explain, config, paper, CLOCK.now())
    if told is None:
        _complain(f"no paper {paper!r} was ever seen; name it by arXiv id, DOI, address or whole title")
        return 1
    _print(told.as_json(), looking.text_of(told), as_json=as_json)
    return 0


def _configured(path: Path, *, verbose: bool, secrets: bool = True, platforms: bool = True) -> Config:
    logs.set_up(verbose=verbose)
    config = load(path, os.environ if secrets else None, platforms=platforms)
    logs.set_up(verbose=verbose, secrets=config.secrets.values())
    for key in config.unused:
        log.warning("%s: this version of Paper Round does not use it yet", key)
    return config


@contextmanager
def _opened(config: Config, *, looks: bool = False) -> Iterator[Store]:
    store = Store(config.database, only_looks=looks)
    try:
        yield store
    finally:
        store.close()


def _destination(text: str) -> Destination:
    try:
        return parse_destination(text)
    except ValueError as error:
        raise ConfigError("", str(error)) from None


def _print(data: Any, text: str, *, as_json: bool) -> None:
    _say(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)


def _say(text: str) -> None:
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:  # the reader has gone, or the disk is full
        _complain(f"the result cannot be written: {error.strerror}")
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (to the end)


def _complain(text: str) -> None:
    sys.stderr.write(f"paperround: {text}\n")
