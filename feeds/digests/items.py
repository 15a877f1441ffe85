"""Items read one by one: whatever one of them does to its reader, the others go on.

Knows no format.
"""

import re
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

from feeds.digests.error import DigestError
from feeds.paper import Skipped
from feeds.text import plain

_OURS = re.compile(r".*[/\\](?=feeds[/\\])")
_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


def read_each(
    items: Iterable[_Item], read: Callable[[_Item], _Read], name: Callable[[_Item], str]
) -> tuple[list[_Read], list[Skipped]]:
    """What each item is read as, and the ones that cannot be, named; none costs another."""
    found: list[_Read] = []
    skipped: list[Skipped] = []
    for item in items:
        try:
            found.append(read(item))
        except DigestError as error:
            skipped.append(Skipped(_named(item, name), str(error)))
        except Exception as error:  # noqa: BLE001 - a bug of ours or of a library's costs the item that meets it
            skipped.append(Skipped(_named(item, name), broken("its reader", error)))
    return found, skipped


def broken(what: str, error: Exception) -> str:
    """A sentence on a reader that broke: what was raised, and where in our own code."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS.search(frame.filename)]
    where = f" ({_OURS.sub('', frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    return f"{what} broke: {type(error).__name__}: {plain(str(error))[:200]}{where}"


def _named(item: _Item, name: Callable[[_Item], str]) -> str:
    try:
        return name(item) or "an item"
    except Exception:  # noqa: BLE001 - what could not be read may have no name either
        return "an item"
