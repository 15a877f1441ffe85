"""No secret is logged, by whichever way it comes into a record."""

import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from bot.process import logs

KNOWN = "correct horse battery"
SHAPED = (
    "123456789:AAE-a-made-up-token-of-no-bot-at-all",
    "xoxb-1-made-up-token",
    "xapp-1-made-up-token",
    "https://hooks.slack.com/services/T0/B0/madeup",
    "postgresql://user:made-up@host/name",
    "https://api.telegram.org/bot1:made-up/getMe",
)
"""Secrets that nobody told the log of, by their shape."""
SAID = ("AAE-a-made-up", "made-up", "madeup", KNOWN)


class Holder:
    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return f"Holder({self.secret!r})"


def fail(secret: str) -> None:
    raise ValueError(secret)


def raised(secret: str) -> None:
    try:
        try:
            fail(secret)
        except ValueError as error:
            raise RuntimeError(f"because of {secret}") from error
    except RuntimeError:
        logging.getLogger("x").exception("it broke")


def uncaught(secret: str) -> None:
    try:
        fail(secret)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


WAYS: dict[str, Callable[[str], None]] = {
    "message": lambda secret: logging.getLogger("x").warning(secret),
    "argument": lambda secret: logging.getLogger("x").warning("it is %s", secret),
    "repr": lambda secret: logging.getLogger("x").warning("it is %r", Holder(secret)),
    "list": lambda secret: logging.getLogger("x").warning("they are %s", [Holder(secret)]),
    "of a library": lambda secret: logging.getLogger("telegram.ext").error("%s", {"url": secret}),
    "traceback": raised,
    "uncaught": uncaught,
    "debug": lambda secret: logging.getLogger("x").debug("it is %s", secret),
}


@pytest.fixture
def restored() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


@pytest.mark.threat(14)
@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_no_secret_is_logged(capsys: pytest.CaptureFixture[str], way: str, as_json: bool) -> None:
    logs.set_up(verbose=True, secrets=[KNOWN], as_json=as_json)
    for secret in (KNOWN, *SHAPED):
        WAYS[way](secret)
    told = capsys.readouterr().err
    assert told.count("***") >= 1 + len(SHAPED)
    assert [one for one in SAID if one in told] == []


def test_a_name_with_line_ends_forges_no_line_of_its_own() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 0, "the file %s", ("a\n2026 ERROR b\r\n\x85c\u2028d",), None)
    assert logs.Redacting(shape="%(message)s").format(record) == "the file a 2026 ERROR b c d"
