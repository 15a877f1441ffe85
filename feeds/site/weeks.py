"""Papers a week as the bars of a plot. Draws nothing: the templates do."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.known import remembered
from feeds.weeks import Week, mean, weeks_of

__all__ = ["Bar", "Week", "bars", "line", "mean", "weeks_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot, in its own units; y counts from the top."""

    week: Week
    x: int
    y: int
    width: int
    height: int


def bars(weeks: Sequence[Week], height: int, width: int = 8, gap: int = 2) -> tuple[Bar, ...]:
    """A bar a week, the fullest `height` units high; a week with a paper is never flat."""
    most = max((week.papers for week in weeks), default=0)
    return tuple(_bar(week, place * (width + gap), width, height, most) for place, week in enumerate(weeks))


def line(weeks: Sequence[Week], height: int, width: int, gap: int) -> str:
    """The same bars as one path of SVG."""
    most = max((week.papers for week in weeks), default=0)
    highs = (_high(week.papers, height, most) for week in weeks)
    return "".join(_stroke(place * (width + gap), height, width, high) for place, high in enumerate(highs) if high)


@remembered(2048)
def _stroke(x: int, height: int, width: int, high: int) -> str:
    return f"M{x} {height - high}h{width}v{high}h-{width}z"


def _bar(week: Week, x: int, width: int, height: int, most: int) -> Bar:
    high = _high(week.papers, height, most)
    return Bar(week, x, height - high, width, high)


def _high(papers: int, height: int, most: int) -> int:
    return max(round(height * papers / most), 1) if papers else 0
