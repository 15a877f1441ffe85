"""What was posted, found by the platform's reference of it: somebody answers it, or presses a button below it."""

from collections.abc import Sequence

from bot.store.among import marks_for
from bot.store.engine import Door, driver


def papers_of(connection: Door, lanes: Sequence[int], ref: str) -> list[int]:
    """The papers of a message, as they stand in it; none where it is no message with papers, or none of these lanes."""
    found = driver(connection).execute(_PAPERS.format(marks_for(lanes)), (*lanes, ref)) if lanes and ref else ()
    return [paper for (paper,) in found]


def callers_of(connection: Door, lanes: Sequence[int], paper: int) -> list[int]:
    """The subscriptions that called for a paper there."""
    found = (
        driver(connection).execute(_CALLERS.format(marks_for(lanes)), (*lanes, paper, *lanes, paper)) if lanes else ()
    )
    return list(dict.fromkeys(row for (row,) in found))


_PAPERS = """
    select paper_id from due join message on message.id = due.message_id
    where due.destination_id in ({}) and message.ref = ? order by due.place, due.id
"""
_CALLERS = """
    select subscription_id from due where destination_id in ({0}) and paper_id = ? and subscription_id is not null
    union all select hit.subscription_id from hit join due on due.id = hit.due_id
    where destination_id in ({0}) and paper_id = ?
"""
