"""Which queries somebody gets a weekly digest for, by the driver alone."""

from bot.store.kind import Driver

_QUERIES = """
    select distinct query from subscription where ended is null and not paused and deliver like 'weekly%' order by query
"""


def weekly_queries(raw: Driver) -> list[str]:
    """All of them, once each."""
    return [query for (query,) in raw.execute(_QUERIES, ()).fetchall()]
