"""The turns of a platform, where several processes send: one row holds the next free one, and pauses, for all of them.

A turn is taken in the claim's transaction by the server's clock, and told by a time that goes forward here: clocks of
machines differ, and a commit may take long.
"""

from bot.store.engine import Door, driver
from bot.store.kind import NOW, Driver
from bot.store.outbox.terms import Hold, Turns

TOO_FAR = 60.0
"""Seconds: nobody takes turns so far ahead. The server's clock was set back."""


def take(raw: Driver, turns: Turns | None, moment: float, ahead: float = 0.0) -> float | Hold | None:
    """When the platform's next free turn is, by `turns.steady`, `ahead` seconds from now or later; it is taken.

    None: there are none to wait for. Hold: the platform is paused, whoever was told so.
    """
    if turns is None:
        return None
    if not turns.gap:
        row = raw.execute(_PAUSE, (turns.scheme,)).fetchone()
        return Hold(row[0]) if row and row[0] > moment else None
    wanted = {"scheme": turns.scheme, "gap": turns.gap, "ahead": ahead, "moment": moment}
    wait, paused_until = raw.execute(_TAKE, wanted).fetchone()
    return Hold(paused_until) if paused_until > moment else turns.steady() + max(0.0, wait)


def another(connection: Door, turns: Turns, moment: float, ahead: float) -> float | Hold | None:
    """One for who heard of his too late, so that those who did do not go all at once."""
    return take(driver(connection), turns, moment, ahead)


_PAUSE = "select paused_until from platform where scheme = ?"
_TAKE = f"""
    insert into platform (scheme, next_at) values (:scheme, {NOW} + :ahead + :gap)
    on conflict (scheme) do update set next_at = case
        when platform.paused_until > :moment then platform.next_at
        when platform.next_at between {NOW} + :ahead and {NOW} + {TOO_FAR} then platform.next_at + :gap
        else {NOW} + :ahead + :gap end
    returning next_at - :gap - {NOW}, paused_until
"""  # noqa: S608  (of our own words)
