"""Links that open a bot in Telegram with a query (Bot API, deep linking: 64 of A-Za-z0-9_- behind `start=`). Pure."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

MOST = 64
"""Characters that a link can hold."""


def start_link(bot: str, query: str, *, named: bool) -> str:
    """The bot, told the query; `named`: it knows the query itself, by its mark. The bot alone where it cannot be told.

    `bot` is its name without the @.
    """
    code = code_of(query) or (mark_of(query) if named else "")
    return f"https://t.me/{bot}" + (f"?start={code}" if code else "")


def code_of(query: str) -> str:
    """The query itself; empty where it is too long for a link."""
    code = f"q{_coded(query.encode('utf-8', 'replace'))}"
    return code if len(code) <= MOST else ""


def mark_of(query: str) -> str:
    """What names a query of any length."""
    return f"m{_coded(sha256(query.encode('utf-8', 'replace')).digest())}"


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def query_of(code: str) -> str:
    """The query that a code is; empty: it is none."""
    if not code.startswith("q"):
        return ""
    body = code[1:]
    try:
        return urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode("utf-8")
    except ValueError:
        return ""
