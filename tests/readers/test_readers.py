"""What feed readers make of hard papers: every one keeps each title, link, date, author and text as it was told."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feeds.paper import Paper
from feeds.render import Feed, Kind, render
from tests.readers import hard
from tests.readers.__main__ import jing
from tests.readers.reading import ReadError, by_feedparser, by_newsboat, by_reader, differences, told

FEED = Feed(
    "hard", "R&D <hard> p<0.05", 'a<b OR "c & d"', "https://papers.example.org/", hub="https://hub.example.org/"
)
BY = {"feedparser": by_feedparser, "reader": by_reader, "newsboat": by_newsboat}


def _written(folder: Path, kind: Kind, papers: list[Paper], feed: Feed = FEED) -> Path:
    path = folder / f"hard.{kind}"
    path.write_bytes(render(feed, papers, kind))
    return path


def _wanted(program: str) -> None:
    if program in {"newsboat", "jing"} and not shutil.which(program):
        pytest.skip(f"{program} is not installed (Debian has it)")


@pytest.mark.parametrize(
    ("reader", "kind"),
    [(name, kind) for name in BY for kind in ("rss", "atom", "json") if kind != "json" or name == "reader"],
)
def test_a_reader_keeps_fifty_hard_papers_as_they_were_told(reader: str, kind: Kind, tmp_path: Path) -> None:
    _wanted(reader)
    seen = BY[reader](_written(tmp_path, kind, hard.papers()))
    assert len(hard.papers()) == 50
    assert differences(told(hard.papers()), seen) == []


@pytest.mark.parametrize("reader", BY)
def test_a_reader_takes_a_feed_without_papers(reader: str, tmp_path: Path) -> None:
    _wanted(reader)
    assert BY[reader](_written(tmp_path, "atom", [])) == []


@pytest.mark.parametrize("reader", BY)
def test_a_broken_feed_is_seen_to_be_broken(reader: str, tmp_path: Path) -> None:
    _wanted(reader)
    path = _written(tmp_path, "atom", hard.papers())
    path.write_bytes(path.read_bytes().replace(b"</entry>", b"</entr>", 1))
    try:
        faults = differences(told(hard.papers()), BY[reader](path))
    except ReadError as error:
        faults = [str(error)]
    assert faults


def test_atom_keeps_every_rule_of_rfc_4287(tmp_path: Path) -> None:
    _wanted("jing")
    written = []
    for number, feed in enumerate((FEED, FEED.archived(2))):
        for papers in (hard.papers(), []):
            folder = tmp_path / f"{number}-{len(papers)}"
            folder.mkdir()
            written.append(_written(folder, "atom", papers, feed))
    assert jing(*written) == []


def test_the_rules_of_rfc_4287_refuse_what_breaks_them(tmp_path: Path) -> None:
    _wanted("jing")
    right = _written(tmp_path, "atom", hard.papers()[:1]).read_bytes()
    broken = []
    for old, new in (
        (b"T00:00:00+00:00</published>", b"</published>"),
        (b"</entry>", b"<id>twice</id></entry>"),
    ):
        assert old in right
        broken.append(tmp_path / f"{len(broken)}.atom")
        broken[-1].write_bytes(right.replace(old, new).replace(old.replace(b"<", b"</"), new.replace(b"<", b"</")))
    told = "\n".join(jing(*broken))
    assert [path.name for path in broken if path.name not in told] == []


@pytest.mark.parametrize("field", ["id", "title", "link", "published", "authors", "text"])
def test_a_difference_is_seen(field: str, tmp_path: Path) -> None:
    seen = by_feedparser(_written(tmp_path, "rss", hard.papers()))
    other: Any = ("Another",) if field == "authors" else "another"
    assert differences(told(hard.papers()), [*seen[:4], replace(seen[4], **{field: other}), *seen[5:]])
    assert differences(told(hard.papers()), seen[1:])
