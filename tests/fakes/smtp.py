"""A mail server on a loopback port, in a thread of its own, that can be cut, fall silent or refuse at any phase.

`fail_next(phase, what)` queues a fault for the next session: phases are connect, EHLO, MAIL, RCPT, DATA (before the
mail), content (in the middle of it), dot (after the final dot) and QUIT; `what` is cut, silence, or a reply. After the
dot `take_then_cut` and `take_then_silence` take the mail first; nothing else does.
"""

import asyncio
import email
import email.policy
import re
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from tests.fakes.loops import end_talks


@dataclass(frozen=True)
class Taken:
    """A mail that the server took: envelope and bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    time: float

    @property
    def message(self) -> EmailMessage:
        """As readers' programs read it."""
        found = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> str:
        """Its `plain` or `html`."""
        found = self.message.get_body((kind,))
        return str(found.get_content()).replace("\r\n", "\n") if found else ""


class CutError(Exception):
    """The session is over."""


@dataclass
class FakeSmtp:
    """Its fields may be changed while it serves."""

    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """What came, over all sessions."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Recipient -> the reply to it."""
    always: dict[str, str] = field(default_factory=dict)
    """Phase -> the fault of every session there."""
    port: int = 0
    met: list[tuple[str, str]] = field(default_factory=list)
    """Faults that a session met."""

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[str]] = defaultdict(deque)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="FakeSmtp", daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def fail_next(self, phase: str, what: str, times: int = 1) -> None:
        self._faults[phase].extend([what] * times)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        self._loop.close()

    def to(self, address: str) -> list[Taken]:
        """What came to an address."""
        return [one for one in self.taken if address in one.recipients]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._until_stopped())

    async def _until_stopped(self) -> None:
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._session, "127.0.0.1", self.port, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        await end_talks()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (CutError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer(writer, "connect", "220 fake.example.org ESMTP")
        sender, recipients = "", list[str]()
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            self.commands.append(line)
            verb = line[:4].upper()
            if verb == "MAIL":
                sender, recipients = line.partition(":")[2].strip("<>"), []
                await self._answer(writer, verb, "250 2.1.0 Ok")
            elif verb == "RCPT":
                address = re.sub(r"^<|>.*$", "", line.partition(":")[2])
                reply = self.refuses.get(address, "250 2.1.5 Ok")
                recipients += [address] if reply.startswith("2") else []
                await self._answer(writer, verb, reply)
            elif verb == "DATA":
                if await self._answer(writer, verb, "354 go on"):
                    await self._content(reader, writer, sender, tuple(recipients))
            elif verb == "QUIT":
                await self._answer(writer, verb, "221 2.0.0 Bye")
                return
            else:
                await self._answer(
                    writer, verb, "250 fake.example.org" if verb in {"EHLO", "HELO", "RSET"} else "502 no"
                )

    async def _content(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: str, recipients: tuple[str, ...]
    ) -> None:
        if fault := self._fault("content"):
            await reader.readline()
            await self._spoil(writer, fault)
        raw = b"\r\n" + await reader.readuntil(b"\r\n.\r\n")
        content = raw[2:-3].replace(b"\r\n..", b"\r\n.")
        one = Taken(sender, recipients, content, time.monotonic())
        fault = self._fault("dot")
        if not fault or fault.startswith("take_then_"):
            self.taken.append(one)
        await self._spoil(writer, fault.removeprefix("take_then_") or f"250 2.0.0 Ok: queued as {len(self.taken):X}")

    async def _answer(self, writer: asyncio.StreamWriter, phase: str, reply: str) -> bool:
        """The reply, or the fault that is due; whether it was the reply."""
        fault = self._fault(phase)
        await self._spoil(writer, fault or reply)
        return not fault

    def _fault(self, phase: str) -> str:
        fault = self._faults[phase].popleft() if self._faults[phase] else self.always.get(phase, "")
        if fault:
            self.met.append((phase, fault))
        return fault

    async def _spoil(self, writer: asyncio.StreamWriter, what: str) -> None:
        if what == "cut":
            raise CutError
        if what == "silence":
            await self._stopping.wait()
        writer.write(what.encode() + b"\r\n")
        await writer.drain()
