"""Where a mailbox is, read from its address. It knows no password."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote

_PORTS = {"imap": 143, "imaps": 993}
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s\[\]:@/?#]+))(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is, from `imaps://user@host:port/FOLDER`."""

    host: str
    port: int
    user: str
    folder: str
    """As people write it; the server may spell it otherwise."""
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Account":
        """Read the URL; the folder is INBOX where none is given. Raises ValueError.

        All behind the host is the folder, `#` and `?` too: a mailbox has no fragment and no query.
        """
        scheme, _, rest = url.strip().partition("://")
        authority, _, path = rest.partition("/")
        login, _, place = authority.rpartition("@")
        port, found = _PORTS.get(scheme.lower()), _HOST.fullmatch(place)
        if port is None or found is None or not login:
            raise ValueError("must be the address of a mailbox, like imaps://user@host/INBOX")
        if ":" in login:
            raise ValueError("holds a password; name its place with password_env or password_file")
        port = int(found["port"] or port)
        user, folder = unquote(login), unquote(path.strip("/")) or "INBOX"
        if not (user + folder).isprintable() or not 0 < port < 65536:
            raise ValueError("must be a mailbox whose user, folder and port can be read, like imaps://user@host/INBOX")
        return cls(found["six"] or found["name"].lower(), port, user, folder, scheme.lower() == "imaps")

    @property
    def address(self) -> str:
        """Of the server, as a rule about ways out reads it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'imaps' if self.encrypted else 'imap'}://{host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, by its own spelling: nothing leaves it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")
