"""Time zones as people write them. Pure."""

from functools import cache
from zoneinfo import available_timezones

from bot.rules.nearest import did_you_mean


def zone_of(text: str) -> str:
    """The zone's own name, whatever the case and with blanks for underscores. Raises ValueError, with the nearest."""
    found = _names().get(text.strip().casefold().replace(" ", "_"))
    if found is None:
        raise ValueError(f"{text[:60]} is no time zone{did_you_mean(text[:60], _names().values())}")
    return found


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
