"""From papers that are due to messages as they are stored: rendered as things are now, and the same from then on."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from bot.channels.channel import Channel, Hit, Item, Payload
from bot.store.archive import codec
from bot.store.archive.paper_rows import PaperRow
from bot.store.outbox.claims import Ready, Waiting
from feeds.match import Reason, match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query


class Packer:
    """Packs for one channel. What is packed alone is kept for the next destination of the same alert."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._alone = lru_cache(maxsize=64)(self._packed_alone)

    def pack(self, waiting: Sequence[Waiting], now: datetime) -> list[Ready]:
        """One message for a paper that goes alone; as few as fit for a digest."""
        items = [_item(one, now) for one in waiting]
        if waiting[0].mode == "each":
            return [self._alone(items[0])]
        heading = " · ".join(dict.fromkeys(one.heading for one in waiting))
        return [Ready(stored(one.payload), one.count) for one in self._channel.pack_batch(heading, items)]

    def _packed_alone(self, item: Item) -> Ready:
        """Packing is half of what a message costs here (measured)."""
        return Ready(stored(self._channel.pack([item])), 1)


def stored(payload: Payload) -> str:
    """A payload as the outbox keeps it."""
    return json.dumps(payload)


def loaded(text: str) -> Payload:
    """A payload as the channel takes it."""
    payload: Payload = json.loads(text)
    return payload


def _item(one: Waiting, now: datetime) -> Item:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return Item(_paper(one.paper), tuple(Hit(alert, _reasons(query, one.paper, hour)) for alert, query in one.hits))


@lru_cache(maxsize=256)
def _paper(row: PaperRow) -> Paper:
    return codec.from_row(row)


@lru_cache(maxsize=2048)
def _reasons(query: str, row: PaperRow, hour: datetime) -> tuple[Reason, ...]:
    """The words found in the paper as it is now; none if its text has changed since it matched.

    Kept, since one paper goes to many destinations by few queries; age is counted in days.
    """
    try:
        parsed = parse_query(query)
    except QueryError:  # written by an older version
        return ()
    paper = _paper(row)
    matches = match({query: parsed}, [paper], hour)
    return matches.reasons(query, paper) if matches[query] else ()
