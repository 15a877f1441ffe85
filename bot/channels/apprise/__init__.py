"""A hundred other services (Discord, Matrix, Mattermost, Teams, ntfy, ...), by Apprise."""

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.channels.named import lacks_table, named
from bot.rules.destinations import Destination
from bot.rules.shapes import SecretPlace, Table


class Service(Table):
    """One of `[apprise]`."""

    url_env: str | None = None
    url_file: str | None = None


Services = dict[str, Service]


def _secrets(table: Services, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    tables = table.items()
    return [SecretPlace(f"apprise.{name}", "url", one.url_env, one.url_file, is_web=False) for name, one in tables]


def _lacks(destination: Destination, table: Services) -> str:
    if missing := lacks_table(destination, table, "apprise", "MY_SERVICE"):
        return missing
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
    read=partial(named, "apprise"),
    open=_open,
    section="apprise",
    table=Services,
    secrets=_secrets,
    lacks=_lacks,
)
