"""Any program of one's own: papers as a JSON Feed by POST, signed."""

from collections.abc import Sequence
from functools import partial

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.channels.named import lacks_table, named
from bot.rules.destinations import Destination
from bot.rules.shapes import SecretPlace, Table


class Webhook(Table):
    """One of `[webhooks]`."""

    url_env: str | None = None
    url_file: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None


Webhooks = dict[str, Webhook]


def _secrets(table: Webhooks, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    places = []
    for name, one in table.items():
        places.append(SecretPlace.of(f"webhooks.{name}", "url", one))
        if one.secret_env or one.secret_file:
            places.append(SecretPlace.of(f"webhooks.{name}", "secret", one))
    return places


def _lacks(destination: Destination, table: Webhooks) -> str:
    return lacks_table(destination, table, "webhooks", "MY_WEBHOOK")


def _open(means: Means) -> Opening | None:
    secrets, names = means.secrets, means.table

    def opened() -> Channel:
        from bot.channels.webhook.channel import Target, WebhookChannel

        targets = {
            name: Target(secrets[f"webhooks.{name}.url"], secrets.get(f"webhooks.{name}.secret")) for name in names
        }
        return WebhookChannel(targets=targets, timeout=means.timeout, way=means.way)

    return opened if names else None


KIND = ChannelKind(
    scheme="webhook",
    name="the webhook",
    example="webhook:NAME",
    read=partial(named, "webhook"),
    open=_open,
    section="webhooks",
    table=Webhooks,
    secrets=_secrets,
    lacks=_lacks,
)
