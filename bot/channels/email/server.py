"""Where mail is handed over, read from its address. It knows no password."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s\[\]:@/?#]+))(?::(?P<port>\d{1,5}))?/?")
_LIKE = "write one like smtp://user@host:587, or smtps://user@host:465"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of SMTP, from `smtp://user@host:port` or `smtps://...`."""

    host: str
    port: int
    user: str
    """Empty: mail is handed over without a login."""
    encrypted: bool
    """TLS from the start; else by STARTTLS, where the server has it."""

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read the URL. Raises ValueError."""
        scheme, colon, rest = url.strip().partition("://")
        login, at, place = rest.rpartition("@")
        found = _HOST.fullmatch(place)
        if scheme.lower() not in {"smtp", "smtps"} or not colon or found is None or (at and not login):
            raise ValueError(f"is no address of a mail server; {_LIKE}")
        if ":" in login:
            raise ValueError("holds a password; name its place with password_env or password_file")
        encrypted = scheme.lower() == "smtps"
        # Ports by RFC 8314 (465), RFC 6409 (587: who logs in hands over), RFC 5321 (25).
        port = int(found["port"] or (465 if encrypted else 587 if login else 25))
        user = unquote(login)
        if not user.isprintable() or not 0 < port < 65536:
            raise ValueError(f"has a user or port that cannot be; {_LIKE}")
        return cls(found["six"] or found["name"].lower(), port, user, encrypted)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, by its own spelling: nothing leaves it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
