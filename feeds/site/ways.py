"""Where a list of papers goes on, and in which other order it stands. Draws nothing: the templates do."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.site.address import sheet_path
from feeds.site.sheets import AT_MOST, LIBRARY, ORDERS, Order, Sheet

_ORDERED = {"new": "newest first", "votes": "most votes first"}


@dataclass(frozen=True, slots=True)
class Way:
    """A link, below the site's base address; without an address it is where one stands."""

    words: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """The links around one sheet of a list."""

    back: Way | None
    next: Way | None
    first: Way | None
    """Back to the list's own page, where that is not the one before."""
    orders: tuple[Way, ...]
    """The one that it stands in, and those that a server has beside it; none where a reader expects no other."""


def path_of(path: str, number: int, order: Order, usual: Order) -> str:
    """Where a sheet of the list at `path` is, whose `usual` order its address does not name."""
    return sheet_path(path, number, None if order == usual else order)


def ways_of(
    sheet: Sheet, path: str, order: Order, usual: Order, libraries: Sequence[str] = (), *, served: bool
) -> Ways:
    """Those of a sheet of that list. A server sorts by `libraries` too."""

    def to(number: int, words: str) -> Way:
        return Way(words, path_of(path, number, order, usual))

    onward = f"Papers {sheet.stop + 1:,} to {min(sheet.stop + AT_MOST, sheet.total):,}"
    return Ways(
        back=None if sheet.back is None else to(sheet.back, "The papers before"),
        next=None if sheet.next is None else to(sheet.next, f"{sheet.left:,} older" if order == "new" else onward),
        first=to(0, "The newest papers") if sheet.number and order == "new" else None,
        orders=_orders(sheet, path, order, usual, libraries, served=served),
    )


def _orders(
    sheet: Sheet, path: str, order: Order, usual: Order, libraries: Sequence[str], *, served: bool
) -> tuple[Way, ...]:
    if sheet.total < 2:
        return ()
    if not served or sheet.number:
        return () if order == "new" else (Way(_in_words(order)),)
    every = (*ORDERS, *(LIBRARY + name for name in libraries))
    return tuple(Way(_in_words(one), "" if one == order else path_of(path, 0, one, usual)) for one in every)


def _in_words(order: Order) -> str:
    return _ORDERED.get(order) or f"nearest to {order.removeprefix(LIBRARY)} first"
