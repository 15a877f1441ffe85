"""Which stored papers a sighting is of: found by keys, then judged by feeds.paper.identity.

Within one source ids and addresses tell entries apart, whatever their titles; over sources what is shared joins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection, Table, select

from bot.store.archive import codec
from bot.store.engine import Row
from bot.store.schema import paper, paper_key, sighting
from bot.store.schema_outliving import pruned, pruned_key, pruned_sighting
from feeds.paper import Paper, folded_title, same_entry, same_paper
from feeds.paper.identity import contradict, is_exact, looked_up
from feeds.paper.titles import is_cut, titles_agree

_STRONG = ("arxiv:", "doi:")
_SHORTEST_CUT = 16
"""Letters of a cut title below which nothing is looked for that begins with it."""


class Shelf(NamedTuple):
    """Where papers are looked for: the tables of them, of their keys, and of what sources said."""

    paper: Table
    key: Table
    sighting: Table


ARCHIVE = Shelf(paper, paper_key, sighting)
PRUNED = Shelf(pruned, pruned_key, pruned_sighting)
"""Those that are no longer kept."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What each source last said of a paper, and what it called it."""

    papers: dict[str, Paper] = field(default_factory=dict)
    guids: dict[str, set[str]] = field(default_factory=dict)


def guid_key(source: str, guid: str) -> str:
    """The key of an entry by its source's own id of it."""
    return f"guid:{source}:{guid}"


def known(connection: Connection, source: str, seen: Paper, guid: str, shelf: Shelf = ARCHIVE) -> list[Row]:
    """The stored papers that a sighting is of: none, one, or several to be joined; the one stored first leads."""
    shared: dict[int, list[str]] = {}
    rows: dict[int, Row] = {}
    for row in _candidates(connection, seen, guid_key(source, guid) if guid else "", shelf):
        rows.setdefault(row.id, row)
        shared.setdefault(row.id, []).append(row.shared)
    if not rows:
        return []
    sure = {one for one, found in shared.items() if any(key.startswith(_STRONG) for key in found)}
    said = _said(connection, rows.keys() - sure if len(rows) == 1 else rows, shelf)
    same = [
        row
        for row in rows.values()
        if not contradict(codec.load(row.data), seen)
        and (row.id in sure or _is_same(row, said[row.id], source, seen, guid))
    ]
    return _joinable(same, sure, said, seen) if len(same) > 1 else same


def _candidates(connection: Connection, seen: Paper, guid: str, shelf: Shelf) -> Iterable[Row]:
    paper, paper_key, _ = shelf
    linked = select(paper, paper_key.c.key.label("shared")).join(paper_key, paper_key.c.paper_id == paper.c.id)
    in_order = linked.order_by(paper.c.first_seen, paper.c.id)
    wanted = [*filter(None, [guid]), *looked_up(seen)]
    found = connection.execute(in_order.where(paper_key.c.key.in_(wanted))).all()
    begun = folded_title(seen.title)
    if not is_cut(seen.title) or len(begun) < _SHORTEST_CUT:
        return found
    begins = (paper_key.c.key >= f"title:{begun}") & (paper_key.c.key <= f"title:{begun}\U0010ffff")
    return sorted(chain(found, connection.execute(in_order.where(begins))), key=lambda row: (row.first_seen, row.id))


def _said(connection: Connection, ids: Iterable[int], shelf: Shelf) -> dict[int, _Said]:
    """What was said of these papers."""
    _, paper_key, sighting = shelf
    said = {one: _Said() for one in ids}
    if not said:
        return said
    wanted = select(sighting.c.paper_id, sighting.c.source, sighting.c.data).where(sighting.c.paper_id.in_(said))
    for row in connection.execute(wanted):
        said[row.paper_id].papers[row.source] = codec.load(row.data)
    named = select(paper_key).where(paper_key.c.paper_id.in_(said), paper_key.c.key.like("guid:%"))
    for row in connection.execute(named):
        _, source, guid = row.key.split(":", 2)
        said[row.paper_id].guids.setdefault(source, set()).add(guid)
    return said


def _is_same(row: Row, said: _Said, source: str, seen: Paper, guid: str) -> bool:
    before, known_by = said.papers.get(source), said.guids.get(source, set())
    if before is not None:
        addressed = seen.links.get("abstract")
        if not known_by and addressed and row.key == seen.id:  # stored before ids were: by what it was first known
            return True
        verdict = same_entry(before, seen, known_by, [guid] if guid else [])
        if verdict is not None:
            return verdict
    return any(same_paper(one, seen) for one in said.papers.values())


def _joinable(rows: Sequence[Row], sure: set[int], said: Mapping[int, _Said], seen: Paper) -> list[Row]:
    """Of papers that a third is said to be, those that can be one: the surest, and what does not contradict it."""

    def doubt(row: Row) -> int:
        if row.id in sure or any(is_exact(one, seen) for one in said[row.id].papers.values()):
            return 0
        return 1 if titles_agree(codec.load(row.data).title, seen.title) else 2

    kept: list[Row] = []
    for row in sorted(rows, key=doubt):
        if all(_may_be_one(row, other, said) for other in kept):
            kept.append(row)
    return [row for row in rows if row in kept]


def _may_be_one(a: Row, b: Row, said: Mapping[int, _Said]) -> bool:
    """Two arXiv ids, or two entries of one source, stay two, whatever a third says."""
    if contradict(codec.load(a.data), codec.load(b.data)):
        return False
    one, other = said[a.id], said[b.id]
    return all(
        same_entry(one.papers[source], other.papers[source], one.guids.get(source, ()), other.guids.get(source, ()))
        is not False
        for source in one.papers.keys() & other.papers.keys()
    )
