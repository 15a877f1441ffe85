"""Mails that could not be read: remembered each as a part of its own beside its folder's, and when they are due again.

A part's name is `FOLDER/;UID=43`, its stamp `<UIDVALIDITY>:<version of this program>:<day>`. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.process.release import VERSION
from bot.rules.parts import Part

FIRST_TIME = timedelta(days=7)
"""How old the mails are that a mailbox not read before begins with."""
AGAIN = timedelta(days=1)
"""How long one that could not be read is left alone, unless this program is another version."""
SOON = timedelta(hours=1)
"""The same for one that never came."""
AT_ONCE = 100
"""As many are asked for again in a round, the longest waiting first."""
_BETWEEN = "/;UID="


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of them."""

    uid: int
    validity: str
    """Of the folder when the UID was its own; empty where that is not known."""
    version: str
    day: date
    """It came then, or later."""
    tried_at: datetime
    soon: bool
    """Whether it never came: the server did not give it, or the connection broke."""
    trouble: str
    """What was told of it; empty while the mails after it wait for it."""

    def counts_in(self, validity: int) -> bool:
        """Whether its UID still means this mail (RFC 3501, 2.3.1.1)."""
        return self.validity in {"", str(validity)}

    def is_due(self, now: datetime) -> bool:
        """Whether to ask for it again."""
        rest = SOON if self.soon else AGAIN
        return self.version != VERSION or not timedelta() <= now - self.tried_at < rest


def part_of(folder: str, uid: int) -> str:
    """The name of a mail's part."""
    return f"{folder}{_BETWEEN}{uid}"


def stamp_of(validity: int, day: date, *, soon: bool) -> str:
    """What is remembered of a mail that could not be read."""
    return f"{validity}:{VERSION}:{day}" + (":soon" if soon else "")


def waiting(parts: Mapping[str, Part], folder: str) -> dict[int, Waiting]:
    """Those of a folder, by their UID."""
    ours = [(name.removeprefix(folder + _BETWEEN), part) for name, part in parts.items() if name.startswith(folder)]
    return {int(uid): _of(int(uid), part) for uid, part in ours if uid.isdecimal()}


def of_others(parts: Iterable[str], folder: str) -> list[str]:
    """The parts of mails in folders that are no longer read."""
    return [name for name in parts if _BETWEEN in name and not name.startswith(folder + _BETWEEN)]


def renamed(parts: Mapping[str, Part], before: str, folder: str) -> dict[str, Part]:
    """What is remembered of a folder that was spelled otherwise before, by its new names; none if it has its own.

    The folder's own part comes last: with it, all was taken over.
    """
    if folder in parts or before == folder:
        return {}
    old = [*(name for name in parts if name.startswith(before + _BETWEEN)), *({before} & parts.keys())]
    names = {name: folder + name.removeprefix(before) for name in old}
    return {names[name]: replace(parts[name], name=names[name]) for name in old}


def since(part: Part | None, known: Iterable[Waiting], now: datetime) -> date:
    """From which day on mails are asked for where UIDs tell nothing.

    A week back; further where we were away for longer, or what could not be read is older.
    """
    looked = [part.read_at.date() - timedelta(days=1)] if part else []
    return min([(now - FIRST_TIME).date(), *looked, *(one.day for one in known)])


def due(known: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Those to ask for now."""
    return sorted((one for one in known if one.is_due(now)), key=lambda one: one.tried_at)[:AT_ONCE]


def _of(uid: int, part: Part) -> Waiting:
    validity, written, day, soon = (*part.stamp.split(":"), "", "", "", "")[:4]
    try:
        came = date.fromisoformat(day)
    except ValueError:
        came = part.read_at.date()
    return Waiting(uid, validity, written, came, part.read_at, bool(soon), part.trouble)
