"""Telegram, by a bot."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.rules.destinations import Destination
from bot.rules.shapes import Rate, SecretPlace, Table, Url


def _without_bot(value: str) -> str:
    """The Bot API's address is written with `/bot<token>/method`: what follows its server is ours to add."""
    return re.sub(r"/bot(?:<?token>?)?\Z", "", value, flags=re.IGNORECASE).rstrip("/")


class Telegram(Table):
    """`[telegram]`."""

    token_env: str | None = None
    token_file: str | None = None
    api_url: Annotated[Url, AfterValidator(_without_bot)] = "https://api.telegram.org"
    per_second: Rate = 30.0
    chat_per_minute: Rate = 20.0
    look_up: Annotated[str, Field(pattern=r"^(@[A-Za-z][A-Za-z0-9_]{3,31}|-?[1-9][0-9]{0,19})$")] | None = None


def _read(address: str) -> Destination | None:
    found = re.fullmatch(r"(@[A-Za-z]\w{3,31}|-?[1-9]\d{0,19})(?:/([1-9]\d{0,9}))?", address, re.ASCII)
    if found is None:
        return None
    group = not found[1].isdecimal()
    # 1 is the General topic, as links have it; the Bot API wants none there, and answers "message thread not found".
    thread = "" if group and found[2] == "1" else found[2] or ""
    # Usernames know no case (core.telegram.org/constructor/user), so two cases are one chat.
    return Destination("telegram", found[1].lower(), thread)


def _secrets(table: Telegram | None, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    return [SecretPlace.of("telegram", "token", table)] if table else []


def _lacks(destination: Destination, table: Telegram | None) -> str:
    return "" if table else f'{destination} wants a table [telegram] with token_env = "TELEGRAM_BOT_TOKEN"'


def _page(destination: Destination) -> str:
    """A public chat's (core.telegram.org/api/links); behind a number anything may be."""
    if not _is_name(destination.address):
        return ""
    return f"https://t.me/{destination.address[1:]}" + (f"/{destination.thread}" if destination.thread else "")


def _is_name(address: str) -> bool:
    return address.startswith("@")


def _open(means: Means) -> Opening | None:
    table, token = means.table, means.secrets.get("telegram.token")
    if token is None:
        return None
    proxy = means.way.proxy_for(table.api_url)

    def opened() -> Channel:
        from bot.channels.telegram.channel import TelegramChannel

        channel = TelegramChannel(
            token=token,
            api_url=table.api_url,
            timeout=means.timeout,
            per_second=table.per_second,
            chat_per_minute=table.chat_per_minute,
            look_up_chat=table.look_up or "",
            proxy=proxy,
        )
        channel.listens = means.listens
        return channel

    return opened


KIND = ChannelKind(
    scheme="telegram",
    name="Telegram",
    example="telegram:@name, telegram:-1001234567890 or telegram:-1001234567890/42 (a topic)",
    read=_read,
    open=_open,
    section="telegram",
    table=Telegram | None,
    secrets=_secrets,
    lacks=_lacks,
    is_name=_is_name,
    page=_page,
)
