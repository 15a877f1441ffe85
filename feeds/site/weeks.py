"""Papers a week as the bars of a plot. Draws nothing: the templates do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feeds.weeks import Week, mean, weeks_of

__all__ = ["Bar", "Week", "bars", "drawn", "mean", "weeks_of"]


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


def drawn(some: Iterable[Bar]) -> str:
    """Bars as one path of SVG."""
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in some if bar.height)


def _bar(week: Week, x: int, width: int, height: int, most: int) -> Bar:
    high = max(round(height * week.papers / most), 1) if week.papers else 0
    return Bar(week, x, height - high, width, high)
