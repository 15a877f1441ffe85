"""Where a mailbox is, read from its address. It knows no password."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993}


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is, from `imaps://user@host:port/FOLDER`."""

    host: str
    port: int
    user: str
    folder: str
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Account":
        """Read the URL; the folder is INBOX where none is given. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
            raise ValueError("must be the address of a mailbox, like imaps://user@host/INBOX")
        if parts.password is not None:
            raise ValueError("holds a password; name its place with password_env or password_file")
        user, folder = unquote(parts.username), unquote(parts.path.strip("/")) or "INBOX"
        if not (user + folder).isprintable() or not (user + folder).isascii():
            raise ValueError("has a user or folder beyond ASCII; write the folder as the server does (RFC 3501, 5.1.3)")
        port = parts.port or _PORTS[parts.scheme]
        return cls(parts.hostname, port, user, folder, parts.scheme == "imaps")
