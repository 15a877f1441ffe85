"""Who hangs up before the answer keeps nobody waiting: through a socket, as visitors come."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn

from bot.web.app import web_app
from bot.web.turns import Steps
from tests.bot.web.site import Web

PATHS = ["/search?q=streaming", "/search.rss?q=streaming", "/search.bib?q=streaming", "/new?q=streaming&after="]


@asynccontextmanager
async def listening(web: Web) -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(web_app(web.context), lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as there:
        serving = asyncio.create_task(server.serve([there]))
        yield there.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_asked_is_left_off_when_the_visitor_goes(web: Web, path: str) -> None:
    let_go = threading.Event()

    def long() -> Steps[None]:
        let_go.wait(60)
        yield

    async with listening(web) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as other:
        path += (await other.get("/new?q=streaming")).json()["cursor"] if path.endswith("after=") else ""
        at_work = asyncio.create_task(web.context.live.ask(long()))
        _, visitor = await asyncio.open_connection("127.0.0.1", port)
        visitor.write(f"GET {path} HTTP/1.1\r\nHost: papers.example.org\r\n\r\n".encode())
        await visitor.drain()
        visitor.close()
        while '"499"} 1.0' not in (await other.get("/metrics")).text:
            """The thread is at work all the while: nothing was answered."""
        let_go.set()
        await at_work
        assert (await other.get(path)).status_code == 200
