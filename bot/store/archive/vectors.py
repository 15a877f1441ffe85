"""What stored papers' words weigh (table `paper_vector`): worked out when first asked for, kept as long as its text is.

A kilobyte a paper, a hundredth of the time that working it out takes. A row says what it was made of, so nobody who
changes a paper need know of it.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from zlib import crc32

from bot.store.among import among
from bot.store.engine import StoreError
from bot.store.kind import Driver, Kind
from feeds.likeness.vector import VERSION, Vector, vector_of
from feeds.paper import Paper

log = logging.getLogger(__name__)
AT_ONCE = 200
"""Kept in one transaction, some 5 ms."""


def vectors_of(kind: Kind, papers: Sequence[Paper]) -> list[Vector]:
    """Those of papers, in their order. Not within a transaction that writes: what is worked out is kept."""
    known = kept(kind, papers)
    new = {at: vector_of(papers[at]) for at, one in enumerate(known) if one is None}
    keep(kind, ((papers[at], one) for at, one in new.items()))
    return [new[at] if one is None else one for at, one in enumerate(known)]


def kept(kind: Kind, papers: Sequence[Paper]) -> list[Vector | None]:
    """Those that are kept of papers, in their order."""
    with kind.beside() as raw:
        known = _kept(raw, [one.key for one in papers if one.key])
    found = [known.get((one.key, _made_of(one))) if known else None for one in papers]
    return [None if one is None else Vector.of_bytes(one) for one in found]


def keep(kind: Kind, some: Iterable[tuple[Paper, Vector]]) -> None:
    """Keep them, those of stored papers. Not within a transaction that writes."""
    rows = ((_made_of(paper), one.to_bytes(), paper.key) for paper, one in some if paper.key)
    if first := list(islice(rows, 1)):
        with kind.beside() as raw:
            _keep(kind, raw, chain(first, rows))


def _made_of(paper: Paper) -> int:
    return crc32(f"{VERSION}\n{paper.title}\n{paper.abstract}".encode("utf-8", "replace"))


def _kept(raw: Driver, keys: Sequence[str]) -> dict[tuple[str, int], bytes]:
    return {(key, made): vector for key, made, vector in among(raw, _KEPT, keys)}


def _keep(kind: Kind, raw: Driver, rows: Iterator[tuple[int, bytes, str]]) -> None:
    """Where it may be written: else it is worked out each time."""
    try:
        with kind.explained():
            while some := list(islice(rows, AT_ONCE)):
                raw.execute("begin")
                raw.executemany(_KEEP, some)
                raw.execute("commit")
    except StoreError as error:
        log.debug("what words weigh cannot be kept: %s", error)


_KEPT = """
    select paper.key, made, vector from paper join paper_vector on paper_vector.paper_id = paper.id
    where paper.key in ({})
"""
_KEEP = """
    insert into paper_vector (paper_id, made, vector) select id, cast(? as bigint), ? from paper where key = ?
    on conflict (paper_id) do update set made = excluded.made, vector = excluded.vector
"""
