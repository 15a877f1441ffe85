"""What commands share: the configuration and the store opened, expected failures as one line and an exit code."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from bot.config.load import Config, load
from bot.config.mistakes import ConfigError
from bot.process import logs
from bot.process.clock import Clock
from bot.store.engine import Store, StoreError
from bot.store.lock import LockedError
from bot.web.listening import ListenError
from feeds.query import QueryError

log = logging.getLogger(__name__)
CLOCK = Clock()
P = ParamSpec("P")


def guarded(work: Callable[P, int]) -> Callable[P, int]:
    """Expected failures as one line on stderr and an exit code; a bug goes on up."""

    @wraps(work)
    def safe(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return work(*args, **kwargs)
        except (ConfigError, QueryError) as error:
            complain(str(error))
            return 2
        except (LockedError, ListenError, StoreError) as error:
            complain(str(error))
            return 1
        except ExceptionGroup as group:  # tasks that ran side by side
            known, unknown = group.split(StoreError)
            if unknown is not None or known is None:
                raise
            complain(_first_of(known))
            return 1

    return safe


def _first_of(group: ExceptionGroup[StoreError]) -> str:
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, ExceptionGroup) else str(first)


def configured(path: Path, *, verbose: bool, secrets: bool = True, platforms: bool = True) -> Config:
    """The configuration, and logs that hold none of its secrets. Raises ConfigError."""
    logs.set_up(verbose=verbose)
    config = load(path, os.environ, secrets_too=secrets, platforms=platforms)
    logs.set_up(verbose=verbose, secrets=config.in_clear())
    for key in config.unused:
        log.warning("%s: this version of Paper Round does not use it yet", key)
    return config


@contextmanager
def opened(config: Config, *, looks: bool = False) -> Iterator[Store]:
    """The store, closed at the end. Raises StoreError."""
    store = Store(config.database, only_looks=looks)
    try:
        yield store
    finally:
        store.close()


def show(data: Any, text: str, *, as_json: bool) -> None:
    """A result, for programs or for people."""
    say(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)


def say(text: str) -> None:
    """A result, to stdout."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:  # the reader has gone, or the disk is full
        complain(f"the result cannot be written: {error.strerror}")
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (to the end)


def complain(text: str) -> None:
    """A failure, to stderr; where that cannot be written to, the exit code tells it."""
    with suppress(OSError):
        sys.stderr.write(f"paperround: {text}\n")
