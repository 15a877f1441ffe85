"""`retry`: reopen a destination, and put back what parked there."""

from pathlib import Path

from bot.channels.registry import parse_destination
from bot.commands.opening import configured, guarded, opened, say
from bot.config.mistakes import ConfigError
from bot.rules.destinations import Destination
from bot.store.outbox import lanes, outcomes


@guarded
def command(path: Path, *, verbose: bool, destination: str) -> int:
    """2 where nothing was ever due there."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config) as store:
        lane = store.call(lanes.find, destination_of(destination))
        if lane is None:
            known = [name for row in store.call(lanes.every) for name in store.call(lanes.names, row.id)]
            raise ConfigError(destination, f"nothing was ever due there; known: {', '.join(known) or 'none yet'}")
        waiting = store.call(outcomes.reopen, lane)
    say(f"{destination} is open; papers that wait for the next round there: {waiting}")
    return 0


def destination_of(text: str) -> Destination:
    """What a person wrote. Raises ConfigError."""
    try:
        return parse_destination(text)
    except ValueError as error:
        raise ConfigError("", str(error)) from None
