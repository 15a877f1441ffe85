"""An access token of OAuth 2.0, asked for anew at each login: from a file that something keeps fresh, or a command.

The command is run without a shell; what it says beside the token stays with it, but for the last line of a failure.
"""

import asyncio
import os
import re
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.sources.imap.errors import MailError
from feeds.text import plain

TIME_LIMIT = 30.0
"""Seconds for the command."""
_MOST = 64 * 1024
"""Bytes of a token, and of what a command says: an access token is a few thousand."""
_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9+/=._~-]{20,}")


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file that holds the token."""

    path: Path

    async def now(self) -> SecretStr:
        """The token. Raises MailError."""
        try:
            with self.path.open("rb") as file:
                return _token(file.read(_MOST + 1), f"token_file {self.path.name}")
        except OSError as error:
            raise MailError(f"token_file {self.path.name} cannot be read: {error.strerror}", refused=True) from None


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A command that prints the token, run in a folder."""

    command: Sequence[str]
    folder: Path
    limit: float = TIME_LIMIT
    """Seconds."""

    async def now(self) -> SecretStr:
        """The token. Raises MailError. The command ends with the one who waits for it."""
        name = f"token_command {self.command[0]}"
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,
            )
        except OSError as error:
            raise MailError(f"{name} cannot be run: {error.strerror}", refused=True) from None
        try:
            async with asyncio.timeout(self.limit):
                token, said = await asyncio.gather(_read(process.stdout), _read(process.stderr))
                code = await process.wait()
        except TimeoutError:
            await _end(process)
            raise MailError(f"{name} printed no token within {self.limit:g} seconds") from None
        except BaseException:
            await _end(process)
            raise
        if code:
            raise MailError(f"{name} failed (exit code {code}){_last_line(said)}", refused=True)
        return _token(token, name)


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """To its end; what is too much is not kept."""
    assert stream
    kept = b""
    while some := await stream.read(_MOST):
        kept = (kept + some)[: _MOST + 1]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """It, and what it started, which holds its pipes."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await asyncio.gather(_read(process.stdout), _read(process.stderr))


def _token(data: bytes, source: str) -> SecretStr:
    """The only word of what was read. Raises MailError."""
    try:
        words = data.decode("ascii").split()
    except UnicodeDecodeError:
        words = []
    if len(words) != 1 or len(data) > _MOST:
        raise MailError(f"{source}: holds no token; it must be the access token alone", refused=True)
    return SecretStr(words[0])


def _last_line(said: bytes) -> str:
    """What a command complained of, without what may be a secret."""
    lines = plain(said.decode("utf-8", "replace")).split("\n") if said else [""]
    last = next((line for line in reversed(lines) if line.strip()), "")
    return f": {_LIKE_A_TOKEN.sub('***', last)[:200]}" if last else ""
