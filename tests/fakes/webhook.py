"""A receiver of webhooks on a loopback port, as an operator's own program is: it checks the signature of every post."""

import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

from tests.fakes.server import FakeServer, Message

SECRET = "a-made-up-secret-to-sign-with"
PATH = "/hooks/a-made-up-path"


class FakeWebhook(FakeServer):
    """Answers 204, or `status`. `messages` are the posts with a right signature; `deliveries` their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 204
        self.retry_after = 2
        self.deliveries: list[str] = []
        self.bodies: list[bytes] = []

    @property
    def address(self) -> str:
        return self.url + PATH

    def routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self._post)

    def too_many(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": str(self.retry_after)})

    async def _post(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        self.note("post", dict(request.headers))
        wanted = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Paperround-Signature", ""), f"sha256={wanted}"):
            return web.Response(status=401)
        return await self.taken_with_faults(request, lambda: self._take(request, data))

    def _take(self, request: web.Request, data: bytes) -> web.Response:
        if self.status < 300:
            feed: dict[str, Any] = json.loads(data)
            assert feed["version"] == "https://jsonfeed.org/version/1.1"
            delivery = request.headers["X-Paperround-Delivery"]
            self.deliveries.append(delivery)
            self.bodies.append(data)
            for one in feed["items"]:
                text = one.get("title") or one["content_text"]
                self.messages.append(Message("webhook", text, one, 0.0, delivery))
        return web.Response(status=self.status)
