"""What was said, read into a command, or into why it cannot be read and what to say instead. Pure."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import get_args

from bot.chat.commands import (
    AboutPaper,
    Change,
    Command,
    Every,
    Feed,
    Forget,
    Help,
    Latest,
    Lists,
    Misread,
    Number,
    Pause,
    Preview,
    QuietHours,
    Resume,
    Row,
    Saved,
    Search,
    Start,
    Subscribe,
    Top,
    Unsubscribe,
    When,
    Which,
    Zone,
)
from bot.rules.best import Period
from bot.rules.nearest import nearest
from bot.rules.timing import parse_duration, parse_quiet, parse_rule
from bot.rules.zones import zone_of
from feeds.query import Query, QueryError, parse_query

_COPIED = 300
"""Characters of what was said that are said again: as it is, or not at all."""
LONGEST = 4000
"""Characters that are read: as many as a query may have, and its word."""


def parse(text: str, sign: str) -> Command:
    """What a text asks for; `sign` is what stands before a word in examples."""
    word, _, rest = text.strip().partition(" ") if "\n" not in text else _first_line(text)
    reader = _READERS.get(word.casefold())
    try:
        return reader(_Read(word.casefold(), rest.strip(), sign)) if reader else _unknown(word, sign, rest)
    except QueryError as error:
        return Misread(_faulty(error, word.casefold(), sign))
    except _MisreadError as error:
        return Misread(str(error))


def _first_line(text: str) -> tuple[str, str, str]:
    """A query pasted over several lines is one."""
    return " ".join(text.split()).partition(" ")


class _MisreadError(ValueError):
    pass


class _Read:
    """A word and what follows it."""

    def __init__(self, word: str, rest: str, sign: str) -> None:
        self.word, self.rest, self.sign = word, rest, sign

    def example(self, *some: str) -> str:
        return " or ".join(f"{self.sign}{self.word} {one}".rstrip() for one in some)

    def wrong(self, what: str, *examples: str) -> _MisreadError:
        return _MisreadError(f"{what} Send {self.example(*examples)}")

    def which_one(self, *examples: str) -> _MisreadError:
        return self.wrong(f"Which one? By its number in {self.sign}list, or all.", *examples)

    def query(self, *examples: str) -> Query:
        """The rest as a query, which must be there."""
        if not self.rest:
            raise self.wrong("What about?", *(examples or ("diffusion",)))
        return parse_query(self.rest)

    def maybe(self) -> Query | None:
        return parse_query(self.rest) if self.rest else None


def _which(text: str) -> Which | None:
    """One subscription or all, as they are called; None: a query."""
    if text.casefold() == "all":
        return Every()
    if found := re.fullmatch(r"#(\d{1,18})", text):
        return Row(int(found[1]))
    if re.fullmatch(r"\d{1,6}", text, re.ASCII):
        return Number(int(text))
    return None


def _numbered(read: _Read, *examples: str) -> tuple[Which, str]:
    """Which, and what follows it."""
    first, _, rest = read.rest.partition(" ")
    which = _which(first)
    if which is None:
        raise read.which_one(*examples)
    return which, rest.strip()


def _of_a_chat(rest: str) -> tuple[str, str]:
    """What is asked, and of which other chat."""
    named, of, chat = rest.rpartition(" of ")
    return (named.strip(), chat.strip()) if of else (rest, "")


def _start(read: _Read) -> Command:
    return Start(read.rest)


def _help(_: _Read) -> Command:
    return Help()


def _subscribe(read: _Read) -> Command:
    return Subscribe(read.query("diffusion"))


def _list(read: _Read) -> Command:
    return Lists(read.rest)


def _unsubscribe(read: _Read) -> Command:
    if not read.rest:
        raise read.which_one("1")
    named, chat = _of_a_chat(read.rest)
    if chat and (which := _which(named)):
        return Unsubscribe(which, of=chat)
    return Unsubscribe(_which(read.rest) or parse_query(read.rest))


def _undo(read: _Read) -> Command:
    which = _which(read.rest)
    return Unsubscribe(which, undo=True) if isinstance(which, Row) else _unknown(read.word, read.sign)


def _change(read: _Read) -> Command:
    which, query = _numbered(read, "1 diffusion")
    if isinstance(which, Every) or not query:
        raise read.wrong("Which one, and to what?", "1 diffusion")
    return Change(which, parse_query(query))


def _when(read: _Read) -> Command:
    examples = ("1 each", "1 daily 09:00", "all weekly mon 09:00")
    which, rule = _numbered(read, *examples)
    try:
        return When(which, parse_rule(rule))
    except ValueError:
        raise read.wrong("When? each, batch, daily or weekly, the last two with a time.", *examples) from None


def _quiet(read: _Read) -> Command:
    if read.rest.casefold() == "off":
        return QuietHours(None)
    try:
        return QuietHours(parse_quiet(read.rest.replace(" ", "")))
    except ValueError:
        raise read.wrong("From when to when?", "22:00-07:00", "off") from None


def _zone(read: _Read) -> Command:
    try:
        return Zone(zone_of(read.rest))
    except ValueError as error:
        raise read.wrong(f"{error}." if read.rest else "Which one?", "Europe/Berlin") from None


def _pause(read: _Read) -> Command:
    asked, chat = _of_a_chat(read.rest)
    words = asked.split()
    which: Which = Every()
    if words and (found := _which(words[0])):
        which = found
        words = words[1:]
    if not words:
        return Pause(which, of=chat)
    try:
        (written,) = words
        span = parse_duration(written.lower())
    except ValueError:
        span = timedelta(0)
    if not span:
        raise read.wrong("Which one, and for how long?", "1", "1 3d", "3d")
    return Pause(which, span, chat)


def _resume(read: _Read) -> Command:
    asked, chat = _of_a_chat(read.rest)
    which = _which(asked or "all")
    if which is None:
        raise read.which_one("1", "all")
    return Resume(which, chat)


def _preview(read: _Read) -> Command:
    return Preview(read.query("diffusion"))


def _latest(read: _Read) -> Command:
    return Latest(read.maybe())


def _search(read: _Read) -> Command:
    return Search(read.query('"flow matching"'))


def _top(read: _Read) -> Command:
    first, _, rest = read.rest.partition(" ")
    for period in get_args(Period):
        if first.casefold() == period:
            return Top(period, parse_query(rest) if rest.strip() else None)
    return Top("week", read.maybe())


def _feed(read: _Read) -> Command:
    return Feed(read.query("diffusion"))


def _about(read: _Read) -> Command:
    return AboutPaper(read.word)


def _saved(_: _Read) -> Command:
    return Saved()


def _forget(read: _Read) -> Command:
    return Forget(read.rest)


_READERS: dict[str, Callable[[_Read], Command]] = {
    "start": _start,
    "help": _help,
    "subscribe": _subscribe,
    "list": _list,
    "unsubscribe": _unsubscribe,
    "preview": _preview,
    "latest": _latest,
    "search": _search,
    "when": _when,
    "quiet": _quiet,
    "zone": _zone,
    "pause": _pause,
    "resume": _resume,
    "why": _about,
    "save": _about,
    "saved": _saved,
    "top": _top,
    "feed": _feed,
    "watch": _about,
    "cite": _about,
    "more": _about,
    "change": _change,
    "forget": _forget,
    "undo": _undo,
}
WORDS = tuple(word for word in _READERS if word != "undo")
"""Those that people say."""


def _unknown(word: str, sign: str, rest: str = "") -> Misread:
    if not word:
        return Misread(f"Send {sign}help for what I understand.", stray=True)
    if meant := nearest(word.removeprefix(sign), WORDS):
        rest = rest.strip()
        better = f"{sign}{meant} {rest if len(rest) <= _COPIED else ''}".rstrip()
        return Misread(f"I do not know {_short(word)}. Did you mean {better}", stray=True)
    return Misread(f"I do not know {_short(word)}. Send {sign}help, or {sign}subscribe diffusion", stray=True)


def _faulty(error: QueryError, word: str, sign: str) -> str:
    """The fault with its caret; what to send instead, where that can be told."""
    better = f"\n\nSend {sign}{word} {error.suggestion}" if error.suggestion else ""
    return f"{error}{better}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
