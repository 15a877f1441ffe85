"""What can be said to us, read: one value a word. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.rules.best import Period
from bot.rules.timing import Quiet, Rule
from feeds.query import Query


@dataclass(frozen=True, slots=True)
class Number:
    """A subscription by its number in the list last shown."""

    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription by what a button knows of it."""

    id: int


@dataclass(frozen=True, slots=True)
class Every:
    """All of a chat's."""


Which: TypeAlias = Number | Row | Query | Every


@dataclass(frozen=True, slots=True)
class Start:
    """`start`, with a code or what a link carries."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """`help`."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`subscribe QUERY`."""

    query: Query


@dataclass(frozen=True, slots=True)
class Lists:
    """`list`, or another chat's."""

    of: str = ""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """`unsubscribe N`; `of`: another chat's, for `[chat] admins`."""

    which: Which
    of: str = ""
    undo: bool = False
    """Said by the button right below the answer to `subscribe`."""


@dataclass(frozen=True, slots=True)
class Change:
    """`change N QUERY`."""

    which: Which
    query: Query


@dataclass(frozen=True, slots=True)
class When:
    """`when N daily 09:00`."""

    which: Which
    rule: Rule


@dataclass(frozen=True, slots=True)
class QuietHours:
    """`quiet 22:00-07:00`; None: off."""

    hours: Quiet | None


@dataclass(frozen=True, slots=True)
class Zone:
    """`zone Europe/Berlin`."""

    key: str


@dataclass(frozen=True, slots=True)
class Pause:
    """`pause N 3d`; no span: until `resume`."""

    which: Which
    span: timedelta | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """`resume N`."""

    which: Which
    of: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """`preview QUERY`."""

    query: Query


@dataclass(frozen=True, slots=True)
class Latest:
    """`latest`, of all subscriptions, or of a query."""

    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """`search QUERY`."""

    query: Query


@dataclass(frozen=True, slots=True)
class Top:
    """`top week QUERY`."""

    period: Period
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """`feed QUERY`."""

    query: Query


@dataclass(frozen=True, slots=True)
class AboutPaper:
    """`why`, `more`, `save`, `watch` or `cite`, of the paper in the message that is answered."""

    word: str


@dataclass(frozen=True, slots=True)
class Saved:
    """`saved`."""


@dataclass(frozen=True, slots=True)
class Forget:
    """`forget`; `sure`: confirmed."""

    sure: str = ""


@dataclass(frozen=True, slots=True)
class Misread:
    """What cannot be read, and what to say instead."""

    why: str
    stray: bool = False
    """Whether it may be meant for somebody else: no word of ours."""


Command: TypeAlias = (
    Start | Help | Subscribe | Lists | Unsubscribe | Change | When | QuietHours | Zone | Pause | Resume | Preview
    | Latest | Search | Top | Feed | AboutPaper | Saved | Forget | Misread
)  # fmt: skip

CHANGING_WORDS = {"save", "watch"}
"""Of a paper: what a chat keeps by them."""
CHANGING = Subscribe | Unsubscribe | Change | When | QuietHours | Zone | Pause | Resume | Forget
"""What only those say who may change a chat's subscriptions."""
