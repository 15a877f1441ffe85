"""What papers are compared with by `similar:` and `library:` (table `reference`): worked out once, kept for all.

Rows are read and written here; how one is worked out is bot.store.archive.nearby.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.store.among import among
from bot.store.engine import Door, driver

if TYPE_CHECKING:
    from feeds.likeness import References
    from feeds.likeness.reference import Reference
    from feeds.query import Query


class Kept(NamedTuple):
    """A row of it."""

    wanted: str
    """As a query's leaf has it (feeds.query.compiled.Wanted)."""
    bound: int
    sure: bool
    """Else the archive's past year had too few papers, and the bound is the usual one for now."""
    vector: str
    itself: str
    """Names of the papers that it is made of, a tab between."""
    stamp: str
    """Of a library: what its file was."""
    version: int
    """Of what words weigh (feeds.likeness.vector)."""

    @property
    def reference(self) -> "Reference":
        """What it says."""
        from feeds.likeness.reference import Reference  # noqa: PLC0415  (few ask for what is near)
        from feeds.likeness.vector import Vector  # noqa: PLC0415

        itself = frozenset(filter(None, self.itself.split("\t")))
        return Reference(Vector.of_bytes(b64decode(self.vector)), self.bound, itself)


def kept_of(wanted: str, one: "Reference", *, sure: bool, stamp: str) -> Kept:
    """As it is kept."""
    from feeds.likeness.vector import VERSION  # noqa: PLC0415

    names, vector = "\t".join(sorted(one.itself)), b64encode(one.vector.to_bytes()).decode()
    return Kept(wanted, one.bound, sure, vector, names, stamp, VERSION)


def keep(connection: Door, one: Kept) -> None:
    """Unless another process was faster; in place of one that was not sure, of what a library or a vector was."""
    driver(connection).execute(_KEEP, one)


def changed(connection: Door, after: int) -> tuple[int, list[Kept]]:
    """Those kept since the change of that number, and the number of the last."""
    rows = driver(connection).execute(_CHANGED, (after,)).fetchall()
    return max((change for change, *_ in rows), default=after), _of_now(row for _, *row in rows)


def some(connection: Door, wanted: Collection[str]) -> list[Kept]:
    """Those of them that are known."""
    return _of_now(among(connection, _SOME, sorted(wanted)))


def _of_now(rows: Iterable[Sequence[Any]]) -> list[Kept]:
    """What another version worked out is worked out anew when somebody asks for it."""
    found = [Kept(*row) for row in rows]
    if not found:
        return found
    from feeds.likeness.vector import VERSION  # noqa: PLC0415

    return [one for one in found if one.version == VERSION]


def near_for(connection: Door, queries: Iterable["Query"]) -> "References | None":
    """What these queries compare with, as far as it is known; None: with nothing."""
    wanted = frozenset[str]().union(*(query.near for query in queries))
    if not wanted:
        return None
    from feeds.likeness import References  # noqa: PLC0415

    return References({one.wanted: one.reference for one in some(connection, wanted)}.get)


_COLUMNS = ", ".join(Kept._fields)
_CHANGED = f"select change, {_COLUMNS} from reference where change > ?"  # noqa: S608  (of our own words)
_SOME = f"select {_COLUMNS} from reference where wanted in ({{}})"  # noqa: S608  (of our own words)
_KEEP = f"""
    insert into reference ({_COLUMNS}, change)
    values (?, ?, ?, ?, ?, ?, ?, (select coalesce(max(change), 0) + 1 from reference))
    on conflict (wanted) do update set bound = excluded.bound, sure = excluded.sure, vector = excluded.vector,
        itself = excluded.itself, stamp = excluded.stamp, version = excluded.version, change = excluded.change
    where (excluded.sure and not reference.sure) or excluded.stamp <> reference.stamp
        or excluded.version > reference.version
"""  # noqa: S608  (of our own words)
