"""A hundred other services (Discord, Matrix, Mattermost, Teams, ntfy, ...), by Apprise."""

import re
from collections.abc import Sequence
from importlib.util import find_spec

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.rules.destinations import Destination
from bot.rules.nearest import did_you_mean
from bot.rules.shapes import SecretPlace, Table


class Service(Table):
    """One of `[apprise]`."""

    url_env: str | None = None
    url_file: str | None = None


Services = dict[str, Service]


def _read(name: str) -> Destination | None:
    return Destination("apprise", name) if re.fullmatch(r"[\w-]{1,64}", name) else None


def _secrets(table: Services, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    tables = table.items()
    return [SecretPlace(f"apprise.{name}", "url", one.url_env, one.url_file, is_web=False) for name, one in tables]


def _lacks(destination: Destination, table: Services) -> str:
    if destination.address not in table:
        wanted = f'[apprise.{destination.address}] with url_env = "MY_SERVICE"'
        return f"{destination} wants a table {wanted}{did_you_mean(destination.address, table)}"
    if find_spec("apprise") is None:
        return f'{destination} needs Apprise, which is not installed: pip install "paperround[apprise]"'
    return ""


def _open(means: Means) -> Opening | None:
    names = means.table

    def opened() -> Channel:
        from bot.channels.apprise.channel import AppriseChannel

        urls = {name: means.secrets[f"apprise.{name}.url"] for name in names}
        return AppriseChannel(urls=urls, timeout=means.timeout, way=means.way)

    return opened if names else None


KIND = ChannelKind(
    scheme="apprise",
    name="Apprise",
    example="apprise:NAME",
    read=_read,
    open=_open,
    section="apprise",
    table=Services,
    secrets=_secrets,
    lacks=_lacks,
)
