"""Where a due paper stands in its lane: by reading, then by the day announced. Pure."""

from datetime import date, datetime

BITS_OF_DAY = 16
"""Bits that the day takes: days since 1970, until 2149."""


def place_of(announced: date | None, began: datetime) -> int:
    """By the round in which it came, then by the day announced, whichever source gave it."""
    return (int(began.timestamp()) << BITS_OF_DAY) + ((announced or began.date()) - date(1970, 1, 1)).days


def of_one_round(place: int) -> tuple[int, int]:
    """The first and the last place of the round that one is of."""
    first = place >> BITS_OF_DAY << BITS_OF_DAY
    return first, first + (1 << BITS_OF_DAY) - 1
