"""Logs to stderr, with every secret cut out of every line, whatever library wrote it."""

import json
import logging
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from bot.process.secrecy import without_secrets
from bot.rules.words import in_a_line, printable

_SHAPE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_CHATTY = ("httpx", "httpcore", "telegram", "slack_sdk", "aiohttp", "apscheduler", "alembic", "asyncio", "urllib3")
"""They log each request, some with the token in its address (knowledge of their sources, measured)."""
_TRAILS = ("bot.delivery.trail", "bot.calling.trail")
"""They log each message, which is too much for who reads: for programs, and with -v."""
_MORE = ("delivery", "destination", "papers", "found", "ref")
"""What an event may have beside its words (`extra`)."""
_DELIVERY = ContextVar("delivery", default="")


def about(delivery: str) -> None:
    """What this task logs from now on is about a message, by its delivery id; empty: about none."""
    _DELIVERY.set(delivery)


class _About(logging.Filter):
    """Puts to each event which message it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        """All of them pass."""
        record.delivery = _DELIVERY.get()
        return True


class Redacting(logging.Formatter):
    """Formats first, then cuts: messages, arguments, tracebacks and reprs alike."""

    def __init__(self, secrets: Iterable[str] = (), shape: str = _SHAPE) -> None:
        super().__init__(shape)
        self._names_delivery = shape == _SHAPE
        self._secrets = sorted((secret for secret in secrets if len(secret) > 3), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line or traceback, without secrets and without control characters that drive a terminal."""
        return self.clean(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        """The line before any traceback; of a message, with its delivery id."""
        line, delivery = in_a_line(super().formatMessage(record)), getattr(record, "delivery", "")
        return f"{line} [{delivery}]" if delivery and self._names_delivery else line

    def clean(self, text: str) -> str:
        """Any text, without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return printable(without_secrets(text))


class AsJson(Redacting):
    """A JSON object a line, for what collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """When (Unix seconds), how grave, who, what, and of which message; and of an exception its traceback."""
        said: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        for name in _MORE:
            if value := getattr(record, name, None):
                said[name] = [self.clean(one) for one in value] if isinstance(value, list) else self._cleaned(value)
        if record.exc_info and record.exc_info[0]:
            said["trace"] = self.clean(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)

    def _cleaned(self, value: float | str) -> float | str:
        return self.clean(value) if isinstance(value, str) else round(value, 3)


def set_up(
    *, verbose: bool, secrets: Iterable[str] = (), shown: logging.Handler | None = None, as_json: bool = False
) -> None:
    """Send logs to stderr, or to `shown`, which says itself when and whose they are; uncaught exceptions as well."""
    handler = shown or logging.StreamHandler(sys.stderr)
    plain = AsJson if as_json else Redacting
    handler.setFormatter(Redacting(secrets, "%(message)s") if shown else plain(secrets))
    handler.addFilter(_About())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _TRAILS:
        logging.getLogger(name).setLevel(logging.INFO if as_json or verbose else logging.WARNING)
    # It writes a whole traceback for an answer that is no JSON; the lane says it in a line.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    # The same of a database that went away, of which the engine says a line, and of jobs, which tell themselves.
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    def last_words(kind: type[BaseException], error: BaseException, trace: object) -> None:
        root.critical("this is a bug in Paper Round", exc_info=(kind, error, trace))  # type: ignore[arg-type]

    sys.excepthook = last_words
