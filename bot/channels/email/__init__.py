"""Mail, by SMTP: digests to one address each."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bot.channels.channel import Channel
from bot.channels.email.address import Sender, read_address
from bot.channels.email.server import Server
from bot.channels.kind import ChannelKind, Means, Opening
from bot.rules.destinations import Destination
from bot.rules.shapes import SecretPlace, Table


def _server(value: str) -> str:
    Server.of(value)
    return value


def _sender(value: str) -> str:
    Sender.of(value)
    return value


class Email(Table):
    """`[email]`."""

    smtp: Annotated[str, AfterValidator(_server)]
    password_env: str | None = None
    password_file: str | None = None
    from_: Annotated[str, Field(alias="from"), AfterValidator(_sender)]
    subscribe: bool = False
    dkim_selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")] | None = None

    @property
    def server(self) -> Server:
        """`smtp`, read."""
        return Server.of(self.smtp)

    @model_validator(mode="after")
    def _password_of_a_user(self) -> Self:
        if not self.server.user and (self.password_env or self.password_file):
            raise ValueError("has a password and smtp no user; write smtp://user@host:587")
        return self


def _read(text: str) -> Destination | None:
    address = read_address(text)
    return Destination("email", address) if address else None


def _secrets(table: Email | None, used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001
    if table is None or not table.server.user:
        return []
    wanted = used or table.subscribe or bool(table.password_env or table.password_file)
    return [SecretPlace.of("email", "password", table)] if wanted else []


def _lacks(destination: Destination, table: Email | None) -> str:
    wanted = 'smtp = "smtp://user@host:587" and from = "papers@example.org"'
    return "" if table else f"{destination} wants a table [email] with {wanted}"


def _open(means: Means) -> Opening | None:
    table: Email | None = means.table
    if table is None or (table.server.user and "email.password" not in means.secrets):
        return None
    server, sender = table.server, Sender.of(table.from_)
    proxy = means.way.proxy_for_mail(server.host, server.port)
    site = means.site.base_url if means.site and means.site.serves else ""

    def opened() -> Channel:
        import socket

        from bot.channels.email.channel import EmailChannel
        from bot.channels.email.letter import Letterhead
        from bot.channels.email.message import Doors
        from bot.channels.email.records import Records
        from bot.channels.email.session import Post
        from bot.process.clock import Clock

        name, password = socket.gethostname(), means.secrets.get("email.password")
        post = Post(server, password, means.timeout, proxy, name if "." in name else sender.domain)
        head = Letterhead(sender, Doors(site, sender.address), means.tokens())
        return EmailChannel(
            post=post, head=head, records=Records(server.host, table.dkim_selector or ""), now=Clock().now
        )

    return opened


KIND = ChannelKind(
    scheme="email",
    name="mail",
    example="email:someone@example.org",
    read=_read,
    open=_open,
    section="email",
    table=Email | None,
    secrets=_secrets,
    lacks=_lacks,
    gathers=True,
)
