"""The Telegram channel: one bot, over python-telegram-bot. Packs by telegram_message, classifies by telegram_errors.

Receives nothing: commands are bot.chat's.
"""

import os
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import SecretStr
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters, User
from telegram.error import TelegramError

from bot.channels import look_up
from bot.channels.channel import Heard, Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.channels.deadline import answer_within
from bot.channels.telegram.connections import Connections
from bot.channels.telegram.errors import classify
from bot.channels.telegram.heard import heard
from bot.channels.telegram.message import pack, pack_issue, pack_text, unformatted
from bot.channels.telegram.refusals import LET_IN, NO_SUCH_PLACE
from bot.channels.telegram.sight import sight
from bot.fetch.ways import httpx_proxy, tls
from bot.rules.way_out import Proxy

_T = TypeVar("_T")

# PTB 22.8 warns at each 429 unless told that we take its pause as a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "true")


_NEXT = 3
"""Ids after the last known one in which a message with a lost answer is looked for: others may write in between."""


class TelegramChannel:
    """Sends as one bot. `timeout` is seconds for one request in all; rates are the platform's, or a lower one.

    `look_up_chat` is where messages with a lost answer are looked at; empty: they are sent again.
    """

    concurrency = 24
    """So many in flight make 30 a second of answers that take 0.8 s."""
    listens = False
    """Whether papers have buttons by which people ask about them."""

    def __init__(
        self,
        *,
        token: SecretStr,
        api_url: str,
        timeout: float,
        per_second: float,
        chat_per_minute: float,
        look_up_chat: str = "",
        proxy: Proxy | None = None,
    ) -> None:
        self.can_find = bool(look_up_chat)
        self._name = "@your_bot"
        self._look_up_chat = look_up_chat
        self.per_second = per_second
        self._timeout = timeout
        self._chat_interval = 60 / chat_per_minute
        # Waiting for a place, connecting and the TLS handshake end before the total deadline does:
        # so that a server that is not there is known as "not sent" and not as "answer lost".
        self._request = Connections(
            pool_timeout=timeout * 0.2,
            connect_timeout=timeout * 0.35,
            read_timeout=timeout,
            write_timeout=timeout,
            proxy=httpx_proxy(proxy) if proxy else None,
            httpx_kwargs={"trust_env": False, "verify": tls()},
        )
        base_url = f"{api_url.rstrip('/')}/bot"
        secret = token.get_secret_value()
        self._bot = Bot(secret, base_url=base_url, request=self._request, get_updates_request=self._request)

    def interval(self, address: str) -> float:
        """20 messages a minute to groups and channels, about one a second to a person (Telegram's FAQ)."""
        private = address.isdecimal()
        return max(self._chat_interval / 3 if private else self._chat_interval, 1 / self.per_second)

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as a message."""
        return pack(item, silent=silent, asked=self.listens)

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as a list."""
        return pack_issue(issue)

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return pack_text(text)

    async def resolve(self, name: Name) -> str:
        """The chat's number for an `@name`; a number stays as it is, without a request."""
        if not name.address.startswith("@"):
            return name.address
        async with answer_within(self._timeout):
            return str((await self._asked("getChat", chat_id=name.address))["id"])

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """The message's id, and its chat's. `thread` is a topic's number; Telegram takes no idempotency key."""
        request = self._bot.send_message(
            chat_id=address,
            disable_notification=payload.get("silent") or None,
            message_thread_id=int(thread) if thread else None,
            reply_parameters=_answering(payload),
            **_shown(payload),
        )
        async with answer_within(self._timeout):
            message = await self._confirmed(request, payload)
        return Sent(str(message.message_id), str(message.chat.id) if address.startswith("@") else "")

    async def edit(self, address: str, ref: str, payload: Payload) -> None:
        """Show this in place of what a message shows; it may show it already."""
        request = self._bot.edit_message_text(chat_id=address, message_id=int(ref), **_shown(payload))
        try:
            async with answer_within(self._timeout):
                await self._confirmed(request)
        except SendError as error:
            if "not modified" not in error.reason:
                raise

    async def find(self, lost: Lost) -> str | None:
        """The message's id, in a channel or supergroup: there ids count up by one, so the next few are looked at.

        None elsewhere, and where nothing was sent before. The Bot API has no history. Raises SendError as a look-up.
        """
        if not lost.after.isdecimal() or not lost.address.startswith(("-100", "@")):
            return None
        wanted = _words(unformatted(lost.payload)["text"])
        first = int(lost.after) + 1
        try:
            async with answer_within(self._timeout):
                for number in range(first, first + _NEXT):
                    if await self._shown(lost.address, number) == wanted:
                        return str(number)
        except SendError as error:
            raise look_up.failed(error) from None
        return None

    async def _shown(self, address: str, number: int) -> list[str]:
        """The words of a message: forwarded without a sound to the look-up chat, and deleted there."""
        chat = self._look_up_chat
        try:
            seen = await self._confirmed(self._bot.forward_message(chat, address, number, disable_notification=True))
        except SendError as error:
            if error.kind is Kind.DROP:  # there is no such message, or none that can be forwarded
                return []
            raise
        with suppress(SendError):
            await self._confirmed(self._bot.delete_message(chat, seen.message_id))
        return _words(seen.text or "")

    async def check(self) -> str:
        """The bot's `@name`."""
        async with answer_within(self._timeout):
            return f"@{(await self._who()).username}"

    async def look(self, address: str, thread: str) -> Sight:
        """The chat by getChat, and what the bot may do there by getChatMember."""
        async with answer_within(self._timeout):
            me = await self._who()
            try:
                chat = await self._asked("getChat", chat_id=address)
            except SendError as error:
                return self._unseen(error)
            if chat.get("type") == "private":
                return sight(chat, None, thread, self._name)
            try:
                member = await self._asked("getChatMember", chat_id=chat["id"], user_id=me.id)
            except SendError as error:  # a channel tells its members to its administrators alone
                hidden = SendError(Kind.CLOSE, error.reason, cure=f"the bot is not in it: {LET_IN}")
                return self._unseen(hidden if error.kind is Kind.DROP else error)
        return sight(chat, member, thread, self._name)

    async def overhear(self, seconds: float) -> list[Heard]:
        """From getUpdates without an offset: that confirms nothing, so `run` still hears all of it (Bot API)."""
        async with answer_within(seconds + self._timeout):
            return heard(await self._asked_for_updates(round(seconds)))

    async def _asked_for_updates(self, seconds: int) -> object:
        url = f"{self._bot.base_url}/getUpdates?timeout={seconds}"
        return await self._confirmed(self._request.post(url, read_timeout=seconds + self._timeout))

    def _unseen(self, error: SendError) -> Sight:
        """What a refused look tells. Raises the error where it tells nothing of the chat."""
        if error.cure == NO_SUCH_PLACE:  # who we are was just answered: this server lacks the method
            return Sight("a chat that this Bot API server cannot look into")
        if error.kind is Kind.CLOSE or error.patient:
            return Sight("", (error.told.replace("@your_bot", self._name),))
        raise error

    async def aclose(self) -> None:
        """Close connections."""
        await self._request.shutdown()

    async def _who(self) -> User:
        me = await self._confirmed(self._bot.get_me())
        self._name = f"@{me.username}"
        return me

    async def _asked(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """A method's object as it comes: an older server leaves out what PTB's types insist on. Raises SendError."""
        answer = await self._confirmed(self._request.post(f"{self._bot.base_url}/{method}?{urlencode(arguments)}"))
        if not isinstance(answer, Mapping) or (method == "getChat" and "id" not in answer):
            raise SendError(Kind.UNSURE, "the answer was not understood")
        return answer

    async def _confirmed(self, request: Awaitable[_T], payload: Payload | None = None) -> _T:
        """PTB's result, or SendError. A 200 that is no Bot API answer makes PTB raise as Python does on odd values."""
        try:
            return await request
        except TelegramError as error:
            refusal = classify(error, payload)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            refusal = SendError(Kind.UNSURE, f"the answer was not understood ({type(error).__name__})")
        refusal.cure = refusal.cure.replace("@your_bot", self._name)
        raise refusal  # here, not above: PTB's errors carry a URL with the token, and would hang on as __context__


def _shown(payload: Payload) -> dict[str, Any]:
    """What readers see of it: text, buttons, and a large picture of an address or none."""
    rows = [[InlineKeyboardButton(**button) for button in row] for row in payload["buttons"]]
    url = payload["preview"]
    return {
        "text": payload["text"],
        "parse_mode": payload["parse_mode"] or None,
        "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
        "link_preview_options": LinkPreviewOptions(
            is_disabled=not url, url=url or None, prefer_large_media=bool(url) or None
        ),
    }


def _answering(payload: Payload) -> ReplyParameters | None:
    """The message of the same chat that it answers, if it is still there."""
    number = payload.get("answers")
    return ReplyParameters(int(number), allow_sending_without_reply=True) if number else None


def _words(text: str) -> list[str]:
    """Telegram trims and cleans a text; its words stay."""
    return text.split()
