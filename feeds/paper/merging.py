"""What several sightings make together, and what one source says after it spoke again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from feeds.paper.identity import arxiv_of
from feeds.paper.model import Paper
from feeds.paper.people import Name, name_of, names_agree
from feeds.paper.titles import folded_title, is_cut, titles_agree

_T = TypeVar("_T")
_SAID_BEFORE = (
    "title", "abstract", "authors", "votes", "comments", "stars", "categories", "keywords", "org", "sentence",
)  # fmt: skip
"""What stands when a source that gave it is silent of it the next time."""


def refreshed(before: Paper, now: Paper) -> Paper:
    """What one source says of a paper, after it spoke again: its newest word, and its older one where it is silent."""
    silent = {
        name: getattr(before, name)
        for name in _SAID_BEFORE
        if getattr(now, name) in (None, "", ()) and getattr(before, name)
    }
    links = {**before.links, **now.links}
    # An abstract is missing in a replacement's listing; that does not make an older paper a replacement.
    replaced, crossed = now.replaced and before.replaced, now.crossed and before.crossed
    return replace(now, **silent, links=links, replaced=replaced, crossed=crossed)


def merge(versions: Sequence[Paper]) -> Paper:
    """One paper from what each source last said of it, ordered by when each said it, oldest first.

    The fullest text wins; links, authors and categories are united; numbers are the latest known.
    """
    lead = max(versions, key=lambda p: (len(p.abstract), len(p.title), p.title))
    ids = sorted(filter(None, map(arxiv_of, versions))) or [lead.id]
    return replace(
        lead,
        id=ids[0],
        title=_whole_title(lead, versions),
        authors=_authors(lead, versions),
        categories=_united(versions, "categories"),
        keywords=_united(versions, "keywords"),
        sources=_united(versions, "sources"),
        links=dict(chain.from_iterable(p.links.items() for p in (*versions, lead))),
        votes=_latest(p.votes for p in versions),
        comments=_latest(p.comments for p in versions),
        stars=_latest(p.stars for p in versions),
        org=_latest(p.org for p in versions) or "",
        sentence=_latest(p.sentence for p in versions) or "",
        doi=_latest(p.doi for p in versions) or "",
        publication=_latest(p.publication for p in versions) or "",
        announced=min((p.announced for p in versions if p.announced), default=None),
        published=min((p.published for p in versions if p.published), default=None),
        replaced=all(p.replaced for p in versions),
        crossed=all(p.crossed for p in versions),
        withdrawn=any(p.withdrawn for p in versions),
    )


def _whole_title(lead: Paper, versions: Iterable[Paper]) -> str:
    """The lead's title; where that is cut, the whole one that it begins."""
    if not is_cut(lead.title):
        return lead.title
    whole = (p.title for p in versions if not is_cut(p.title) and titles_agree(p.title, lead.title))
    return next(whole, lead.title)


def _authors(lead: Paper, versions: Iterable[Paper]) -> tuple[str, ...]:
    """The lead's, then whom only another version names: `A Lee` beside `Ann Lee` is nobody new."""
    given, united = _united([lead], "authors"), _united([lead, *versions], "authors")
    if not given or len(united) == len(given):
        return united
    known = _by_family(given)
    found = list(given)
    for written in united[len(given) :]:
        name = name_of(written)
        if not any(names_agree(name, other) for other in known.get(name[0], ())):
            found.append(written)
    return tuple(found)


def _by_family(written: Iterable[str]) -> Mapping[str, list[Name]]:
    found: dict[str, list[Name]] = {}
    for name in map(name_of, written):
        found.setdefault(name[0], []).append(name)
    return found


def _united(papers: Iterable[Paper], attribute: str) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for paper in papers:
        for value in getattr(paper, attribute):
            seen.setdefault(folded_title(value) or value, value)
    return tuple(seen.values())


def _latest(values: Iterable[_T | None]) -> _T | None:
    latest = None
    for value in values:
        if value is not None and value != "":
            latest = value
    return latest
