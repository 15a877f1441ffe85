"""`retry`: reopen a destination, and put back what parked there."""

from pathlib import Path

from sqlalchemy import Connection

from bot.channels.registry import parse_destination
from bot.commands.opening import configured, guarded, opened, say
from bot.config.mistakes import ConfigError
from bot.store.engine import Store
from bot.store.outbox import lanes, names, outcomes

NAMED = 20
"""Destinations that are named where another one was meant."""


@guarded
def command(path: Path, *, verbose: bool, destination: str) -> int:
    """2 where nothing was ever due there."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config) as store:
        waiting = store.call(_put_back, lane_of(store, destination))
    say(f"{destination} is open; papers that wait for the next round there: {waiting}")
    return 0


def _put_back(connection: Connection, lane: int) -> int:
    """How many papers wait there now. It may have closed since its name leads elsewhere."""
    names.look_again(connection, lane)
    return outcomes.reopen(connection, lane)


def lane_of(store: Store, destination: str) -> int:
    """The lane that a person names. Raises ConfigError: that is no destination, or nothing was ever due there."""
    try:
        lane = store.call(lanes.find, parse_destination(destination))
    except ValueError as error:
        raise ConfigError("", str(error)) from None
    if lane is None:
        known, more = store.call(lanes.some_names, NAMED)
        others = f" and {more} more" if more else ""
        raise ConfigError(destination, f"nothing was ever due there; known: {', '.join(known) or 'none yet'}{others}")
    return lane
