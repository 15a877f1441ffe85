"""The channel of Apprise: blocking sends on threads of their own. An address is a service's name.

Apprise tells yes or no, and of a no not whether it arrived (2.3, measured: a 404, a cut and a silence are one). So
whatever failed is tried again: at least once, for a week.
"""

import asyncio
from collections.abc import Mapping
from math import inf

from pydantic import SecretStr

from bot.channels.apprise.message import Room, pack, pack_issue, pack_text
from bot.channels.apprise.services import Service, let_out
from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.process.aside import aside
from bot.rules.way_out import STRAIGHT, WayOut


class AppriseChannel:
    """Sends to services given as name -> URL; the URL is the credential. `timeout`: seconds of one send."""

    can_find = False
    concurrency = 8
    per_second = inf

    def __init__(self, *, urls: Mapping[str, SecretStr], timeout: float, way: WayOut = STRAIGHT) -> None:
        let_out(way)
        self._services = {name: Service(url) for name, url in urls.items()}
        self._timeout = timeout
        rooms = [one.room for one in self._services.values()]
        # What is packed is packed for any of them: the smallest service says how much.
        self._room = Room(min(one.title for one in rooms), min(one.body for one in rooms))
        self._going: dict[str, tuple[str, asyncio.Task[str]]] = {}
        """Service -> the delivery on its way, which may hang for longer than we wait."""

    def interval(self, address: str) -> float:
        """As Apprise has it for the service."""
        service = self._services.get(address)
        return service.pause if service else 0.0

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as a title and a text."""
        return pack(item, self._room)

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as a list."""
        return pack_issue(issue, self._room)

    def pack_text(self, text: str) -> Payload:
        """A notice."""
        return pack_text(text, self._room)

    async def resolve(self, name: Name) -> str:
        """The name itself."""
        return name.address

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """The delivery's id: services tell none of theirs. Raises SendError: WAIT, whatever failed."""
        service = self._services.get(address)
        if service is None:
            raise SendError(Kind.CLOSE, f"no service named {address} is configured")
        if not service.name:
            raise SendError(Kind.WAIT, f"the URL of apprise.{address} is none that Apprise knows", patient=True)
        try:
            async with asyncio.timeout(self._timeout):
                refusal = await self._sent(address, service, payload, delivery)
        except TimeoutError:
            refusal = f"{service.name} did not answer within {self._timeout:g} s"
        if refusal:
            raise SendError(Kind.WAIT, refusal)
        return Sent(delivery)

    async def find(self, lost: Lost) -> str | None:
        """None: nobody can be asked."""
        return None

    async def check(self) -> str:
        """Which services there are; asking one would post to it."""
        return ", ".join(dict.fromkeys(one.name or "unknown" for one in self._services.values()))

    async def look(self, address: str, thread: str) -> Sight:
        """Whether Apprise knows the service; more cannot be known without posting."""
        service = self._services.get(address)
        if service is None or not service.name:
            told = f"its URL is none that Apprise knows: see docs/apprise.md ([apprise.{address}])"
            return Sight("a service of Apprise", (told,))
        return Sight(f"{service.name} by Apprise, which cannot be looked at without posting")

    async def aclose(self) -> None:
        """Nothing is waited for: a thread that hangs ends with the process."""
        for _, task in self._going.values():
            task.cancel()

    async def _sent(self, address: str, service: Service, payload: Payload, delivery: str) -> str:
        """Why it was not taken. A send that outlived our patience is waited for, and counts when it is the same one."""
        known, going = self._going.get(address, ("", None))
        if going and known != delivery:
            await asyncio.wait([going])
            going = None
        if going is None:
            going = asyncio.create_task(aside(service.send, payload["title"], payload["body"]))
            self._going[address] = delivery, going
        refusal = await asyncio.shield(going)
        self._going.pop(address, None)
        return refusal
