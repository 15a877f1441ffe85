"""Logging in by what a server offers: LOGIN, and by SASL PLAIN, LOGIN, CRAM-MD5; with a token XOAUTH2 or OAUTHBEARER.

A refused login is not tried another way: servers lock accounts for that.
"""

import base64
import json
from collections.abc import Callable

from imap_tools import BaseMailBox

from bot.sources.imap.account import Account
from bot.sources.imap.errors import MailError, told

Answer = Callable[[bytes], bytes]
"""To a challenge of the server."""

_CURES = {
    "gmail.com": "Gmail takes an app password only: myaccount.google.com/apppasswords",
    "googlemail.com": "Gmail takes an app password only: myaccount.google.com/apppasswords",
    "yahoo.com": "Yahoo takes an app password only",
    "icloud.com": "iCloud takes an app password only: account.apple.com",
    "me.com": "iCloud takes an app password only: account.apple.com",
    "office365.com": "Microsoft takes no password here: name a token_command",
    "outlook.com": "Microsoft takes no password here: name a token_command",
}
"""By the end of a server's name, what mostly is the matter with a refused password."""


def log_in(box: BaseMailBox, account: Account, password: str) -> None:
    """With a password. Raises MailError."""
    hidden = _forms(account.user, password)
    try:
        with told(f"no login at {account.host}", refused=f"{account.host} refuses the login", hidden=hidden):
            _by_password(box, account.user, password)
    except MailError as error:
        cure = next((cure for end, cure in _CURES.items() if f".{account.host}".endswith(f".{end}")), "")
        if error.refused and cure:
            raise MailError(f"{error.reason}; {cure}, see docs/mail.md", refused=True) from None
        raise


def _by_password(box: BaseMailBox, user: str, password: str) -> None:
    """LOGIN takes ASCII alone (RFC 3501, 6.2.3), and no server needs to take it."""
    offered = box.client.capabilities
    if "LOGINDISABLED" not in offered and (user + password).isascii():
        box.login(user, password, None)
    elif "AUTH=PLAIN" in offered or not {"AUTH=CRAM-MD5", "AUTH=LOGIN"} & set(offered):
        box.login_utf8(user, password, None)
    elif "AUTH=CRAM-MD5" in offered:
        box.client.login_cram_md5(user, password)
    else:
        box.client.authenticate("LOGIN", _in_turn(user.encode(), password.encode()))


def log_in_with_token(box: BaseMailBox, account: Account, token: str) -> None:
    """With an access token of OAuth 2.0. Raises MailError."""
    offered = box.client.capabilities
    name = next((one for one in ("XOAUTH2", "OAUTHBEARER") if f"AUTH={one}" in offered), None)
    if name is None:
        ways = ", ".join(one.removeprefix("AUTH=") for one in offered if one.startswith("AUTH=")) or "a password only"
        raise MailError(f"{account.host} takes no token; it offers {ways}", refused=True)
    first, then = _bearer(account, token) if name == "OAUTHBEARER" else _xoauth2(account, token)
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        return first if len(challenges) == 1 else then

    try:
        refused, hidden = f"{account.host} refuses the token", _forms(account.user, token)
        with told(f"no login at {account.host}", refused=refused, hidden=hidden):
            box.client.authenticate(name, answer)
    except MailError as error:
        raise MailError(error.reason + _status(challenges), refused=error.refused, broken=error.broken) from None


def _xoauth2(account: Account, token: str) -> tuple[bytes, bytes]:
    """First answer, and the one to a refusal (developers.google.com/gmail/imap/xoauth2-protocol: an empty one)."""
    return f"user={account.user}\1auth=Bearer {token}\1\1".encode(), b""


def _bearer(account: Account, token: str) -> tuple[bytes, bytes]:
    """The same of RFC 7628, 3.1 and 3.2.3; `,` and `=` of a name are written as RFC 5801 says."""
    user = account.user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={user},\1host={account.host}\1port={account.port}\1auth=Bearer {token}\1\1".encode(), b"\1"


def _status(challenges: list[bytes]) -> str:
    """What a refusal said of itself: a status as of HTTP, where it told one."""
    try:
        status = str(json.loads(challenges[1])["status"])
    except (LookupError, ValueError, TypeError, RecursionError):
        return ""
    return f" (status {status[:40]})" if status.isalnum() or "_" in status else ""


def _in_turn(*answers: bytes) -> Answer:
    left = iter(answers)
    return lambda _challenge: next(left, b"")


def _forms(user: str, secret: str) -> tuple[str, ...]:
    """How a server may repeat a secret in what it says of a command; the longest first."""
    sent = [f"\0{user}\0{secret}", f"user={user}\1auth=Bearer {secret}\1\1", secret]
    written = [base64.b64encode(one.encode()).decode() for one in sent]
    return *written, secret.replace("\\", "\\\\").replace('"', '\\"'), repr(secret.encode())[2:-1], secret
