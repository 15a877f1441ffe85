"""Terms of a lane that nothing holds up."""

from bot.store.outbox.terms import Terms

AT_ONCE = Terms(
    held=lambda _quiet, _now: None,
    interval=lambda _address: 0.0,
    new_delivery=lambda now: f"made at {now.timestamp():.0f}",
    put_off=lambda _manner, _now, _last: None,
    no_digest_before=lambda _now: 0.0,
    end_of_day=lambda _manner, now: now.timestamp(),
)
