"""A mail for who reads plain text: it says what the HTML says, and reads well alone."""

from textwrap import fill

from bot.channels.email.values import Digest, Entry
from bot.channels.email.week import WeekPart

_WIDTH = 76
"""Characters of a line (RFC 3676, 4.2)."""


def text_of(digest: Digest, manage: str, unsubscribe: str) -> str:
    """A whole mail. `manage` and `unsubscribe` are addresses; the first may be empty."""
    blocks = ["".join(piece.text for piece in digest.head)]
    for group in digest.groups:
        blocks += [_underlined(group.name)] if group.name else []
        blocks += map(entry_text, group.full)
        blocks += ["\n".join(map(entry_text, group.titles))] if group.titles else []
    blocks += _week(digest.week) if digest.week else []
    blocks += [f"All of {page.text}: {page.url}" for page in digest.pages]
    ways = [f"Change what comes: {manage}"] if manage else []
    blocks.append("\n".join(["-- ", "Paper Round", *ways, f"Unsubscribe: {unsubscribe}"]))
    return "\n\n".join(blocks) + "\n"


def _week(week: WeekPart) -> list[str]:
    told = [*(f"{name}: {words}." for name, words in week.lines), *week.silent]
    plots = [f"{one.query}: {one.said}\n{one.numbers}" for one in week.plots]
    return [_underlined(week.heading), *("\n".join(map(wrapped, block.split("\n"))) for block in (*told, *plots))]


def _underlined(name: str) -> str:
    return f"{name}\n{'=' * min(len(name), _WIDTH)}"


def entry_text(one: Entry) -> str:
    """One paper of it."""
    if not one.full:
        return _listed(one)
    said = "".join(piece.text for piece in one.said)
    ways = [f"{label}: {url}" for label, url in one.links if url != one.url]
    found = f"Found: {one.reason}" if one.reason else ""
    lines = [one.title, one.url, one.about, said, found, *ways]
    return "\n".join(wrapped(line) for line in lines if line)


def _listed(one: Entry) -> str:
    words = fill(
        " ".join(filter(None, (one.title, one.votes and f"({one.votes})"))),
        _WIDTH,
        subsequent_indent="  ",
        initial_indent="- ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(filter(None, (words, one.url and f"  {one.url}")))


def wrapped(line: str) -> str:
    """A line broken where it is too long, but not within a word or an address."""
    return fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
