"""`export`: the stored papers that a query matches, for a reference manager, newest first."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from bot.commands.opening import CLOCK, configured, guarded, written
from bot.config.libraries import near_of
from bot.rules.facts import facts_of
from bot.store.archive.look import look
from feeds.citation import Form, cited
from feeds.match import match
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.render import in_order


@guarded
def command(path: Path, *, verbose: bool, query: str, form: Form | Literal["jsonl"]) -> int:
    """2: a bad query."""
    parsed = parse_query(query)
    config = configured(path, verbose=verbose, secrets=False)
    with look(config.database) as archive:
        papers = archive.announced_since(date.min)
    near = near_of(config)
    near.refuse_unknown(parsed)
    found = in_order(match({"": parsed}, papers, CLOCK.now(), near)[""])
    with written():
        for piece in _lines(found) if form == "jsonl" else cited(found, form):
            sys.stdout.write(piece)
    return 0


def _lines(papers: Iterable[Paper]) -> Iterator[str]:
    """A JSON object a paper, with all that the archive knows of it."""
    for one in papers:
        yield json.dumps(facts_of(one), ensure_ascii=False) + "\n"
