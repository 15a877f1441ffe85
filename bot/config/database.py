"""A database's address: a file of SQLite, or one of a server's. A password stands elsewhere."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.config.mistakes import ConfigError
from bot.config.secrets import is_server
from bot.rules.passwords import without_password
from bot.store.database import Database, Server


def database_at(url: str, folder: Path, secrets: Mapping[str, SecretStr]) -> Database:
    """Where an address leads that was checked; its password is `database_password`."""
    password = secrets.get("database_password")
    if is_server(url):
        return Server(url, password.get_secret_value() if password else "")
    return folder / url.removeprefix("sqlite:///")


def key_file(database: Database, folder: Path) -> Path:
    """Where the installation's key is: beside a file; of a server's, beside the configuration."""
    return folder / "paperround.key" if isinstance(database, Server) else database.with_name(f"{database.name}.key")


def check(url: str, key: str = "database") -> None:
    """Raises ConfigError, which names the key."""
    if is_server(url):
        _check_server(url, key)
    elif not url.startswith("sqlite:///") or url in {"sqlite:///", "sqlite:///:memory:"}:
        like = "sqlite:///var/paperround.db, or postgresql://user@host/name"
        raise ConfigError(key, f"{without_password(url)!r} is no database; write {like}")


def _check_server(url: str, key: str) -> None:
    if url != without_password(url):
        raise ConfigError(key, "holds a password; write database_password_env beside it, and none here")
    if not _is_complete(url):
        raise ConfigError(
            key, f"{without_password(url)!r} names no database of a server; write postgresql://user@host/name"
        )
    if find_spec("psycopg") is None:
        raise ConfigError(key, 'needs psycopg, which is not installed: pip install "paperround[postgres]"')


def _is_complete(url: str) -> bool:
    """Whether it names a database and a server, or several of which one is to be taken (libpq, 32.1.1.2)."""
    try:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2].split(",")
        return url.startswith("postgresql://") and bool(parts.path.strip("/")) and all(map(_port_is_right, hosts))
    except ValueError:
        return False


def _port_is_right(host: str) -> bool:
    return urlsplit(f"//{host}").port != 0
