"""A mail channel on a server of the tests."""

from datetime import UTC, datetime

from pydantic import SecretStr

from bot.channels.channel import Payload, Sent
from bot.channels.email.address import Sender
from bot.channels.email.channel import EmailChannel
from bot.channels.email.letter import Letterhead
from bot.channels.email.message import Doors
from bot.channels.email.records import DnsError, Records
from bot.channels.email.server import Server
from bot.channels.email.session import Post
from bot.rules.tokens import Tokens

NOW = datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=UTC)
SITE = "https://papers.example.org/"
SENDER = "Paper Round <papers@example.org>"
TOKENS = Tokens(b"k" * 32)
ADA = "ada@example.org"


async def no_dns(_name: str) -> list[str]:
    raise DnsError("Timeout")


def opened(
    url: str, *, password: str = "", site: str = SITE, sender: str = SENDER, seconds: float = 5.0
) -> EmailChannel:
    server, by = Server.of(url), Sender.of(sender)
    post = Post(server, SecretStr(password) if password else None, seconds, name="tests.example.org")
    head = Letterhead(by, Doors(site, by.address), TOKENS)
    return EmailChannel(post=post, head=head, records=Records(server.host, texts=no_dns), now=lambda: NOW)


async def sent(channel: EmailChannel, payload: Payload, delivery: str, to: str = ADA) -> Sent:
    """As a lane sends: what was taken is noted."""
    one = await channel.send(to, "", payload, delivery)
    one.noted()
    return one
