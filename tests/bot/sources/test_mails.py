"""Mails in a folder: single files, mbox files and maildirs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.rules.parts import Part
from bot.sources.files.source import FilesSource
from bot.sources.mails import is_mbox, mails_of
from bot.sources.source import Batch, Failed
from tests.fakes.mails import listing, welcome

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "data" / "mail" / "arxiv_cs_2019-07-09.eml"


async def collect(pattern: Path, parts: Iterable[Part] = ()) -> list[Batch | Failed]:
    known = {part.name: part for part in parts}
    return [outcome async for outcome in FilesSource("inbox", str(pattern)).collect(known, NOW)]


def remembered(outcomes: Iterable[Batch | Failed]) -> list[Part]:
    parts = {one.part: Part(one.part, one.stamp, NOW) for one in outcomes if isinstance(one, Batch)}
    return list(parts.values())


def found(outcomes: Iterable[Batch | Failed]) -> list[tuple[str, date | None]]:
    batches = [one for one in outcomes if isinstance(one, Batch)]
    return [(paper.id, paper.announced) for one in batches for paper in one.digest.papers]


def skipped(outcomes: Iterable[Batch | Failed]) -> list[str]:
    return [skip.item for one in outcomes if isinstance(one, Batch) for skip in one.digest.skipped]


def mbox(*mails: bytes, end: bytes = b"\n") -> bytes:
    written = b"".join(b"From no-reply@arxiv.org Tue Jan  6 02:00:00 2026\n" + mail + b"\n\n" for mail in mails)
    return written.replace(b"\n", end)


def maildir(folder: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


TUESDAY, WEDNESDAY = date(2026, 1, 6), date(2026, 1, 7)
MAILS = listing(TUESDAY, "2601.00001", "2601.00002"), listing(WEDNESDAY, "2601.00003")
BOTH = [("2601.00001", TUESDAY), ("2601.00002", TUESDAY), ("2601.00003", WEDNESDAY)]


async def test_a_mail_saved_as_a_file_is_dated_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "list.eml").write_bytes(MAILS[0])
    assert found(await collect(tmp_path / "*.eml")) == BOTH[:2]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
async def test_every_mail_of_an_mbox_is_read_with_its_own_date(tmp_path: Path, end: bytes) -> None:
    (tmp_path / "lists").write_bytes(mbox(*MAILS, end=end))
    outcomes = await collect(tmp_path / "*")
    assert found(outcomes) == BOTH
    assert await collect(tmp_path / "*", remembered(outcomes)) == []


async def test_an_mbox_that_grew_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "lists").write_bytes(mbox(MAILS[0]))
    first = await collect(tmp_path / "*")
    (tmp_path / "lists").write_bytes(mbox(*MAILS))
    assert found(await collect(tmp_path / "*", remembered(first))) == BOTH


async def test_an_mbox_counts_as_read_only_with_its_last_mail(tmp_path: Path) -> None:
    (tmp_path / "lists").write_bytes(mbox(*MAILS))
    first, last = await collect(tmp_path / "*")
    assert isinstance(first, Batch)
    assert isinstance(last, Batch)
    assert (first.stamp, bool(last.stamp)) == ("", True)


async def test_a_mail_that_is_no_digest_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "lists").write_bytes(mbox(MAILS[0], welcome(), MAILS[1]))
    outcomes = await collect(tmp_path / "*")
    assert found(outcomes) == BOTH
    assert skipped(outcomes) == ["Welcome to the list"]


async def test_an_mbox_without_any_digest_fails(tmp_path: Path) -> None:
    (tmp_path / "lists").write_bytes(mbox(welcome(), welcome()))
    (failed,) = await collect(tmp_path / "*")
    assert isinstance(failed, Failed)
    assert "none of its 2 mails" in failed.reason


def test_a_line_that_begins_with_from_divides_no_mail() -> None:
    mail = listing(TUESDAY, "2601.00001") + b"\nFrom here on we write prose.\n\nFrom 12:30 on: tea.\n\n>From the top.\n"
    (only,) = mails_of(mbox(mail))
    assert only.rstrip() == mail.replace(b">From", b"From").rstrip()


@pytest.mark.parametrize("data", [b"", b"From", b"From me to you\n\nHello", b"[]", MAILS[0], b"<rss/>"])
def test_other_files_are_no_mbox(data: bytes) -> None:
    assert not is_mbox(data)


@pytest.mark.parametrize("pattern", ["lists", "*", "**", "lists/*", "**/*"])
async def test_a_maildir_stands_for_its_mails(tmp_path: Path, pattern: str) -> None:
    folder = maildir(tmp_path / "lists")
    (folder / "new" / "1.host").write_bytes(MAILS[0])
    (folder / "cur" / "2.host:2,S").write_bytes(MAILS[1])
    (folder / "tmp" / "3.host").write_bytes(MAILS[1][:50])
    outcomes = await collect(tmp_path / pattern)
    assert sorted(found(outcomes)) == BOTH
    assert sorted(one.part for one in outcomes) == [str(folder / "1.host"), str(folder / "2.host")]


async def test_a_mail_that_somebody_reads_is_not_read_again(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "lists")
    (folder / "new" / "1.host").write_bytes(MAILS[0])
    parts = remembered(await collect(folder))
    (folder / "new" / "1.host").rename(folder / "cur" / "1.host:2,RS")
    assert await collect(folder, parts) == []


async def test_an_ordinary_mail_in_a_maildir_is_named_once(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "lists")
    (folder / "new" / "1.host").write_bytes(welcome())
    outcomes = await collect(folder)
    assert skipped(outcomes) == ["Welcome to the list"]
    assert await collect(folder, remembered(outcomes)) == []


async def test_an_ordinary_mail_dropped_as_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(welcome())
    (failed,) = await collect(tmp_path / "*")
    assert isinstance(failed, Failed)


async def test_a_folder_named_new_alone_is_an_ordinary_folder(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a:b.eml").write_bytes(MAILS[0])
    (only,) = await collect(tmp_path / "**")
    assert only.part == str(tmp_path / "new" / "a:b.eml")


async def test_recorded_mails_in_one_file_come_whole(tmp_path: Path) -> None:
    if not RECORDED.exists():
        pytest.skip("no recorded mail beside the project")
    (tmp_path / "lists").write_bytes(mbox(RECORDED.read_bytes(), *MAILS))
    outcomes = await collect(tmp_path / "*")
    assert len(found(outcomes)) == 220 + 3
