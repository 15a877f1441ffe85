"""From papers that are due to messages as they are stored: rendered as things are now, and the same from then on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.channels.channel import Channel, Hit, Issue, Item, Payload, RoundsUp
from bot.delivery.weekly import Weekly
from bot.rules.manners import Site, pages, silent, top
from bot.rules.stops import Stop, catches_up
from bot.store.archive import codec
from bot.store.archive.near import Near
from bot.store.archive.paper_rows import PaperRow
from bot.store.outbox.claims import Ready
from bot.store.outbox.next_up import Pack, Waiting
from feeds.known import remembered
from feeds.match import Reason, match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query

Asked = tuple[tuple[str, str], ...]
"""Title and query of each subscription that called for a paper: all that a message says of them."""

_KEPT = 256
"""Messages of one paper that are kept for the next destination of the same alert."""


class _Alone(NamedTuple):
    """All that a message of one paper is made of."""

    paper: PaperRow
    asked: Asked
    hour: datetime
    silent: bool


class Packer:
    """Packs for one channel. What is packed alone is kept for the next destination of the same alert."""

    def __init__(
        self, channel: Channel, site: Site | None, near: Near | None = None, weekly: Weekly | None = None
    ) -> None:
        self._channel, self._near = channel, near
        self._site, self._weekly = site, weekly if isinstance(channel, RoundsUp) else None
        self._alone: dict[_Alone, str] = {}

    def pack(self, move: Pack, now: datetime) -> list[Ready]:
        """One message for a paper that goes alone; as few as fit for a digest."""
        if move.digest:
            return self._packed_together(move, now)
        (one,) = move.waiting
        payload = self.at_hand(move, now)
        if payload is None:
            what = _alone(one, now)
            payload = stored(self._channel.pack(_item(*what[:3], self._near), silent=what.silent))
            if len(self._alone) >= _KEPT:
                self._alone.pop(next(iter(self._alone)), None)
            self._alone[what] = payload
        return [Ready(payload, (one.due,))]

    def at_hand(self, move: Pack, now: datetime) -> str | None:
        """What was packed of the very same before; asked in the database's thread, so it never packs."""
        if move.digest:
            return None
        (one,) = move.waiting
        return self._alone.get(_alone(one, now))

    def _packed_together(self, move: Pack, now: datetime) -> list[Ready]:
        """By votes, then order."""
        hour = _hour(now)
        items = ((one, _item(one.paper, _asked(one), hour, self._near)) for one in move.waiting)
        chosen = sorted(items, key=lambda pair: -_votes(pair[1].paper))
        left = iter(one.due for one, _ in chosen)
        issue = self._issue(move.stop, chosen)
        if self._weekly and move.weekly:
            issue = replace(issue, roundup=self._weekly.roundup(move.weekly, now))
        packed = self._channel.pack_issue(issue)
        return [Ready(stored(one.payload), tuple(next(left) for _ in range(one.count))) for one in packed]

    def _issue(self, stop: Stop | None, chosen: Sequence[tuple[Waiting, Item]]) -> Issue:
        callers = {caller for one, _ in chosen for caller in one.callers}
        timed = list(dict.fromkeys(one.by for one, _ in sorted(chosen, key=lambda pair: pair[0].due)))
        days = [(one.came, item.paper.announced) for one, item in chosen if item.paper.announced]
        return Issue(
            names=tuple(dict.fromkeys(one.title for one in timed)),
            items=tuple(item for _, item in chosen),
            full=top(callers) or len(chosen),
            pages=pages(self._site, timed, {day for _, day in days}),
            late=catches_up(stop, days),
            silent=silent(callers),
        )


def stored(payload: Payload) -> str:
    """A payload as the outbox keeps it."""
    return json.dumps(payload)


def loaded(text: str) -> Payload:
    """A payload as the channel takes it."""
    payload: Payload = json.loads(text)
    return payload


def _alone(one: Waiting, now: datetime) -> _Alone:
    return _Alone(one.paper, _asked(one), _hour(now), silent(one.callers))


def _votes(paper: Paper) -> int:
    return -1 if paper.votes is None else paper.votes


def _asked(one: Waiting) -> Asked:
    return tuple((caller.title, caller.query) for caller in one.callers)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _item(row: PaperRow, asked: Asked, hour: datetime, near: Near | None) -> Item:
    return Item(_paper(row), tuple(Hit(title, _reasons(query, row, hour, near)) for title, query in asked))


@remembered(256)
def _paper(row: PaperRow) -> Paper:
    return codec.from_row(row)


@remembered(2048)
def _reasons(query: str, row: PaperRow, hour: datetime, near: Near | None) -> tuple[Reason, ...]:
    """The words found in the paper as it is now; none if its text has changed since it matched.

    Kept, since one paper goes to many destinations by few queries; age is counted in days.
    """
    try:
        parsed = parse_query(query)
    except QueryError:  # written by an older version
        return ()
    paper = _paper(row)
    matches = match({query: parsed}, [paper], hour, near)
    return matches.reasons(query, paper) if matches[query] else ()
