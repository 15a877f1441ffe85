"""The files of a first configuration, written: whole or not at all, and never over one that is there."""

import os
from pathlib import Path

from bot.commands.founding.draft import Draft
from bot.config.environment import NAME, parse
from bot.config.mistakes import ConfigError
from bot.process.folders import unwritable


def check(path: Path) -> None:
    """Whether the configuration could be written there. Raises ConfigError."""
    if os.path.lexists(path):
        raise ConfigError("", f"{path} is there already; change it by hand, or name another with --config")
    if told := unwritable(path.parent):
        raise ConfigError("", told)


def check_environment(path: Path, draft: Draft) -> None:
    """Whether the secrets could be written beside it. Raises ConfigError."""
    if draft.secrets and os.path.lexists(beside(path)) and not _holds(beside(path), draft):
        raise ConfigError("", f"{beside(path)} is there already, with other secrets; put it aside, or add yours to it")


def write(path: Path, draft: Draft) -> list[Path]:
    """Both files, the configuration last. What was written. Raises ConfigError."""
    made: list[Path] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if draft.secrets and not os.path.lexists(beside(path)):
            _write(beside(path), draft.environment(), 0o600)
            made.append(beside(path))
        _write(path, draft.text(), 0o644)
    except OSError as error:
        for one in made:
            one.unlink(missing_ok=True)
        raise ConfigError("", f"{path} cannot be written: {error.strerror or error}") from None
    return [path, *made]


def beside(path: Path) -> Path:
    """The environment file of a configuration."""
    return path.resolve().parent / NAME


def _holds(there: Path, draft: Draft) -> bool:
    try:
        held = parse(there.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, ConfigError):
        return False
    return all(held.get(name) == value for name, value in draft.secrets.items())


def _write(path: Path, text: str, mode: int) -> None:
    """Raises OSError, also where a file is there: what was begun is taken away again."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)  # whatever the umask
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(handle)
    except OSError:
        path.unlink(missing_ok=True)
        raise
