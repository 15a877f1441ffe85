"""Services that Apprise posts to, on one loopback port: `json://`, `ntfy://` and `mmost://`, with their limits."""

import json
from typing import Any

from aiohttp import web

from tests.fakes.server import FakeServer, Message

TOKEN = "tokenmadeupfornobody234567"
POST = 4000
"""Characters of a post in Mattermost (its API reference; Apprise's limit too)."""


class FakeServices(FakeServer):
    """Answers 200, or `status`. A message's address is its service: json, ntfy, mmost."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.status = 200

    def url_of(self, scheme: str) -> str:
        here = self.url.removeprefix("http://")
        return {
            "json": f"json://{here}/{TOKEN}",
            "ntfy": f"ntfy://{here}/papers?mode=private",
            "mmost": f"mmost://{here}/{TOKEN}",
        }[scheme]

    def routes(self, app: web.Application) -> None:
        app.router.add_post(f"/{TOKEN}", self._json)
        app.router.add_post("/", self._ntfy)
        app.router.add_post(f"/hooks/{TOKEN}", self._mattermost)

    def too_many(self) -> web.Response:
        return web.Response(status=429)

    async def _json(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        return await self._taken(request, "json", f"{told['title']}\n{told['message']}", told)

    async def _ntfy(self, request: web.Request) -> web.StreamResponse:
        told = json.loads(await request.text())
        assert told["topic"] == "papers"
        return await self._taken(request, "ntfy", f"{told.get('title', '')}\n{told['message']}", told)

    async def _mattermost(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        if len(told["text"]) > POST:
            return web.Response(status=400)
        return await self._taken(request, "mmost", told["text"], told)

    async def _taken(self, request: web.Request, service: str, text: str, told: dict[str, Any]) -> web.StreamResponse:
        self.note(service, told)

        def take() -> web.Response:
            if self.status < 300:
                self.messages.append(Message(service, text, told, 0.0, str(len(self.messages))))
            return web.Response(status=self.status)

        return await self.taken_with_faults(request, take)
