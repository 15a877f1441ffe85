"""What independent readers see in a feed, in one shape, so that they can be compared."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from calendar import timegm
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]  # it ships no types
import feedparser_sgmllib
from lxml import html

# reader 3.26 brings a feedparser that wants this module by its old name, and does not require it.
sys.modules.setdefault("sgmllib", feedparser_sgmllib)

from reader import ParseError, make_reader  # noqa: E402  # needs the line above

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Seen:
    """An entry as a reader keeps it; None where it keeps nothing of the kind."""

    id: str | None
    title: str | None
    link: str | None
    published: str | None
    """UTC, `2025-09-30T00:00:00`."""
    authors: tuple[str, ...] | None
    text: str | None


Read = Callable[[Path], Sequence[Seen]]
"""Raises ReadError where the reader complains."""


@dataclass(frozen=True)
class Reader:
    """A reader, how it is asked, and the formats that it reads."""

    name: str
    read: Read
    kinds: frozenset[str]


class ReadError(Exception):
    """What a reader says is wrong with a feed"""


def iso(moment: str | float | None) -> str | None:
    """Unix seconds, or a date as feeds write it, as UTC."""
    if moment is None or moment == "":
        return None
    if isinstance(moment, str):
        found = datetime.fromisoformat(moment) if moment[:4].isdigit() else parsedate_to_datetime(moment)
    else:
        found = datetime.fromtimestamp(moment, UTC)
    return found.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def by_feedparser(path: Path) -> list[Seen]:
    parsed = feedparser.parse(path.read_bytes())
    if parsed.bozo:
        raise ReadError(repr(parsed.bozo_exception))
    return [
        Seen(
            entry.id,
            entry.title,
            entry.link,
            iso(timegm(entry.published_parsed)),
            tuple(author.name for author in entry.get("authors", ())),
            entry.get("summary", ""),
        )
        for entry in parsed.entries
    ]


def by_reader(path: Path) -> list[Seen]:
    with make_reader(":memory:", feed_root=str(path.parent)) as reader:
        reader.add_feed(path.name)
        try:
            reader.update_feed(path.name)
        except ParseError as error:
            raise ReadError(repr(error)) from error
        entries = list(reader.get_entries())
    return [
        Seen(
            entry.id,
            entry.title or "",
            entry.link,
            iso(entry.published.timestamp()) if entry.published else None,
            None,  # one line of names
            (content.value if (content := entry.get_content(prefer_summary=True)) else "") or "",
        )
        for entry in entries
    ]


def by_newsboat(path: Path) -> list[Seen]:
    folder = path.with_suffix(".newsboat")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "config").write_text("max-items 0\n")
    (folder / "urls").write_text(f"file://{path}\n")
    log, cache = folder / "log", folder / "cache.db"
    files: list[str | Path] = ["-C", folder / "config", "-u", folder / "urls", "-c", cache]
    command: list[str | Path] = ["newsboat", *files, "-d", log, "-l", "3", "-x", "reload"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    said = [line for line in log.read_text(errors="replace").splitlines() if re.search(r"ERROR|WARN|rror:", line)]
    if ended.returncode or ended.stderr.strip() or said:
        raise ReadError(f"{ended.returncode} {ended.stderr} {said[:3]}")
    with sqlite3.connect(cache) as rows:
        found = rows.execute("SELECT guid, title, url, pubDate, content FROM rss_item")
        seen = [Seen(guid, title, url, iso(date), None, text) for guid, title, url, date, text in found]
    rows.close()
    return seen


def by_fastfeedparser(path: Path) -> list[Seen]:
    import fastfeedparser  # type: ignore[import-not-found]  # noqa: PLC0415  (optional)

    return [
        Seen(
            entry.id,
            entry.title,
            entry.link,
            iso(entry.published),
            None,  # the first alone
            entry.get("description") or entry.content[0]["value"],
        )
        for entry in fastfeedparser.parse(path.read_bytes()).entries
    ]


def by_npm(parser: str) -> Read:
    """A parser from npm, run by node; its packages stand in a folder that NODE_PATH names."""

    def read(path: Path) -> list[Seen]:
        command: list[str | Path] = ["node", HERE / "parse.cjs", parser, path]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if ended.returncode:
            raise ReadError(ended.stderr[-500:])
        return [
            Seen(
                one["id"],
                one["title"],
                one["link"],
                iso(one["published"]),
                None if one["authors"] is None else tuple(one["authors"]),
                one["text"],
            )
            for one in json.loads(ended.stdout)
        ]

    return read


def has_npm(parser: str) -> bool:
    """Whether node finds a package."""
    if not shutil.which("node"):
        return False
    ended = subprocess.run(["node", "-e", f"import({json.dumps(parser)})"], capture_output=True, check=False)
    here = subprocess.run(["node", "-e", f"require.resolve({json.dumps(parser)})"], capture_output=True, check=False)
    return not (ended.returncode and here.returncode)


NPM = ("rss-parser", "feedparser", "@extractus/feed-extractor", "feedsmith")


def readers() -> list[Reader]:
    """Every reader that is installed."""
    xml, every = frozenset({"rss", "atom"}), frozenset({"rss", "atom", "json"})
    found = [Reader("feedparser", by_feedparser, xml), Reader("reader", by_reader, every)]
    if shutil.which("newsboat"):
        found.append(Reader("newsboat", by_newsboat, xml))
    if find_spec("fastfeedparser"):
        found.append(Reader("fastfeedparser", by_fastfeedparser, every))
    for parser in filter(has_npm, NPM):
        kinds = every if parser in {"@extractus/feed-extractor", "feedsmith"} else xml
        found.append(Reader(f"npm {parser}", by_npm(parser), kinds))
    return found


def limits(reader: str, path: Path) -> Sequence[str]:
    """What a reader gets wrong whatever a feed does, by what `differences` says of it (measured 2026-11)."""
    if reader == "npm feedparser":  # it takes every title for HTML, and drops what looks like a tag
        marked = (0, 3, 4, 5, 8, 9, 15, 16, 17, 18, 19)
        return [f"title of tag:papers.example.org,2025:paper/2509.{number:05}:" for number in marked]
    if reader == "npm @extractus/feed-extractor":
        # It shows `updated`, takes a feed without entries for none, and strips what looks like a tag twice.
        atom = ["published of", "Unrecognized feed format"] if path.suffix == ".atom" else []
        return [*atom, "'' is not '0'", "text of"]
    return []


def differences(told: Sequence[Seen], seen: Sequence[Seen]) -> list[str]:
    """Where a reader's view is not what the feed was made to say; what it keeps nothing of is passed over."""
    by_id = {one.id: one for one in seen}
    missing = [f"{one.id} is missing" for one in told if one.id not in by_id]
    missing += [f"{len(seen)} entries of {len(told)}"] if len(told) != len(seen) else []
    return missing + [
        f"{field} of {want.id}: {getattr(got, field)!r} is not {getattr(want, field)!r}"
        for want in told
        if (got := by_id.get(want.id))
        for field in ("title", "link", "published", "authors", "text")
        if not _agree(field, getattr(got, field), getattr(want, field))
    ]


def _agree(field: str, got: Any, want: Any) -> bool:
    """Whether a reader kept a fact as it was told; of the text, whether it kept the words.

    RSS has all authors in one element.
    """
    if field == "authors" and got is not None:
        return ", ".join(got).replace("; ", ", ") == ", ".join(want)
    if got is None or field != "text":
        return got is None or bool(got == want)
    shown = str(html.fromstring(f"<div>{got}</div>").xpath("string()"))
    return _words(shown).startswith(_words(want))


def _words(text: str) -> str:
    return re.sub(r"\W+", "", text)


def told(papers: Sequence[Any]) -> list[Seen]:
    """What a feed of stored papers says, in its order."""
    return [
        Seen(
            paper.entry_id,
            paper.title,
            paper.links["abstract"],
            f"{paper.announced}T00:00:00",
            tuple(paper.authors),
            paper.abstract,
        )
        for paper in papers
    ]
