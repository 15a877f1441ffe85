"""What commands share: the configuration and the store opened, expected failures as one line and an exit code."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import tzinfo
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from bot.commands.screens import Shown, screen_of
from bot.config.load import Config, load
from bot.config.mistakes import ConfigError
from bot.process import logs
from bot.process.clock import Clock
from bot.process.groups import first_of
from bot.rules.words import DRIVES, printable
from bot.store.database import LockedError
from bot.store.engine import Store, StoreError
from bot.web.listening import ListenError
from feeds.query import QueryError

if TYPE_CHECKING:
    from bot.terminal.screen import Screen

CLOCK = Clock()
P = ParamSpec("P")


class UnwrittenError(Exception):
    """A result that could not be written, and why."""


def guarded(work: Callable[P, int]) -> Callable[P, int]:
    """Expected failures as one line on stderr and an exit code; a bug goes on up."""

    @wraps(work)
    def safe(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return work(*args, **kwargs)
        except QueryError as error:
            complain_of(error)
            return 2
        except ConfigError as error:
            complain(str(error))
            return 2
        except (LockedError, ListenError, StoreError, UnwrittenError) as error:
            complain(str(error))
            return 1
        except ExceptionGroup as group:  # tasks that ran side by side
            known, unknown = group.split(StoreError)
            if unknown is not None or known is None:
                raise
            complain(str(first_of(known)))
            return 1

    return safe


def configured(
    path: Path, *, verbose: bool, secrets: bool = True, platforms: bool = True, follows: bool = False
) -> Config:
    """The configuration, and logs that hold none of its secrets. Raises ConfigError.

    `follows`: on a terminal the command itself tells what it does, and logs only what is wrong.
    """
    logs.set_up(verbose=verbose, shown=_shown(None, verbose=verbose, follows=follows))
    config = load(path, os.environ, secrets_too=secrets, platforms=platforms)
    as_json = config.settings.log.format == "json"
    shown = None if as_json else _shown(config.settings.timezone, verbose=verbose, follows=follows)
    logs.set_up(verbose=verbose, secrets=config.in_clear(), shown=shown, as_json=as_json)
    return config


def _shown(zone: tzinfo | None, *, verbose: bool, follows: bool) -> Shown | None:
    """Where logs go on a terminal."""
    if not sys.stderr.isatty():
        return None
    shown = Shown(zone, names=verbose)
    if follows and not verbose:
        shown.setLevel(logging.WARNING)
    return shown


@contextmanager
def opened(config: Config, *, looks: bool = False, waits: bool = False) -> Iterator[Store]:
    """The store, closed at the end. Raises StoreError; who `waits` waits from then on for a server that goes away."""
    store = Store(config.database, only_looks=looks, waits=waits)
    try:
        yield store
    finally:
        store.close()


def show(data: Any, text: str, *, as_json: bool, drawn: Callable[["Screen"], None] | None = None) -> None:
    """A result: for programs, for people, or `drawn` on a terminal, where the text is fitted otherwise."""
    if as_json:
        _write(_escaped(json.dumps(data, ensure_ascii=False, indent=2)))
    elif drawn is not None and (screen := screen_of(sys.stdout)) is not None:
        with written():
            drawn(screen)
    else:
        say(text)


def say(text: str) -> None:
    """A result, to stdout."""
    screen = screen_of(sys.stdout)
    if screen is None:
        _write(printable(text))
        return
    from bot.terminal.told import told

    with written():
        told(screen, text)


def complain(text: str) -> None:
    """A failure, to stderr; where that cannot be written to, the exit code tells it."""
    screen = screen_of(sys.stderr)
    with suppress(OSError):
        if screen is None:
            sys.stderr.write(f"paperround: {printable(text)}\n")
            return
        from bot.terminal.told import complaint

        complaint(screen, text)


def complain_of(error: QueryError) -> None:
    """A query's faults, each with a caret under it."""
    screen = screen_of(sys.stderr)
    if screen is None:
        complain(str(error))
        return
    from bot.terminal.told import complaint_of

    complaint_of(screen, error)


def _escaped(data: str) -> str:
    """JSON that says the same, without characters that drive a terminal."""
    return DRIVES.sub(lambda found: f"\\u{ord(found[0]):04x}", data)


def _write(text: str) -> None:
    with written():
        sys.stdout.write(text + "\n")


@contextmanager
def written() -> Iterator[None]:
    """Write a result in the block. A reader that has gone wanted no more; on a full disk it is UnwrittenError."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (to the end)
        if not isinstance(error, BrokenPipeError):
            raise UnwrittenError(f"the result cannot be written: {error.strerror}") from None
