"""How long papers take from their announcement to a destination, in steps. Pure.

A source tells the day alone. A paper that came while its day went on was announced when the reading began that brought
it; one that came later (the bot was down, the list was late) when its day had ended, in UTC.
"""

from bot.rules.places import BITS_OF_DAY

SECONDS = (5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 172_800, 604_800)
"""Upper bounds of the steps; what took longer is in none of them."""
BEYOND = "+Inf"
"""The step of all that took longer (prometheus.io/docs/concepts/metric_types: histogram)."""

_DAY = 86_400
_BEGAN = f"(place >> {BITS_OF_DAY})"
_ENDED = f"(((place & {(1 << BITS_OF_DAY) - 1}) + 1) * {_DAY})"
ANNOUNCED = f"case when {_BEGAN} < {_ENDED} then {_BEGAN} else {_ENDED} end"
"""As the databases say it, of a due paper's place (bot.rules.places): when it was announced, in Unix seconds."""


def step_of(seconds: str) -> str:
    """As the databases say it: the step that so many seconds belong to, by its upper bound."""
    steps = " ".join(f"when {seconds} <= {bound} then '{bound}'" for bound in SECONDS)
    return f"case {steps} else '{BEYOND}' end"
