"""`/subscribe`: a form, what its query would bring, and a letter to who asks. Looks at no subscription.

So whoever asks, for whatever address, gets the same page in the same time.
"""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.rules.wishes import Wish
from bot.web.context import Context
from bot.web.forms import checked, fields_of, filled, is_foreign, when
from bot.web.letterbox import Letterbox
from bot.web.posted import read_body
from bot.web.preview import previewed
from bot.web.reply import OF_PAGES, page, root_of
from bot.web.search import cost_of_query
from feeds.query import Query, QueryError, parse_query
from feeds.site import LIVE, Brought, Form, Step, brought_piece, step_page, subscribe_page

LETTER = 120.0
"""Tokens of a client's bucket that a letter costs: ten at once by default, then five a minute."""
_POLICY = {"Content-Security-Policy": f"{LIVE}; frame-ancestors 'none'", "Referrer-Policy": "same-origin"}
"""A browser that tells no origin could not be told from another site's (bot.web.forms)."""
_ASKED = Step(
    "Look into your mailbox",
    (
        "A mail is on its way to the address that you gave. Papers come once you open its link and press the button.",
        "Nothing came? Look among your spam, and whether the address was right. It gets three such mails in a day.",
    ),
)


class SubscribeDesk:
    """The endpoints."""

    def __init__(self, context: Context, letterbox: Letterbox) -> None:
        self._context, self._letterbox = context, letterbox
        self._usual = Form(timezone=context.config.settings.timezone.key)

    async def form(self, request: Request) -> Response:
        """GET, perhaps with a query to begin with."""
        text = request.query_params.get("query") or request.query_params.get("q") or ""
        brought = await self._brought(request, text) if text.strip() else None
        return self._page(request, Form(query=text, timezone=self._usual.timezone), brought)

    async def preview(self, request: Request) -> Response:
        """What the page's script asks: a piece of HTML."""
        text = request.query_params.get("query", "")
        brought = await self._brought(request, text) if text.strip() else Brought()
        return page(brought_piece(brought), HTTPStatus.OK)

    async def post(self, request: Request) -> Response:
        """Ask for a subscription, or see what it would bring."""
        if is_foreign(request.headers, strict=True):
            raise HTTPException(403, "This form was sent by another site.")
        fields = fields_of(await read_form(request))
        form = filled(fields, self._usual)
        if fields.get("act") == "preview":
            return self._page(request, form, await self._brought(request, form.query))
        said, query = checked(form, addressed=True)
        if query is None or said.deliver not in {"daily", "weekly"}:
            brought = await self._brought(request, form.query) if "query" in said.faults else None
            return self._page(request, said, brought, HTTPStatus.BAD_REQUEST)
        await self._admit(request, query, LETTER)
        await self._letterbox.put(Wish("ask", said.address, 0, query.text, when(said), said.timezone))
        return page(step_page(self._context.site, _ASKED, root_of(request)), HTTPStatus.OK)

    def _page(self, request: Request, form: Form, brought: Brought | None, status: int = HTTPStatus.OK) -> Response:
        unchosen = self._usual.timezone if request.method != "POST" else ""
        made = subscribe_page(self._context.site, form, brought, unchosen, root_of(request))
        return page(made, status, {**OF_PAGES, **_POLICY})

    async def _brought(self, request: Request, text: str) -> Brought:
        try:
            query = parse_query(text)
        except QueryError as error:
            return Brought(error=error)
        cost = await self._admit(request, query)
        archive = await self._context.live.now()
        await self._context.live.learn(query)
        return await self._context.live.ask(previewed(archive, query, self._context.clock.now()), cost)

    async def _admit(self, request: Request, query: Query, at_least: float = 1.0) -> float:
        """What it costs to answer. Raises Busy, TooCostly."""
        cost = cost_of_query(await self._context.live.now(), query)
        self._context.admit(request, max(cost, at_least))
        return cost


async def read_form(request: Request) -> bytes:
    """The body. Raises HTTPException: 400, 413."""
    try:
        body = await read_body(request)
    except ClientDisconnect:
        raise HTTPException(400) from None
    if body is None:
        raise HTTPException(413, "That is too much for a form.")
    return body
