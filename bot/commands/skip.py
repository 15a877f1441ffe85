"""`skip`: drop what waits for a destination, or what of it a query matches. It is never sent; `explain` says so."""

from pathlib import Path

from bot.commands.opening import CLOCK, configured, guarded, opened, say
from bot.commands.retry import lane_of
from bot.store.subscriptions import waiting
from feeds.query import parse_query


@guarded
def command(path: Path, *, verbose: bool, destination: str, query: str) -> int:
    """2 where nothing was ever due there, or the query is bad."""
    parsed = parse_query(query) if query else None
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config) as store:
        count = store.call(waiting.skip, lane_of(store, destination), parsed, CLOCK.now())
    say(f"{destination}: {count} {'paper' if count == 1 else 'papers'} skipped, never to be sent there")
    return 0
