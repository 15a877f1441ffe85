"""`try`: what a query would have sent, how many a week, and what other spellings of it would."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.opening import CLOCK, configured, guarded, show
from bot.config.libraries import near_of
from bot.rules.backtest import Backtest, backtest, in_words
from bot.store.archive.look import look
from feeds.query import parse_query

if TYPE_CHECKING:
    from bot.terminal.screen import Screen

_BAR = 40


@guarded
def command(path: Path, *, verbose: bool, query: str, days: int, as_json: bool) -> int:
    """2: a bad query."""
    parsed = parse_query(query)
    config = configured(path, verbose=verbose, secrets=False)
    near = near_of(config)
    with look(config.database) as archive:
        near.refuse_unknown(parsed)
        told = backtest(archive, parsed, CLOCK.now(), days, near)

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.backtest import backtest_page

        backtest_page(screen, told.found, told.weeks, told.others, in_words(told))

    show(told.as_json(), text_of(told), as_json=as_json, drawn=drawn)
    return 0


def text_of(told: Backtest) -> str:
    """The papers, a bar for each week, and what other spellings would have sent."""
    most = max((week.papers for week in told.weeks), default=0)
    bars = [f"{week.monday}  {week.papers:4}  {_bar(week.papers, most)}".rstrip() for week in told.weeks]
    plot = ["week of      papers", *bars] if bars else []
    others = [f"{count:6}  {query}  ({change})" for change, query, count in told.others]
    table = ["", "other spellings", *others] if others else []
    return "\n".join([*(one.line() for one in told.found), "", *plot, *table, "", in_words(told)])


def _bar(count: int, most: int) -> str:
    return "█" * round(_BAR * count / most) if most else ""
