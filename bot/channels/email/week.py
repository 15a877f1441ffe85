"""What a weekly mail says of its week below the papers: values that HTML and text are both made from."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.channels.email.plot import Picture, picture
from bot.channels.wording import one_line
from feeds.roundup import Course, Roundup
from feeds.site.periods import short
from feeds.weeks import spoken

_PLOTS, _SILENT = 6, 12
"""Queries with a plot, and queries that brought nothing, of which is told one by one."""
_QUERY, _WORD = 80, 60
"""UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Papers a week of one query."""

    query: str
    said: str
    """What it brought, and what is usual."""
    numbers: str
    """Each week's, in words: what a picture shows."""
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class WeekPart:
    """The whole part."""

    heading: str
    lines: tuple[tuple[str, str], ...]
    """What is told of, and what it says."""
    plots: tuple[Plot, ...]
    silent: tuple[str, ...]
    """A sentence for each query that brought nothing."""


def week_of(told: Roundup) -> WeekPart:
    """What a round-up says to the reader of a mail."""
    rose = [f"{one_line(one.words, _WORD)} ({_papers(one.papers)}, usually {spoken(one.usual)})" for one in told.risen]
    new = [f"{one_line(one.word, _WORD)} ({_papers(one.papers)})" for one in told.new]
    lines = (("More than usual", ", ".join(rose)), ("In no paper before", ", ".join(new)))
    silent = [one for one in told.courses if not one.now]
    return WeekPart(
        heading=f"The week from {short(told.window.first)} to {short(told.window.last)}",
        lines=tuple(line for line in lines if line[1]),
        plots=tuple(_plot(one) for one in [one for one in told.courses if any(one.papers)][:_PLOTS]),
        silent=tuple(_silences(silent)),
    )


def _plot(one: Course) -> Plot:
    usual = f", usually {spoken(one.usual)} a week" if one.days else ""
    numbers = f"papers a week, oldest first: {', '.join(map(str, one.papers))}"
    return Plot(one_line(one.query, _QUERY), f"{_papers(one.now)}{usual}", numbers, picture(one.papers))


def _silences(silent: list[Course]) -> Iterable[str]:
    for one in silent[:_SILENT]:
        query = one_line(one.query, _QUERY)
        if one.usual:
            yield f"Nothing matched {query} this week; it usually brings {spoken(one.usual)} a week."
        else:
            yield f"Nothing matched {query} this week, nor in the {len(one.papers) - 1} weeks before."
    if more := len(silent[_SILENT:]):
        yield f"Nothing matched {more} more of your queries."


def _papers(count: int) -> str:
    return f"{count:,} paper" + ("" if count == 1 else "s")
