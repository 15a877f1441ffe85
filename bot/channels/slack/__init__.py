"""Slack, twice: by an app's bot token, and by incoming webhooks."""

import re
from collections.abc import Sequence

from pydantic import Field

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.channels.slack.people import is_name
from bot.rules.destinations import Destination
from bot.rules.nearest import did_you_mean
from bot.rules.shapes import BaseUrl, Rate, SecretPlace, Table


class Webhook(Table):
    """One of `[slack.webhooks]`."""

    url_env: str | None = None
    url_file: str | None = None


class Slack(Table):
    """`[slack]`."""

    token_env: str | None = None
    token_file: str | None = None
    app_token_env: str | None = None
    app_token_file: str | None = None
    signing_secret_env: str | None = None
    signing_secret_file: str | None = None
    command: str = "/papers"
    api_url: BaseUrl = "https://slack.com/api/"
    channel_per_second: Rate = 1.0
    webhooks: dict[str, Webhook] = Field(default_factory=dict)


def _read(address: str) -> Destination | None:
    if re.fullmatch(r"[CGDUW][A-Z0-9]{5,20}", address):
        return Destination("slack", address)
    found = re.fullmatch(r"#([^\s#,/<>@:]{1,80})", address)
    return Destination("slack", f"#{found[1].lower()}") if found else None


def _secrets(table: Slack | None, used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    wanted = table is not None and (used or bool(table.token_env or table.token_file))
    return [SecretPlace.of("slack", "token", table)] if table and wanted else []


def _hears(table: Slack | None) -> Sequence[SecretPlace]:
    """By Socket Mode where an app token is named, else by signed requests."""
    if table is None:
        return ()
    ways = (SecretPlace.of("slack", name, table) for name in ("app_token", "signing_secret"))
    named = next((one for one in ways if one.env or one.file), None)
    return [SecretPlace.of("slack", "token", table), named] if named else ()


def _lacks(destination: Destination, table: Slack | None) -> str:
    return "" if table else f'{destination} wants a table [slack] with token_env = "SLACK_BOT_TOKEN"'


def _open(means: Means) -> Opening | None:
    table: Slack = means.table
    token = means.secrets.get("slack.token")
    if token is None:
        return None
    proxy = means.way.proxy_for(table.api_url)

    def opened() -> Channel:
        from bot.channels.slack.channel import SlackChannel

        channel = SlackChannel(
            token=token,
            api_url=table.api_url,
            timeout=means.timeout,
            channel_per_second=table.channel_per_second,
            proxy=proxy,
        )
        channel.listens = means.listens and bool(_hears(table))
        return channel

    return opened


def _read_webhook(name: str) -> Destination | None:
    return Destination("slack-webhook", name) if re.fullmatch(r"[\w-]{1,64}", name) else None


def _webhook_secrets(table: Slack | None, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    named = table.webhooks.items() if table else ()
    return [SecretPlace.of(f"slack.webhooks.{name}", "url", one) for name, one in named]


def _webhook_lacks(destination: Destination, table: Slack | None) -> str:
    names = table.webhooks if table else {}
    if destination.address in names:
        return ""
    hint = did_you_mean(destination.address, names)
    return f"{destination} wants a table [slack.webhooks.{destination.address}]{hint}"


def _open_webhook(means: Means) -> Opening | None:
    table: Slack = means.table or Slack()
    places = _webhook_secrets(table, True)  # noqa: FBT003
    urls = {place.key.rpartition(".")[2]: means.secrets[place.full_name] for place in places}

    def opened() -> Channel:
        from bot.channels.slack.webhook import SlackWebhookChannel

        pace = table.channel_per_second
        return SlackWebhookChannel(urls=urls, timeout=means.timeout, channel_per_second=pace, way=means.way)

    return opened if urls else None


BOT = ChannelKind(
    scheme="slack",
    name="Slack",
    example="slack:#name or slack:C0123456789",
    read=_read,
    open=_open,
    section="slack",
    table=Slack | None,
    secrets=_secrets,
    hears=_hears,
    lacks=_lacks,
    is_name=is_name,
)
WEBHOOK = ChannelKind(
    scheme="slack-webhook",
    name="Slack",
    example="slack-webhook:NAME",
    read=_read_webhook,
    open=_open_webhook,
    section="slack",
    table=Slack | None,
    secrets=_webhook_secrets,
    lacks=_webhook_lacks,
)
