"""The process that makes pictures small (bot.publishing.pictures.shrink), begun when it is needed and ended with us."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TIME_LIMIT = 10.0
"""Seconds for one picture."""
_CHILD = Path(__file__).with_name("shrink.py")
_KEPT = ("PATH", "HOME", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR")
"""Of the environment: it holds secrets, and what decodes pictures of strangers needs none."""


class UnusableError(Exception):
    """No picture can be made of it, and why."""


@dataclass(frozen=True, slots=True)
class Small:
    """A picture as pages show it: WebP."""

    data: bytes
    width: int
    height: int


class Shrinker:
    """One picture after another; a picture that breaks or holds up the process costs nothing but itself."""

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        self._limit = limit
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def shrink(self, data: bytes) -> Small:
        """The small picture. Raises UnusableError."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._limit):
                    return await self._asked(data)
            except TimeoutError:
                await self._end()
                raise UnusableError(f"it took more than {self._limit:g} seconds to read") from None
            except (asyncio.IncompleteReadError, ConnectionError, json.JSONDecodeError):
                await self._end()
                raise UnusableError("it broke the process that read it") from None
            except asyncio.CancelledError:
                await self._end()
                raise

    async def aclose(self) -> None:
        """End the process."""
        await self._end()

    async def _asked(self, data: bytes) -> Small:
        if self._process is None:
            self._process = await _begun()
        given, answers = self._process.stdin, self._process.stdout
        assert given
        assert answers
        given.write(len(data).to_bytes(4, "big") + data)
        await given.drain()
        told = json.loads(await answers.readline())
        if "reason" in told:
            raise UnusableError(told["reason"])
        return Small(await answers.readexactly(told["size"]), told["width"], told["height"])

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _begun() -> asyncio.subprocess.Process:
    """-P: the folder of the script is no place to look for modules. Raises UnusableError."""
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            str(_CHILD),
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except OSError as error:
        raise UnusableError(f"no process can be begun to read it: {error.strerror}") from None
