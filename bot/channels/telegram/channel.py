"""The Telegram channel: one bot, over python-telegram-bot. Packs by telegram_message, classifies by telegram_errors.

Receives nothing: commands are bot.chat's.
"""

import os
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import TypeVar

from pydantic import SecretStr
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels import look_up
from bot.channels.channel import Item, Kind, Lost, Packed, Payload, SendError
from bot.channels.deadline import answer_within
from bot.channels.telegram.errors import classify
from bot.channels.telegram.message import pack, pack_batch, pack_text, unformatted

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
    """httpx slows down with more requests at once (measured: 605 messages a second at 32, 320 without a cap)."""

    def __init__(
        self,
        *,
        token: SecretStr,
        api_url: str,
        timeout: float,
        per_second: float,
        chat_per_minute: float,
        look_up_chat: str = "",
    ) -> None:
        self.can_find = bool(look_up_chat)
        self._look_up_chat = look_up_chat
        self.per_second = per_second
        self._timeout = timeout
        self._chat_interval = 60 / chat_per_minute
        # Waiting for a place, connecting and the TLS handshake end before the total deadline does:
        # so that a server that is not there is known as "not sent" and not as "answer lost".
        self._request = HTTPXRequest(
            connection_pool_size=self.concurrency + 8,
            pool_timeout=timeout * 0.2,
            connect_timeout=timeout * 0.35,
            read_timeout=timeout,
            write_timeout=timeout,
        )
        base_url = f"{api_url.rstrip('/')}/bot"
        secret = token.get_secret_value()
        self._bot = Bot(secret, base_url=base_url, request=self._request, get_updates_request=self._request)

    def interval(self, address: str) -> float:
        """20 messages a minute to groups and channels, about one a second to a person (Telegram's FAQ)."""
        private = address.isdecimal()
        return max(self._chat_interval / 3 if private else self._chat_interval, 1 / self.per_second)

    def pack(self, items: Sequence[Item]) -> Payload:
        """One paper as a message."""
        (item,) = items
        return pack(item)

    def pack_batch(self, heading: str, items: Sequence[Item]) -> list[Packed]:
        """Many papers as a list."""
        return pack_batch(heading, items)

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return pack_text(text)

    async def resolve(self, address: str) -> str:
        """The chat's number for an `@name`; a number stays as it is, without a request."""
        if not address.startswith("@"):
            return address
        async with answer_within(self._timeout):
            chat = await _confirmed(self._bot.get_chat(address))
        return str(chat.id)

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> str:
        """The message's id. `thread` is a topic's number; Telegram takes no idempotency key."""
        preview = payload["preview"]
        rows = [[InlineKeyboardButton(b["text"], url=b["url"]) for b in row] for row in payload["buttons"]]
        request = self._bot.send_message(
            chat_id=address,
            text=payload["text"],
            parse_mode=payload["parse_mode"] or None,
            message_thread_id=int(thread) if thread else None,
            reply_markup=InlineKeyboardMarkup(rows) if rows else None,
            link_preview_options=LinkPreviewOptions(
                is_disabled=not preview, url=preview or None, prefer_large_media=bool(preview) or None
            ),
        )
        async with answer_within(self._timeout):
            message = await _confirmed(request, payload)
        return str(message.message_id)

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
            seen = await _confirmed(self._bot.forward_message(chat, address, number, disable_notification=True))
        except SendError as error:
            if error.kind is Kind.DROP:  # there is no such message, or none that can be forwarded
                return []
            raise
        with suppress(SendError):
            await _confirmed(self._bot.delete_message(chat, seen.message_id))
        return _words(seen.text or "")

    async def check(self) -> str:
        """The bot's `@name`."""
        async with answer_within(self._timeout):
            return f"@{(await _confirmed(self._bot.get_me())).username}"

    async def aclose(self) -> None:
        """Close connections."""
        await self._request.shutdown()


def _words(text: str) -> list[str]:
    """Telegram trims and cleans a text; its words stay."""
    return text.split()


async def _confirmed(request: Awaitable[_T], payload: Payload | None = None) -> _T:
    """PTB's result, or SendError. A 200 that is no Bot API answer makes PTB raise what Python raises on odd values."""
    try:
        return await request
    except TelegramError as error:
        refusal = classify(error, payload)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        refusal = SendError(Kind.UNSURE, f"the answer was not understood ({type(error).__name__})")
    raise refusal  # here, not above: PTB's errors carry a URL with the token, and would hang on as __context__
