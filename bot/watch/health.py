"""Whether all is well, in a few cheap statements: what stands still, by name, for who asks again and again."""

from datetime import datetime

from sqlalchemy import Connection

from bot.config.load import Config
from bot.rules.health import is_given_up
from bot.store import happened
from bot.store.archive import sources
from bot.store.kinds import kind_of
from bot.store.outbox import waking
from bot.watch.status import record_of
from bot.watch.writers import writers


def stands_still(connection: Connection, config: Config, now: datetime) -> list[str]:
    """A line for each source that stalls, each platform that stops, and for want of a writer. None: all is well.

    It names what the file names, and nothing that a source or a platform said.
    """
    found = []
    there = writers(connection, happened.every(connection), now)
    if not (there.come or kind_of(config.database).is_held_here()):
        since = f"since {there.last:%Y-%m-%d %H:%M:%S}Z" if there.last else "yet"
        found.append(f"nobody collects and sends {since}: start paperround run, or once")
    known = {row.name: row for row in sources.every(connection)}
    for one in config.settings.sources:
        row = known.get(one.name)
        if row is not None and is_given_up(record_of(connection, one.kind, row), now):
            found.append(f"source {one.name} {'has failed for days' if row.error else 'is stalled'}")
    found += [f"platform {scheme} refuses us" for scheme in waking.stopped(connection)]
    return found
