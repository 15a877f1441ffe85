"""Digests in a folder: which files are read, when again, and what fails."""

import json
import os
import socket
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.rules.parts import Part
from bot.sources.files import source as files_module
from bot.sources.files.source import FilesSource
from bot.sources.source import Batch, Failed
from tests.fakes.source import items

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
DAY = date(2026, 1, 9)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def drop(path: Path, count: int = 1, *, mtime: int | None = None) -> Path:
    """A digest of `count` papers; `mtime` in seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(items(count, DAY)))
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    return path


async def collect(pattern: Path, parts: Iterable[Part] = ()) -> list[Batch | Failed]:
    known = {part.name: part for part in parts}
    return [outcome async for outcome in FilesSource("inbox", str(pattern)).collect(known, NOW)]


def remembered(outcomes: Iterable[Batch | Failed]) -> list[Part]:
    """What the store keeps of a round."""
    return [Part(outcome.part, outcome.stamp, NOW) for outcome in outcomes if isinstance(outcome, Batch)]


async def names(pattern: Path) -> list[str]:
    return [Path(outcome.part).name for outcome in await collect(pattern)]


def sizes(outcomes: Iterable[Batch | Failed]) -> list[int]:
    return [len(outcome.digest.papers) for outcome in outcomes if isinstance(outcome, Batch)]


async def test_a_file_is_a_batch_under_its_path(inbox: Path) -> None:
    path = drop(inbox / "a.json", 3)
    (batch,) = await collect(inbox / "*")
    assert isinstance(batch, Batch)
    assert batch.part == str(path)
    assert [paper.id for paper in batch.digest.papers] == ["2601.00001", "2601.00002", "2601.00003"]


async def test_files_come_by_their_age_then_by_name(inbox: Path) -> None:
    for name, mtime in (("c", 100), ("b", 300), ("a", 300), ("d", 200)):
        drop(inbox / name, mtime=mtime)
    assert await names(inbox / "*") == ["c", "d", "a", "b"]


async def test_nothing_there_is_no_error(inbox: Path) -> None:
    assert await collect(inbox / "*") == []
    assert await collect(inbox / "missing" / "*") == []
    assert await collect(inbox / "missing.txt") == []


async def test_one_file_can_be_named_without_a_pattern(inbox: Path) -> None:
    drop(inbox / "a.json")
    drop(inbox / "b.json")
    assert await names(inbox / "b.json") == ["b.json"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*", ["a.json", "b.txt"]),
        ("*.json", ["a.json"]),
        ("[ab].*", ["a.json", "b.txt"]),
        ("?.txt", ["b.txt"]),
        ("**", ["a.json", "b.txt", "c.json", "d.json"]),
        ("**/*", ["a.json", "b.txt", "c.json", "d.json"]),
        ("**/*.json", ["a.json", "c.json", "d.json"]),
        ("*/*", ["c.json"]),
        ("**.json", ["a.json"]),
        ("sub/**/d*", ["d.json"]),
    ],
)
async def test_patterns_reach_as_deep_as_they_say(inbox: Path, pattern: str, found: list[str]) -> None:
    for mtime, name in enumerate(("a.json", "b.txt", "sub/c.json", "sub/deeper/d.json")):
        drop(inbox / name, mtime=mtime)
    assert await names(inbox / pattern) == found


async def test_an_unchanged_file_is_not_read_again(inbox: Path) -> None:
    drop(inbox / "a.json")
    parts = remembered(await collect(inbox / "*"))
    assert len(parts) == 1
    assert await collect(inbox / "*", parts) == []


async def test_an_unchanged_file_is_not_even_opened(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox / "a.json")
    parts = remembered(await collect(inbox / "*"))
    opened: list[Path] = []
    monkeypatch.setattr(Path, "read_bytes", opened.append)
    assert await collect(inbox / "*", parts) == []
    assert opened == []


async def test_a_changed_file_is_read_again(inbox: Path) -> None:
    path = drop(inbox / "a.json", 1)
    parts = remembered(await collect(inbox / "*"))
    drop(path, 2)
    assert sizes(await collect(inbox / "*", parts)) == [2]


async def test_a_file_of_the_same_size_with_other_bytes_is_read_again(inbox: Path) -> None:
    path = drop(inbox / "a.json", mtime=100)
    parts = remembered(await collect(inbox / "*"))
    path.write_text(path.read_text().replace("number 1", "number 2"))
    os.utime(path, (50, 50))  # older than before, as a restored copy may be
    (batch,) = await collect(inbox / "*", parts)
    assert isinstance(batch, Batch)
    assert batch.digest.papers[0].title == "Paper number 2"


async def test_a_touched_file_with_the_same_bytes_is_not_parsed_again(inbox: Path) -> None:
    path = drop(inbox / "a.json", mtime=100)
    parts = remembered(await collect(inbox / "*"))
    os.utime(path, (200, 200))
    assert await collect(inbox / "*", parts) == []


async def test_a_file_that_cannot_be_parsed_fails_each_round_until_it_is_mended(inbox: Path) -> None:
    path = inbox / "a.json"
    path.write_text('[{"paper": ')
    for _ in range(2):
        (failed,) = await collect(inbox / "*")
        assert isinstance(failed, Failed)
        assert failed.part == str(path)
        assert failed.reason
    drop(path, 2)
    assert sizes(await collect(inbox / "*")) == [2]
    path.unlink()
    assert await collect(inbox / "*") == []


async def test_a_bad_file_does_not_stop_the_others(inbox: Path) -> None:
    drop(inbox / "a.json", mtime=1)
    (inbox / "b.json").write_bytes(b"\x00\xff\xfe nothing we know")
    os.utime(inbox / "b.json", (2, 2))
    drop(inbox / "c.json", mtime=3)
    assert [type(outcome) for outcome in await collect(inbox / "*")] == [Batch, Failed, Batch]


async def test_hidden_files_and_folders_are_left_out(inbox: Path) -> None:
    for name in (".hidden", ".folder/a.json", "sub/.b.json", "sub/c.json"):
        drop(inbox / name)
    assert await names(inbox / "**") == ["c.json"]
    assert await names(inbox / "*") == []
    assert await names(inbox / ".*") == []


async def test_a_hidden_folder_above_the_pattern_is_no_hindrance(tmp_path: Path) -> None:
    drop(tmp_path / ".local" / "inbox" / "a.json")
    assert await names(tmp_path / ".local" / "inbox" / "*") == ["a.json"]


async def test_a_file_that_is_too_large_fails_unread(inbox: Path) -> None:
    with (inbox / "a.json").open("wb") as file:
        file.truncate(files_module.MAX_BYTES + 1)  # a hole: it takes no room on disk
    (failed,) = await collect(inbox / "*")
    assert isinstance(failed, Failed)
    assert "too large" in failed.reason


async def test_a_link_to_a_file_is_read_and_one_to_anything_else_is_not(inbox: Path, tmp_path: Path) -> None:
    drop(tmp_path / "elsewhere" / "a.json")
    (inbox / "file").symlink_to(tmp_path / "elsewhere" / "a.json")
    (inbox / "folder").symlink_to(tmp_path / "elsewhere")
    (inbox / "nowhere").symlink_to(tmp_path / "missing")
    (inbox / "itself").symlink_to(inbox / "itself")
    (inbox / "around").symlink_to(inbox)
    for pattern in ("*", "**", "**/*"):
        assert await names(inbox / pattern) == ["file"]
    assert await names(inbox / "*" / "*") == []


async def test_an_inbox_that_is_itself_a_link_is_read(inbox: Path, tmp_path: Path) -> None:
    drop(inbox / "a.json")
    (tmp_path / "link").symlink_to(inbox)
    assert await names(tmp_path / "link" / "*") == ["a.json"]


async def test_pipes_sockets_and_folders_are_left_out(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(inbox / "pipe")
    (inbox / "folder").mkdir()
    monkeypatch.chdir(inbox)  # a socket's path has room for 100 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        drop(inbox / "a.json")
        assert await names(inbox / "*") == ["a.json"]


async def test_a_name_of_any_bytes_makes_a_part_that_can_be_stored(inbox: Path) -> None:
    drop(Path(os.fsdecode(os.fsencode(inbox) + b"/caf\xe9 \xf0\x9f\x93\xb0.json")))
    (batch,) = outcomes = await collect(inbox / "*")
    assert batch.part.encode().endswith(b"/caf\\xe9 \xf0\x9f\x93\xb0.json")
    assert await collect(inbox / "*", remembered(outcomes)) == []


async def test_a_file_that_goes_or_breaks_while_it_is_read_harms_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox / "broken", mtime=1)
    drop(inbox / "gone", mtime=2)
    drop(inbox / "whole", mtime=3)
    read = Path.read_bytes

    def failing_disk(path: Path) -> bytes:
        if path.name == "broken":
            raise OSError(5, "Input/output error")
        if path.name == "gone":
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", failing_disk)
    failed, batch = await collect(inbox / "*")
    assert isinstance(failed, Failed)
    assert "Input/output error" in failed.reason
    assert Path(batch.part).name == "whole"


async def test_a_folder_that_cannot_be_listed_fails_the_source(inbox: Path) -> None:
    (failed,) = await collect(inbox / ("x" * 300) / "*")
    assert isinstance(failed, Failed)
    assert failed.part == ""


async def test_relative_patterns_are_of_the_working_folder(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox / "a.json")
    monkeypatch.chdir(inbox.parent)
    assert await names(Path("inbox/*")) == ["a.json"]
    assert await names(Path("*/*")) == ["a.json"]
