"""Logs to stderr, with every secret cut out of every line, whatever library wrote it."""

import json
import logging
import sys
from collections.abc import Iterable

from bot.process.secrecy import without_secrets
from bot.rules.words import printable

_SHAPE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_CHATTY = ("httpx", "httpcore", "telegram", "slack_sdk", "aiohttp", "apscheduler", "alembic", "asyncio")
"""They log each request, some with the token in its address (knowledge of their sources, measured)."""


class Redacting(logging.Formatter):
    """Formats first, then cuts: messages, arguments, tracebacks and reprs alike."""

    def __init__(self, secrets: Iterable[str] = (), shape: str = _SHAPE) -> None:
        super().__init__(shape)
        self._secrets = sorted((secret for secret in secrets if len(secret) > 3), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line or traceback, without secrets and without control characters that drive a terminal."""
        return self.clean(super().format(record))

    def clean(self, text: str) -> str:
        """Any text, without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return printable(without_secrets(text))


class AsJson(Redacting):
    """A JSON object a line, for what collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """When (Unix seconds), how grave, who, what; and of an exception its traceback."""
        said = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            said["trace"] = self.clean(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def set_up(
    *, verbose: bool, secrets: Iterable[str] = (), shown: logging.Handler | None = None, as_json: bool = False
) -> None:
    """Send logs to stderr, or to `shown`, which says itself when and whose they are; uncaught exceptions as well."""
    handler = shown or logging.StreamHandler(sys.stderr)
    plain = AsJson if as_json else Redacting
    handler.setFormatter(Redacting(secrets, "%(message)s") if shown else plain(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It writes a whole traceback for an answer that is no JSON; the lane says it in a line.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)

    def last_words(kind: type[BaseException], error: BaseException, trace: object) -> None:
        root.critical("this is a bug in Paper Round", exc_info=(kind, error, trace))  # type: ignore[arg-type]

    sys.excepthook = last_words
