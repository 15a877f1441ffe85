"""Real digests, changed at random: no crash, no hang, and every title that is given back stands in the input.

`python -m tests.fuzz [MUTATIONS [SEED]]` (`make fuzz`) reads every recorded digest as it is, then that many mutations.
It shares with the parsers only the cleaning of text: what a title may be is judged by `tests.readable`.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from feeds.digests import DigestError, parse_digest
from feeds.digests.reading import PARSERS
from tests.readable import Reading
from tests.world import DATA

LONGEST = 5.0
"""Seconds that one digest may take."""
MUTATIONS = 10_000
SEED = 20260105
_BROKEN = " broke: "
"""How an item, or a digest, is told of whose reader raised what it should not."""
_LOTS = 20
"""Parts of the work, each with a seed of its own."""
_FOLDERS = ("hf_api", "hf_html", "page_text", "mail", "arxiv_rss", "arxiv_api", "arxiv_listings", "feeds")
_LARGEST = 65_536
"""Of a mutated digest, so that ten thousand are done in minutes; whole ones are read as they are."""
_PIECES = (
    b"<", b">", b"&", b"&lt;", b"&#0;", b"&x;", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE x [", b"</item>",
    b"</entry>", b"<title>", b"<p>", b"\\\\\n", b"](", b"[", b"\n\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xc3\x28", b"\xe2\x80\xae", b"\xf0\x9f\xa4\x96", b"http://[", b'"', b"\\", b"\\ud800", b"null", b"NaN", b"1e999",
    b"9" * 400, b"-1", b"{", b"}", b"$", b"$$", b"\\frac{", b"{" * 60, b"From a Mon Jan  5 00:00:00 2026\n", b"arXiv:",
    b"=\n", b"%",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one digest."""

    name: str
    papers: int
    skipped: int
    refused: bool
    seconds: float
    faults: tuple[str, ...]


def recorded() -> list[Path]:
    """Every recorded digest: answers, pages, copied pages, mails, listings, feeds, the feedparser project's corpus."""
    return sorted(path for folder in _FOLDERS for path in (DATA / folder).rglob("*") if path.is_file())


def judged(name: str, data: bytes, kind: str | None = None) -> Outcome:
    """Read a digest, and say what is wrong with what was read."""
    started = time.perf_counter()
    try:
        digest = parse_digest(data, kind)
    except DigestError as error:
        faults = [] if str(error) else ["an error without a word"]
        faults += [str(error)] if _BROKEN in str(error) else []
        return Outcome(name, 0, 0, True, time.perf_counter() - started, tuple(faults))
    except Exception as error:  # noqa: BLE001  (whatever it is: that is what is looked for)
        return Outcome(name, 0, 0, False, time.perf_counter() - started, (f"raised {type(error).__name__}: {error}",))
    seconds = time.perf_counter() - started
    faults = [f"took {seconds:.1f} s"] if seconds > LONGEST else []
    faults += [f"{one.item!r} is skipped without a reason" for one in digest.skipped if not one.item or not one.reason]
    faults += [f"{one.item!r}: {one.reason}" for one in digest.skipped if _BROKEN in one.reason]
    reading = Reading(data)
    for paper in digest.papers:
        if not paper.id or not paper.title:
            faults.append(f"a paper without id or title: {paper.id!r}, {paper.title!r}")
        elif kind is None and not reading.holds(paper.title):  # a wrong kind finds titles where none are
            faults.append(f"the title does not stand in the input: {paper.title!r}")
    return Outcome(name, len(digest.papers), len(digest.skipped), False, seconds, tuple(faults))


def mutation(data: bytes, draw: random.Random) -> bytes:
    """The digest with one to four changes, each bounded in size."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        data = draw.choice(_CHANGES)(data, draw)
    return data


def shortened(data: bytes, draw: random.Random) -> bytes:
    """Of a long digest a part that is still one: some entries of a list, else its beginning and a window."""
    if len(data) <= _LARGEST:
        return data
    if data.lstrip()[:1] == b"[":
        entries = json.loads(data)
        start = draw.randrange(len(entries))
        return json.dumps(entries[start : start + 4], ensure_ascii=draw.random() < 0.5).encode()
    start = draw.randrange(len(data) - _LARGEST // 2)
    return data[: _LARGEST // 2] + data[start : start + _LARGEST // 2]


def mutants(count: int, seed: int, paths: Sequence[Path]) -> Iterator[tuple[str, bytes, str | None]]:
    """Name, bytes and kind of `count` mutations: each folder as often as any other, mostly without a named kind."""
    draw = random.Random(seed)
    folders = [[path for path in paths if folder in path.parts] for folder in _FOLDERS]
    for number in range(count):
        path = draw.choice(draw.choice([folder for folder in folders if folder]))
        data = mutation(shortened(path.read_bytes(), draw), draw)
        kind = draw.choice(list(PARSERS)) if draw.random() < 0.1 else None
        yield f"{path.relative_to(DATA)} #{number} (seed {seed})", data, kind


def _flip(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) or 1)
    return data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) or 1)
    return data[:at] + draw.choice(_PIECES) * draw.choice((1, 1, 1, 3, 200)) + data[at:]


def _remove(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) or 1)
    return data[:at] + data[at + draw.choice((1, 2, 10, 100, 2000)) :]


def _repeat(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) or 1)
    return data[:at] + data[at : at + draw.choice((1, 20, 300))] * draw.choice((2, 3, 50)) + data[at:]


def _swap(data: bytes, draw: random.Random) -> bytes:
    low, high = sorted((draw.randrange(len(data) or 1), draw.randrange(len(data) or 1)))
    size = min(draw.choice((10, 400)), high - low)
    first, second = data[low : low + size], data[high : high + size]
    return data[:low] + second + data[low + size : high] + first + data[high + size :]


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) or 1)]


def _other_ends(data: bytes, _: random.Random) -> bytes:
    return data.replace(b"\n", b"\r\n") if b"\r\n" not in data else data.replace(b"\r\n", b"\r")


def _other_encoding(data: bytes, draw: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(draw.choice(("utf-16", "latin-1", "utf-8-sig")), "replace")


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _insert, _insert, _insert, _remove, _remove, _repeat, _swap, _cut, _other_ends, _other_encoding,
)  # fmt: skip


def main() -> int:
    """The script."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MUTATIONS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    paths = recorded()
    if not paths:
        print(f"the recorded data is not at {DATA}")  # noqa: T201  (a script says what it found)
        return 1
    lots = range(seed, seed + _LOTS)
    with ProcessPoolExecutor(2) as pool:
        bad = _report("recorded digests", pool.map(_judged_file, paths, chunksize=20))
        done = pool.map(_judged_mutants, repeat(-(-count // _LOTS)), lots)
        bad |= _report("mutations", chain.from_iterable(done))
    return int(bad)


def _judged_file(path: Path) -> Outcome:
    return judged(str(path.relative_to(DATA)), path.read_bytes())


def _judged_mutants(count: int, seed: int) -> list[Outcome]:
    return [judged(*one) for one in mutants(count, seed, recorded())]


def _report(what: str, outcomes: Iterable[Outcome]) -> bool:
    done = list(outcomes)
    slowest = max(done, key=lambda one: one.seconds)
    faulty = [one for one in done if one.faults]
    lines = [f"{one.name}: {fault}" for one in faulty for fault in one.faults]
    lines.append(
        f"{len(done):,} {what}: {sum(one.papers for one in done):,} papers, "
        f"{sum(one.skipped for one in done):,} skipped, {sum(one.refused for one in done):,} refused, "
        f"{len(faulty):,} faulty; slowest {slowest.seconds:.2f} s ({slowest.name})"
    )
    print("\n".join(lines), flush=True)  # noqa: T201  (likewise)
    return bool(faulty)


if __name__ == "__main__":
    sys.exit(main())
