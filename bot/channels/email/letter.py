"""A mail to one reader, as bytes: header and body. The same message makes the same bytes, whenever it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from bot.channels.email.address import Sender
from bot.channels.email.message import Doors, Mail
from bot.channels.email.session import Letter
from bot.channels.wording import one_line
from bot.rules.tokens import Tokens


class _Whole(EmailPolicy):
    """Headers in ASCII on one line each: broken up, an address or an id would be encoded, which no reader undoes."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """As a line; what is not ASCII, or longer than a line may be (RFC 5322, 2.1.1), is encoded and folded."""
        line = f"{name}: {value}"
        if line.isascii() and line.isprintable() and len(line) < _LINE:
            return f"{line}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Whole(linesep="\r\n")
UNSUBSCRIBE, MANAGE = "unsubscribe", "manage"
"""What a token is for; what it is about is the address."""
_SUBJECT = 250
_LINE = 998


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who mails, and by what its readers leave."""

    sender: Sender
    doors: Doors
    tokens: Tokens

    def letter(self, recipient: str, mail: Mail, delivery: str) -> Letter:
        """A mail to an address. `delivery` tells it from all others: it names the Message-ID."""
        text, html = mail.to(self.tokens.token(MANAGE, recipient), self.tokens.token(UNSUBSCRIBE, recipient))
        header = {"List-Id": f"Paper Round <paperround.{self.sender.domain}>", **self._way_out(recipient)}
        words = Words(mail.subject, text, html, mail.at, mail.pictures)
        return compose(self.sender, recipient, words, delivery, header)

    def note(self, recipient: str, words: "Words", delivery: str) -> Letter:
        """A mail that is no digest."""
        return compose(self.sender, recipient, words, delivery, self._way_out(recipient))

    def _way_out(self, recipient: str) -> dict[str, str]:
        """By which a reader's program ends what comes."""
        header = {"List-Unsubscribe": f"<{self.doors.unsubscribe(self.tokens.token(UNSUBSCRIBE, recipient))}>"}
        if self.doors.site:  # RFC 8058: one POST, without asking
            header["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return header


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str
    """Empty: it is text alone."""
    at: float
    """Unix seconds of its Date."""
    pictures: Sequence[tuple[str, bytes]] = ()
    """Name and PNG of those that the HTML shows (RFC 2392)."""


def compose(sender: Sender, recipient: str, words: Words, delivery: str, header: Mapping[str, str]) -> Letter:
    """Any mail of ours as bytes. `delivery` is of letters and digits; nothing else is random or of the moment."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = one_line(words.subject, _SUBJECT)
    message["Date"] = format_datetime(datetime.fromtimestamp(words.at, UTC))
    message["Message-ID"] = f"<{delivery}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in header.items():
        message[name] = value
    message.set_content(words.text, cte="quoted-printable")
    if words.html:
        message.add_alternative(words.html, subtype="html", cte="quoted-printable")
        message.set_boundary(f"=_{delivery}")
    if words.pictures:
        _illustrate(message.get_payload(1), words.pictures, delivery)  # type: ignore[arg-type]  # a part, not a text
    return Letter(sender.address, recipient, message.as_bytes())


def _illustrate(html: EmailMessage, pictures: Sequence[tuple[str, bytes]], delivery: str) -> None:
    for name, png in pictures:
        html.add_related(png, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name[:8]}.png")
    html.set_boundary(f"=_{delivery}_")
