"""Which sheet of a list of papers is asked for, and in which order."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.context import Context
from feeds.site import LIBRARY, ORDERS, Order, Sheet, sheet


@dataclass(frozen=True, slots=True)
class Wish:
    """One sheet of a list."""

    order: Order
    number: int = 0

    def of(self, total: int) -> Sheet:
        """That of a list of so many papers. Raises HTTPException: 404."""
        found = sheet(total, self.order, self.number)
        if found is None:
            raise HTTPException(404)
        return found


def wish_of(context: Context, request: Request, usual: Order, number: int | None = None) -> Wish:
    """What an address asks for by `sort` and `page`, or by a number in its path. Raises HTTPException: 400 or 404."""
    text, page = request.query_params.get("sort") or usual, request.query_params.get("page", "")
    every = (*ORDERS, *(LIBRARY + name for name in context.site.libraries))
    order = next((one for one in every if one == text), None)
    if order is None:
        raise HTTPException(400, f"A list of papers is sorted by {' or by '.join(every)}.")
    if page and not (page.isascii() and page.isdigit() and 0 < len(page) < 10):
        raise HTTPException(404)
    return Wish(order, int(page or 0) if number is None or order != usual else number)
