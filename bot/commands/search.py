"""`search`: the stored papers that a query matches, newest first."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.opening import CLOCK, configured, guarded, show
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.rules.found import EMPTY, found_by
from bot.rules.words import counted
from bot.store.archive.look import look
from feeds.match import match
from feeds.query import parse_query

if TYPE_CHECKING:
    from bot.terminal.screen import Screen


@guarded
def command(path: Path, *, verbose: bool, query: str, as_json: bool) -> int:
    """2: a bad query."""
    parsed = parse_query(query)
    config = configured(path, verbose=verbose, secrets=False)
    with look(config.database) as archive:
        papers = archive.announced_since(date.min)
    near = near_of(config)
    near.refuse_unknown(parsed)
    found = found_by(match({query: parsed}, papers, CLOCK.now(), near), query)
    total = counted(len(found), "paper") + ("" if papers else f"; {EMPTY}") + ("" if found else _older(config))
    lines = [*(one.line() for one in found), total]
    data = {"query": query, "papers": [one.as_json() for one in found]}

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.papers import papers_table

        papers_table(screen, found)
        screen.say(total)

    show(data, "\n".join(lines), as_json=as_json, drawn=drawn)
    return 0


def _older(config: Config) -> str:
    """What to say where nothing was found, if papers are not kept for ever."""
    kept = config.settings.keep.papers
    return f"; papers that stand in no feed are kept for {kept.days} days" if kept else ""
