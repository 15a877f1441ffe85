"""`export`: the stored papers that a query matches, for a reference manager, newest first."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from bot.commands.opening import CLOCK, configured, guarded, written
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
    found = in_order(match({"": parsed}, papers, CLOCK.now())[""])
    with written():
        for piece in _lines(found) if form == "jsonl" else cited(found, form):
            sys.stdout.write(piece)
    return 0


def _lines(papers: Iterable[Paper]) -> Iterator[str]:
    """A JSON object a paper, with all that the archive knows of it."""
    for one in papers:
        yield json.dumps(_facts(one), ensure_ascii=False) + "\n"


def _facts(one: Paper) -> dict[str, object]:
    known: dict[str, object] = {
        "key": one.key,
        "id": one.id,
        "title": one.title,
        "abstract": one.abstract,
        "authors": one.authors,
        "announced": one.announced and one.announced.isoformat(),
        "published": one.published and one.published.isoformat(),
        "votes": one.votes,
        "comments": one.comments,
        "stars": one.stars,
        "categories": one.categories,
        "keywords": one.keywords,
        "org": one.org,
        "doi": one.doi,
        "publication": one.publication,
        "links": dict(one.links),
        "withdrawn": one.withdrawn or None,
    }
    return {name: value for name, value in known.items() if value not in (None, "", (), {})}
