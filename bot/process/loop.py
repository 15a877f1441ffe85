"""The event loop of a command. What it looks up holds up neither a stop nor the end of the process."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.process.aside import aside

T = TypeVar("T")


class _Loop(asyncio.SelectorEventLoop):
    """asyncio's own, but for names: its look-ups' threads are waited for at the end, and a resolver may be silent."""

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  (asyncio calls it so)
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """As the library's."""
        return await aside(socket.getaddrinfo, host, port, family, type, proto, flags)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
