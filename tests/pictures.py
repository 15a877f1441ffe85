"""The README's pictures, made by running the program: python -m tests.pictures, or `make pictures`.

A round on the demo's digest, at a fixed moment, goes to stand-ins for Telegram and Slack; what they got is drawn as
their apps do, the site is photographed in Chromium, and a feed is read by newsboat in tmux. docs/pictures/drawn.json
notes what each was drawn from: a test compares, so no picture is older than the code that draws it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.commands.once import once
from bot.process.loop import run as to_its_end
from bot.store.engine import Store
from tests.world import INBOX, ROOT, MovedClock, World, alert, world

PLACE = ROOT / "docs" / "pictures"
NOTED = PLACE / "drawn.json"
MOMENT = datetime(2026, 8, 21, 7, 30, tzinfo=UTC)
FEEDS = '[[feeds]]\nslug = "agents"\ntitle = "Agents"\nquery = "agent OR LLM OR benchmark"\n'
ALERTS = (
    alert("diffusion", 'diffusion OR "flow matching"', "telegram:@papers"),
    alert("language model agents", "LLM OR agent", "slack:#papers", deliver="batch"),
)
BRIGHT = TerminalTheme(
    (255, 255, 255), (0, 0, 0), [(0, 0, 0), *[(80, 80, 80)] * 3, (20, 60, 140), *[(80, 80, 80)] * 2, (255, 255, 255)]
)
COLUMNS, ROWS = 92, 12
NEWSBOAT = """
articlelist-title-format "Articles in feed '%T' (%u unread, %t total)"
articlelist-format "%4i %f %D  %?T?|%-17T|  ?%t"
color background black white
color listnormal black white
color listnormal_unread black white bold
color listfocus white blue
color listfocus_unread white blue bold
color info blue white bold
"""
STYLE = """
body { margin: 0; font: 15px/1.4 system-ui, "DejaVu Sans", sans-serif; color: #1d1c1d; }
a { color: #1264a3; text-decoration: none; } p { margin: 0; white-space: pre-wrap; }
.telegram { background: #d5e3cf; padding: 20px; width: 520px; }
.telegram article { background: #fff; border-radius: 12px; padding: 9px 13px; margin: 0 0 4px; }
.telegram nav { display: flex; flex-wrap: wrap; gap: 4px; margin: 0 0 14px; }
.telegram nav span { flex: 1; background: #0004; color: #fff; border-radius: 9px; text-align: center; padding: 6px; }
.slack { padding: 16px 20px; width: 620px; } .slack h2 { font-size: 18px; margin: 0 0 8px; }
.slack .name { font-weight: 800; } .slack .app { background: #ddd; font-size: 11px; padding: 0 3px; }
.slack p { margin: 0 0 10px; } .slack button { font: inherit; margin: 0 6px 6px 0; padding: 4px 10px; }
.reader { background: #fff; padding: 12px 16px; display: inline-block; }
.reader pre { margin: 0; font: 14px/1.35 "DejaVu Sans Mono", monospace; }
"""
Drawn = Mapping[str, str]
"""What each picture shows, by name: a page of HTML, or the text that it is made from."""


def main() -> int:
    """0; 1 where Chromium, tmux or newsboat is missing."""
    missing = [name for name in ("chromium", "tmux", "newsboat") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"pictures want {', '.join(missing)}: apt-get install {' '.join(missing)}\n")
        return 1
    PLACE.mkdir(exist_ok=True)
    with _rounded() as here, _browser() as browser:
        drawn = sources(here)
        for name in ("telegram", "slack"):
            _photographed(browser, name, _page(drawn[name], name))
        _photographed(browser, "reader", _page(_in_newsboat(here), "reader"))
        _site(browser, here.folder / "public" / "index.html")
    NOTED.write_text(json.dumps(marks(drawn), indent=1) + "\n")
    return 0


def marks(drawn: Drawn) -> dict[str, str]:
    """What docs/pictures/drawn.json notes."""
    return {name: sha256(text.encode()).hexdigest()[:16] for name, text in drawn.items()}


def drawn_now() -> Drawn:
    """What the pictures would show if they were made now; nothing but the program is needed."""
    with _rounded() as here:
        return sources(here)


def sources(here: World) -> Drawn:
    """What each picture is drawn from."""
    public = here.folder / "public"
    return {
        "telegram": "".join(_telegram(message.params) for message in here.telegram.messages),
        "slack": "".join(_slack(message.params) for message in here.slack.messages),
        "reader": (public / "feeds" / "agents.rss").read_text(),
        "site": (public / "index.html").read_text(),
    }


@contextmanager
def _rounded() -> Iterator[World]:
    """A folder after one round."""
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder, world(Path(folder)) as here:
        here.configure(INBOX, FEEDS, *ALERTS)
        here.drop("digest.json", (ROOT / "bot" / "demo" / "digest.json").read_bytes())
        config = here.config
        store = Store(config.database)
        try:
            result = to_its_end(once(config, store, MovedClock(MOMENT - datetime.now(UTC)), 20))
        finally:
            store.close()
        assert result.well(), result
        yield here


def _telegram(params: Mapping[str, Any]) -> str:
    keyboard = json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", [])
    return f"<article><p>{params['text']}</p></article>{''.join(map(_row, keyboard))}"


def _row(buttons: Sequence[Mapping[str, Any]]) -> str:
    return f"<nav>{''.join('<span>' + escape(one['text']) + '</span>' for one in buttons)}</nav>"


def _slack(params: Mapping[str, Any]) -> str:
    name = '<div><span class="name">Paper Round</span> <span class="app">APP</span></div>'
    return name + "".join(_block(block) for block in params["blocks"])


def _block(block: Mapping[str, Any]) -> str:
    if block["type"] == "header":
        return f"<h2>{escape(block['text']['text'])}</h2>"
    if block["type"] == "actions":
        return "".join(f"<button>{escape(one['text']['text'])}</button>" for one in block["elements"])
    if block["type"] == "rich_text":
        sections = (part for section in block["elements"] for part in section["elements"])
        return f"<p>{''.join(_span(part) for part in sections)}</p>"
    return f"<p>{escape(block['text']['text'])}</p>" if "text" in block else "<hr>"


def _span(part: Mapping[str, Any]) -> str:
    shown = escape(part.get("text", ""))
    for style, tag in (("bold", "b"), ("italic", "i"), ("code", "code")):
        if part.get("style", {}).get(style):
            shown = f"<{tag}>{shown}</{tag}>"
    return f"<a href='#'>{shown}</a>" if part["type"] == "link" else shown


def _in_newsboat(here: World) -> str:
    """Its list of articles, as tmux shows it."""
    folder = here.folder
    (folder / "urls").write_text(f"file://{folder}/public/feeds/agents.rss\n")
    (folder / "config").write_text(NEWSBOAT)
    reader = ("newsboat", "-u", "urls", "-C", "config", "-c", "cache.db")
    subprocess.run([*reader, "-x", "reload"], cwd=folder, check=True, capture_output=True)
    tmux = ("tmux", "-L", f"pictures{os.getpid()}", "-f", "/dev/null")
    started = [*tmux, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), *reader]
    subprocess.run(started, cwd=folder, check=True, env={**os.environ, "TERM": "xterm-256color"})
    try:
        _until(lambda: "Agents" in _captured(tmux))
        subprocess.run([*tmux, "send-keys", "Enter"], check=True)
        _until(lambda: "Articles in feed" in _captured(tmux))
        screen = _captured(tmux)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen))
    return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>", theme=BRIGHT)


def _captured(tmux: Sequence[str]) -> str:
    return subprocess.run([*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True).stdout


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "newsboat does not show it"
        time.sleep(0.1)


def _page(body: str, kind: str) -> str:
    plain = re.sub(r'href="[^"]*"', 'href="#"', body)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body><div class={kind}>{plain}</div>"


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


def _photographed(browser: Browser, name: str, page: str) -> None:
    shown = browser.new_page(viewport={"width": 900, "height": 700}, device_scale_factor=1.5)
    shown.set_content(page)
    _kept(name, shown.locator("div").first.screenshot())
    shown.close()


def _site(browser: Browser, index: Path) -> None:
    shown = browser.new_page(viewport={"width": 1000, "height": 700}, device_scale_factor=1.5)
    shown.goto(index.as_uri())
    _kept("site", shown.screenshot())
    shown.close()


def _kept(name: str, photograph: bytes) -> None:
    """In 64 colours: a third of its size."""
    Image.open(BytesIO(photograph)).convert("RGB").quantize(64).save(PLACE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
