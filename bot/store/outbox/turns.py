"""The turns of a platform, where several processes send: one row holds the next free one, and pauses, for all of them.

A turn is taken in the claim's transaction, and told as seconds to wait: clocks of machines differ.
"""

from bot.store.kind import Driver
from bot.store.outbox.terms import Hold, Turns

TOO_FAR = 60.0
"""Seconds: nobody takes turns so far ahead. The server's clock was set back."""

_PAUSE = "select paused_until from platform where scheme = ?"


def take(raw: Driver, turns: Turns | None, moment: float) -> float | Hold:
    """Seconds until the platform's next free turn, from now on taken. Hold: it is paused, by whoever was told so."""
    if turns is None:
        return 0.0
    if turns.gap:
        ((wait, paused_until),) = raw.execute(_TAKE, {"gap": turns.gap, "scheme": turns.scheme, "moment": moment})
    else:
        wait, paused_until = 0.0, next(iter(raw.execute(_PAUSE, (turns.scheme,))), (0.0,))[0]
    return Hold(paused_until) if paused_until > moment else max(0.0, wait)


_NOW = "(julianday('now') - 2440587.5) * 86400.0"
_TAKE = f"""
    insert into platform (scheme, next_at) values (:scheme, {_NOW} + :gap)
    on conflict (scheme) do update set next_at = case
        when platform.paused_until > :moment then platform.next_at
        when platform.next_at between {_NOW} and {_NOW} + {TOO_FAR} then platform.next_at + :gap
        else {_NOW} + :gap end
    returning next_at - :gap - {_NOW}, paused_until
"""  # noqa: S608  (of our own words)
