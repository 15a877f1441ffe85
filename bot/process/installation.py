"""The installation's own key: made once, in a file of its own, for its owner alone. Never in the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.rules.tokens import Tokens

_BYTES = 32


class KeyFileError(ValueError):
    """The key's file cannot be used; the text says why and what to do."""


def tokens_of(path: Path) -> Tokens:
    """What the key in a file makes; one that is not there yet is made. Raises KeyFileError."""
    try:
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyFileError(f"the key in {path} cannot be read or made ({_reason(error)})") from None
    if len(key) != _BYTES:
        raise KeyFileError(f"{path} holds no key of {_BYTES} bytes: put back the one that was there")
    return Tokens(key)


def take_along(path: Path, to: Path) -> None:
    """The key goes where the database goes; one that is there already stays. Raises OSError."""
    if path.exists() and not to.exists():
        _write(to, path.read_text("ascii"))


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path, secrets.token_hex(_BYTES) + "\n")


def _write(path: Path, key: str) -> None:
    """Whole or not at all, and by one of several processes alone: all read what the first one wrote."""
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(half, path)
    finally:
        half.unlink()


def _reason(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) else "it is no key of ours"
