"""A site in Debian's Chromium: served by the real server, and as files behind a plain file server."""

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.papers import PAPERS
from tests.world import INBOX, World, feed, until, world


@pytest.fixture(scope="module")  # no longer: Playwright's loop would be in others' way
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[str, World]]:
    """The address of a served site, and its world."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with world(tmp_path_factory.mktemp("site")) as here:
        web = f'[web]\nlisten = "127.0.0.1:{port}"\ntelegram_bot = "round_bot"\n'
        here.configure(INBOX, feed("streaming", "streaming OR agent"), feed("all", "*"), web)
        config = here.folder / "config.toml"
        config.write_text(config.read_text().replace("https://papers.example.org/", f"{address}/"))
        here.drop("papers.json", json.dumps(PAPERS).encode())
        assert here.run("once").returncode == 0
        here.start("serve")
        until(partial(_listens, port))
        yield address, here


@pytest.fixture(scope="module")
def files(site: tuple[str, World]) -> Iterator[str]:
    """The address of the same site as files on a host that knows nothing of us."""
    with file_server(site[1].folder / "public") as address:
        yield address


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
