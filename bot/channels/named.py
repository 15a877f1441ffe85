"""Destinations whose address stands in a table of the file, by a name of the operator's: `webhook:NAME`."""

import re
from collections.abc import Iterable

from bot.rules.destinations import Destination
from bot.rules.nearest import did_you_mean


def named(scheme: str, name: str) -> Destination | None:
    """What stands behind the colon -> the destination; None: that is no name."""
    return Destination(scheme, name) if re.fullmatch(r"[\w-]{1,64}", name) else None


def lacks_table(destination: Destination, names: Iterable[str], section: str, variable: str) -> str:
    """That its table is missing, in words, with an environment variable for example; empty: it is there."""
    if destination.address in names:
        return ""
    wanted = f'[{section}.{destination.address}] with url_env = "{variable}"'
    return f"{destination} wants a table {wanted}{did_you_mean(destination.address, names)}"
