"""The methods of the Bot API that listening takes, beside those of the channel."""

from collections.abc import Sequence
from typing import Any

from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.channel import Kind, SendError
from bot.channels.deadline import answer_within
from bot.channels.telegram.connections import Connections
from bot.channels.telegram.errors import classify
from bot.config.load import Config
from bot.fetch.ways import httpx_proxy, tls

POLL = 25
"""Seconds for which a server holds a question for updates open."""
SOON = 5.0
"""Seconds of a question that somebody waits for."""


class Api:
    """Asks as one bot. Raises SendError, classified as the channel's are."""

    def __init__(self, url: str, connections: Connections, timeout: float) -> None:
        self._url, self._connections, self._timeout = url, connections, timeout

    @classmethod
    def of(cls, config: Config) -> "Api":
        """As the configuration has it."""
        table, timeout = config.settings.section("telegram"), config.settings.delivery.timeout.total_seconds()
        proxy = config.way.proxy_for(table.api_url)
        connections = Connections(
            pool_timeout=timeout * 0.2,
            connect_timeout=timeout * 0.35,
            read_timeout=POLL + timeout,
            write_timeout=timeout,
            proxy=httpx_proxy(proxy) if proxy else None,
            httpx_kwargs={"trust_env": False, "verify": tls()},
        )
        token = config.secrets["telegram.token"].get_secret_value()
        return cls(f"{table.api_url.rstrip('/')}/bot{token}", connections, timeout)

    async def name(self) -> str:
        """Our own, without the @."""
        return str((await self._ask("getMe"))["username"])

    async def updates(self, offset: int | None, wanted: Sequence[str]) -> list[dict[str, Any]]:
        """The next ones, as they come; none where nobody said anything for a while."""
        more = {"offset": offset} if offset is not None else {}
        answer = await self._ask("getUpdates", self._timeout + POLL, timeout=POLL, allowed_updates=list(wanted), **more)
        return [one for one in answer if isinstance(one, dict) and isinstance(one.get("update_id"), int)]

    async def status(self, chat: str, person: str) -> str:
        """What somebody is in a chat: creator, administrator, member, left, ..."""
        try:
            return str((await self._ask("getChatMember", SOON, chat_id=chat, user_id=person))["status"])
        except SendError as error:
            if error.kind is Kind.DROP:
                return ""
            raise

    async def let_go(self, press: str, told: str = "") -> None:
        """A button shows that it was pressed, and tells who did; best effort: Telegram soon forgets it."""
        more = {"text": told, "show_alert": True} if told else {}
        try:
            await self._ask("answerCallbackQuery", SOON, callback_query_id=press, **more)
        except SendError:
            return

    async def answer_inline(self, question: str, **answer: object) -> None:
        """What they may choose from; Telegram takes it for some seconds."""
        await self._ask("answerInlineQuery", SOON, inline_query_id=question, **answer)

    async def edit(self, chat: str, message: str, text: str, buttons: Sequence[Sequence[dict[str, str]]]) -> None:
        """Put a text in place of a message's own."""
        markup = {"inline_keyboard": buttons}
        options = {"is_disabled": True}
        its = {"chat_id": chat, "message_id": message, "text": text, "parse_mode": "HTML"}
        await self._ask("editMessageText", None, **its, reply_markup=markup, link_preview_options=options)

    async def whisper(self, chat: str, thread: str, person: str, text: str) -> bool:
        """A message in a group for one of its members. False: an older server posted it for all.

        Bot API 10.2: the bot must be an administrator; it may be lost where the member is offline.
        """
        more = {"message_thread_id": thread} if thread else {}
        its = {
            "chat_id": chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            **more,
        }
        alone = {"receiver_user_id": int(person)}
        return "ephemeral_message_id" in await self._ask("sendMessage", None, **its, ephemeral_message_parameters=alone)

    async def topic(self, chat: str, name: str) -> str:
        """The number of a new topic; in private chats Bot API 9.4, and the bot's forum mode."""
        return str((await self._ask("createForumTopic", SOON, chat_id=chat, name=name))["message_thread_id"])

    async def set_commands(self, menu: Sequence[tuple[str, str]]) -> None:
        """What clients offer."""
        await self._ask("setMyCommands", commands=[{"command": word, "description": said} for word, said in menu])

    async def aclose(self) -> None:
        """Close connections."""
        await self._connections.shutdown()

    async def _ask(self, method: str, within: float | None = None, /, **arguments: object) -> Any:
        parameters = [RequestParameter.from_input(name, value) for name, value in arguments.items()]
        try:
            async with answer_within(within or self._timeout):
                return await self._connections.post(f"{self._url}/{method}", RequestData(parameters))
        except TelegramError as error:
            refusal = classify(error)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            refusal = SendError(Kind.UNSURE, f"the answer was not understood ({type(error).__name__})")
        raise refusal  # here: PTB's errors carry a URL with the token, and would hang on as __context__
