"""Services as Apprise opens them: their limits, and one blocking send. All that the library is asked stands here."""

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode
from pydantic import SecretStr

from bot.channels.apprise.message import Room
from bot.rules.way_out import WayError, WayOut

_LOG = logging.getLogger("apprise")
_LONGEST_TITLE = 250
_LARGEST = 30_000
_MARKUP = 0.7
"""Of a limit, where text grows as it becomes HTML or Markdown."""
_STATUS = re.compile(r"error[=:] ?(\d{3})\b")
_HERE = "localhost,127.0.0.1,::1"
"""What goes straight, whatever the proxy."""


class Service:
    """One of them. Its address is its credential, and stands in no text of ours."""

    def __init__(self, url: SecretStr) -> None:
        asset = AppriseAsset(app_id="Paper Round", app_desc="Paper Round", async_mode=False, secure_logging=True)
        with _unheard():
            self._plugin = Apprise.instantiate(url.get_secret_value(), asset=asset)

    @property
    def name(self) -> str:
        """As people know it; empty: Apprise knows no service of that address."""
        return str(self._plugin.service_name) if self._plugin is not None else ""

    @property
    def pause(self) -> float:
        """Seconds between two messages; Apprise would wait for as long on our thread."""
        return float(self._plugin.request_rate_per_sec) if self._plugin is not None else 0.0

    @property
    def room(self) -> Room:
        """What its messages may take. A title that it has no place for stands in the body."""
        if self._plugin is None:
            return Room(_LONGEST_TITLE, _LARGEST)
        formats = self._plugin.notify_format
        is_plain = NotifyFormat.TEXT in (formats if isinstance(formats, tuple) else (formats,))
        body = int(min(self._plugin.body_maxlen, _LARGEST) * (1 if is_plain else _MARKUP))
        title = min(self._plugin.title_maxlen, _LONGEST_TITLE)
        if title > 0:
            return Room(title, body)
        title = min(_LONGEST_TITLE, body // 3)
        return Room(title, body - title - 20)

    def send(self, title: str, body: str) -> str:
        """Why it was not taken, as far as Apprise tells; empty: it was. Blocks for as long as the service does."""
        if self._plugin is None:
            return "Apprise knows no service of that address"
        with _unheard() as said:
            try:  # the service itself: Apprise's pool of threads is waited for when a process ends
                if self._plugin.notify(
                    body=body,
                    title=title,
                    body_format=NotifyFormat.TEXT,
                    overflow=OverflowMode.SPLIT,  # a limit that we did not know cuts nothing off
                ):
                    return ""
            except Exception as error:  # noqa: BLE001  (a hundred plugins, each with libraries of its own)
                return f"{self.name} cannot be sent to ({type(error).__name__})"
        status = next((found[1] for found in map(_STATUS.search, reversed(said)) if found), "")
        return f"{self.name} did not take it" + (f" ({status})" if status else "")


def let_out(way: WayOut) -> None:
    """Apprise's proxy comes from the environment, which nobody else here reads. Raises WayError."""
    for scheme in ("http", "https"):
        if proxy := way.proxy_for(f"{scheme}://elsewhere.invalid"):
            if proxy.scheme == "socks5" and find_spec("socks") is None:
                raise WayError("by a SOCKS proxy Apprise needs PySocks: pip install pysocks")
            os.environ[f"{scheme}_proxy"] = proxy.url
    os.environ["no_proxy"] = ",".join([_HERE, *way.straight])


class _Ear(logging.Handler):
    """Hears what one thread is told."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.said.append(record.getMessage())


@contextmanager
def _unheard() -> Iterator[list[str]]:
    """What Apprise logs meanwhile, which may hold a part of an address and so reaches no log."""
    _LOG.propagate = False
    _LOG.setLevel(logging.INFO)
    ear = _Ear()
    _LOG.addHandler(ear)
    try:
        yield ear.said
    finally:
        _LOG.removeHandler(ear)
