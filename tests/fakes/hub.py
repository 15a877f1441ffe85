"""A WebSub hub on a loopback port: it notes what it is told at /hub, and has faults by `fail_next(n, kind, "hub")`."""

from typing import Any

from aiohttp import web

from tests.fakes.server import FakeServer


class FakeHub(FakeServer):
    """Answers 204, as hubs do. `told` is every form that was posted, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, Any]] = []

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/hub", self._hub)

    def too_many(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "90"})

    async def _hub(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.told.append({name: form.getall(name) for name in form})
        return await self.taken_with_faults(request, lambda: web.Response(status=204), "hub")
