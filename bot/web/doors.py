"""`/confirm/TOKEN`, `/manage/TOKEN`, `/unsubscribe/TOKEN`: what links in mails open. GET asks, POST does.

A token that we did not make, that is made for another door, or whose question was answered, opens nothing: whichever it
is, the answer is the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.email.letter import MANAGE, UNSUBSCRIBE
from bot.rules.standing import Times
from bot.rules.wishes import CONFIRM, MOST, Wish, mailbox
from bot.store.subscriptions import by_mail, questions
from bot.store.subscriptions.questions import Question
from bot.store.subscriptions.rows import Kept
from bot.web.context import Context
from bot.web.forms import checked, fields_of, filled, form_of, is_foreign, when
from bot.web.letterbox import Letterbox
from bot.web.reply import page, root_of
from bot.web.subscribing import read_form
from feeds.site import Managed, Standing, Step, manage_page, step_page

_TRY = 1.0
"""Tokens of a client's bucket, before anything is looked at."""
_NOTED = "Noted: it is done within minutes."
_DONE = {"change": "Changed.", "pause": "Paused.", "resume": "On again.", "remove": "Removed."}
_CLOSED = "This link opens nothing: it was used already, is older than a week, or was not copied whole."


class Doors:
    """The endpoints."""

    def __init__(self, context: Context, letterbox: Letterbox) -> None:
        self._context, self._letterbox = context, letterbox

    async def question(self, request: Request) -> Response:
        """What was asked for, and a button."""
        one = await self._question(request)
        if many := await self._many(request, one.address):
            return many
        told = f"By mail to {one.address}, {in_words(Times(one.deliver, '', one.timezone))}."
        return self._step(request, Step("Shall these papers come?", (told,), one.query, "Yes, send them"))

    async def confirm(self, request: Request) -> Response:
        """The mailbox says yes."""
        self._refuse_foreign(request)
        one = await self._question(request)
        if many := await self._many(request, one.address):
            return many
        done = await self._letterbox.done(Wish("confirm", one.name))
        words = ["Confirmed." if done else _NOTED]
        words.append(f"Papers come {in_words(Times(one.deliver, '', one.timezone))}, from now on; none from before.")
        manage = ("Change or end what comes", f"manage/{self._letterbox.tokens.token(MANAGE, one.address)}")
        return self._step(request, Step("Papers come by mail", words, one.query, link=manage))

    async def list(self, request: Request) -> Response:
        """An address's subscriptions."""
        address = self._about(request, MANAGE)
        told = _NOTED if "noted" in request.query_params else _DONE.get(request.query_params.get("done", ""), "")
        return await self._list(request, address, told)

    async def change(self, request: Request) -> Response:
        """One of them is changed, paused or removed, or all end."""
        self._refuse_foreign(request)
        address = self._about(request, MANAGE)
        fields = fields_of(await read_form(request))
        act, number = fields.get("act", ""), fields.get("number", "")
        if act == "leave":
            return await self._ended(request, address)
        some = await self._context.store.run(by_mail.standing, address)
        row = next((one for one in some if str(one.id) == number), None)
        if row is None or act not in _DONE:
            raise HTTPException(404)
        if act == "change":
            return await self._changed(request, address, row, fields)
        what = next(one for one in ("pause", "resume", "remove") if one == act)
        return self._back(request, await self._letterbox.done(Wish(what, address, row.id)), act)

    async def ask_to_leave(self, request: Request) -> Response:
        """A button: what follows links without being asked (scanners of mail do) ends nothing."""
        address = self._about(request, UNSUBSCRIBE)
        told = f"Nothing more comes to {address}, until you ask for it again."
        return self._step(request, Step("End all mails?", (told,), button="Unsubscribe"))

    async def leave(self, request: Request) -> Response:
        """All ends: by that button, or by one click in a reader's program (RFC 8058), whose body says nothing new."""
        return await self._ended(request, self._about(request, UNSUBSCRIBE))

    async def _changed(self, request: Request, address: str, row: Kept, fields: dict[str, str]) -> Response:
        said, query = checked(filled(fields, form_of(row.query, row.times)), addressed=False)
        if query is None:
            some = await self._context.store.run(by_mail.standing, address)
            shown = [replace(shown_of(one), form=said) if one.id == row.id else shown_of(one) for one in some]
            return await self._listed(request, address, shown, "Nothing was changed.", HTTPStatus.BAD_REQUEST)
        wish = Wish("change", address, row.id, query.text, when(said), said.timezone)
        return self._back(request, await self._letterbox.done(wish), "change")

    async def _ended(self, request: Request, address: str) -> Response:
        done = await self._letterbox.done(Wish("leave", address))
        words = [f"Nothing more comes to {address}."] if done else [_NOTED]
        words.append("Should you want papers again, ask for them on this site.")
        return self._step(request, Step("Unsubscribed", words))

    async def _list(self, request: Request, address: str, told: str) -> Response:
        some = await self._context.store.run(by_mail.standing, address)
        return await self._listed(request, address, list(map(shown_of, some)), told, HTTPStatus.OK)

    async def _listed(
        self, request: Request, address: str, shown: Sequence[Standing], told: str, status: HTTPStatus
    ) -> Response:
        left = await self._context.store.run(by_mail.unsubscribed, [mailbox(address)])
        given = [] if left else self._given(address)
        made = manage_page(self._context.site, Managed(address, shown, given, told), root_of(request))
        return page(made, status)

    def _given(self, address: str) -> Sequence[tuple[str, str]]:
        """What the file's alerts send there, and when."""
        settings, to = self._context.config.settings, mailbox(address)
        some = [one for one in settings.alerts if to in one.to]
        return [(one.query.text, in_words(Times(str(one.deliver), "", str(settings.zone_of(one))))) for one in some]

    async def _many(self, request: Request, address: str) -> Response | None:
        """A page that says so, where an address has as many subscriptions as it may."""
        if len(await self._context.store.run(by_mail.standing, address)) < MOST:
            return None
        manage = ("Your subscriptions", f"manage/{self._letterbox.tokens.token(MANAGE, address)}")
        told = f"There are {MOST} subscriptions here, as many as an address may have. End one first."
        return self._step(request, Step("Too many", (told,), link=manage))

    async def _question(self, request: Request) -> Question:
        """Raises HTTPException: 404. Looked for whatever the token: a used one takes as long as none."""
        name = self._named(request, CONFIRM)
        one = await self._context.store.run(questions.open_one, name or "", self._context.clock.now())
        if one is None or name is None:
            raise HTTPException(404, _CLOSED)
        return one

    def _about(self, request: Request, purpose: str) -> str:
        """What a token is about. Raises HTTPException: 404; Busy."""
        found = self._named(request, purpose)
        if found is None:
            raise HTTPException(404, _CLOSED)
        return found

    def _named(self, request: Request, purpose: str) -> str | None:
        """The same; None: it is none of ours for this door. Raises Busy."""
        self._context.admit(request, _TRY)
        return self._letterbox.tokens.about(purpose, request.path_params["token"])

    def _refuse_foreign(self, request: Request) -> None:
        if is_foreign(request.headers, strict=False):
            raise HTTPException(403, "This form was sent by another site.")

    def _step(self, request: Request, step: Step) -> Response:
        return page(step_page(self._context.site, step, root_of(request)), HTTPStatus.OK)

    def _back(self, request: Request, done: bool, act: str) -> Response:  # noqa: FBT001  (what became of it)
        """To the list, so that the same is not sent again by who looks at it again."""
        told = f"?done={act}" if done else "?noted=1"
        return RedirectResponse(
            f"{request.path_params['token']}{told}",
            303,
            {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )


def shown_of(row: Kept) -> Standing:
    """A subscription as its form."""
    return Standing(row.id, form_of(row.query, row.times), in_words(row.times), bool(row.paused))


def in_words(times: Times) -> str:
    """When papers come."""
    said = {"each": "as they come", "batch": "as they come"}.get(times.deliver) or f"{times.deliver} {times.timezone}"
    return f"{said}, quiet {times.quiet} {times.timezone}" if times.quiet else said
