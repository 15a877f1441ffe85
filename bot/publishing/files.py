"""Feed files and pages, written where any web host can serve them: atomically, and only what changed."""

import errno
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePath

from bot.channels.registry import CHANNELS
from bot.config import tables
from bot.rules.words import counted
from bot.store.archive.published import File
from feeds.render import Feed
from feeds.site import Elsewhere

_BEGUN = re.compile(
    r"\..+\.(?:rss|atom|json|opml|xsl|html|css|js|svg|png|webp|jpg|txt|xml|ico)\.([1-9]\d{0,9})\.new", re.DOTALL
)
"""What `_put_beside` calls a file until it is whole."""
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What no other file would escape either."""
_TOLD = 5
"""Reasons that are named one by one."""


class PublishError(Exception):
    """Nothing more can be written; the old files stand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file of ours is made from: the same stamp, the same file."""

    stamp: str
    slug: str = ""
    """The feed that it is, or shows."""
    until: float | None = None
    """When it changes by time alone, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """What may differ on disk."""

    made: Mapping[str, bytes] = field(default_factory=dict)
    """Files made anew, by path."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Of those of them that are to be known again."""
    right: Sequence[File] = ()
    """Files that stand, and are made from what they should be."""
    gone: Sequence[File] = ()
    """Files of ours to remove."""


@dataclass(slots=True)
class Outcome:
    """What became of files."""

    written: list[str] = field(default_factory=list)
    """Their names."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why, by name; the old ones stand."""

    def as_failure(self) -> dict[str, list[str]]:
        """What a round says of it: nothing, or a few of the reasons and how many more there are."""
        reasons = list(self.failed.values())
        more = [f"and {counted(len(reasons) - _TOLD, 'more file')}"] if len(reasons) > _TOLD else []
        return {"publish": reasons[:_TOLD] + more} if reasons else {}

    def add(self, other: "Outcome") -> None:
        """And of others."""
        self.written += other.written
        self.failed |= other.failed


def feed_of(table: tables.Feed, publish: tables.Publish) -> Feed:
    """A configured feed, as it is rendered."""
    return Feed(
        slug=table.slug,
        title=table.title or table.slug,
        query=str(table.query),
        base_url=publish.base_url,
        description=f"{table.best}".replace("the", "The", 1) if table.best else "",
        hub=publish.hub or "",
        page=f"feeds/{table.slug}.html",
    )


def elsewhere_of(settings: tables.Settings) -> Mapping[str, tuple[Elsewhere, ...]]:
    """By query: the public channels that its alerts post to, each once."""
    found: dict[str, dict[Elsewhere, None]] = {}
    for alert in settings.alerts:
        for to in alert.to:
            if href := CHANNELS[to.scheme].page(to):
                found.setdefault(str(alert.query), {})[Elsewhere(CHANNELS[to.scheme].name, href)] = None
    return {query: tuple(some) for query, some in found.items()}


def write(directory: Path, wanted: Mapping[str, bytes]) -> Outcome:
    """Write the files that differ from what stands there. Raises PublishError: the disk is full or read-only."""
    outcome = Outcome()
    beside: dict[str, Path] = {}
    try:
        for name, content in wanted.items():
            with _noted(directory / name, name, outcome):
                if not _stands(directory, name, content):
                    beside[name] = _put_beside(directory, name, content)
        with _told(directory), ThreadPoolExecutor(8) as threads:  # the disk makes one wait of many
            list(threads.map(_sync, beside.values()))
        for name, path in beside.items():
            with _noted(directory / name, name, outcome):
                path.replace(directory / name)
                outcome.written.append(name)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    with _told(directory):
        for folder in {(directory / name).parent for name in outcome.written}:
            _sync(folder)
    return outcome


def clear_leftovers(directory: Path, but: Collection[Path] = ()) -> None:
    """Remove what a process that was killed had begun to write: ours by name, of a process that is no more.

    `but`: folders where it began nothing.
    """
    for folder, inner, names in os.walk(directory):
        inner[:] = [name for name in inner if Path(folder, name) not in but]
        for name in names:
            found = name[0] == "." and _BEGUN.fullmatch(name)
            if found and not _is_another_alive(int(found[1])):
                with suppress(OSError):
                    (Path(folder) / name).unlink()


def _is_another_alive(pid: int) -> bool:
    """Whether another process has this number. Our own number is a predecessor's: in a container all have the same."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def notes(directory: Path, change: Change, outcome: Outcome) -> list[File]:
    """What to remember of a change that was written."""
    marks = {path: mark for path, mark in change.marks.items() if path not in outcome.failed}
    looks = ((path, mark, look(directory / path)) for path, mark in marks.items())
    return [
        *(File(path, mark.slug, mark.stamp, *seen, mark.until) for path, mark, seen in looks if seen),
        *change.right,
    ]


def changed(directory: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """The files that `write` would write. Raises PublishError."""
    with _told(directory):
        return [name for name, content in wanted.items() if not _stands(directory, name, content)]


def stamp_of(*facts: object) -> str:
    """What a file is made from, as 24 characters: other facts, another stamp. Facts are told apart by their repr."""
    return blake2b(repr(facts).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def look(path: Path | str) -> tuple[int, int] | None:
    """A file's size and time of change in nanoseconds: cheap to know it again by; None for what is no plain file."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def folder_changed(path: Path) -> str:
    """When a file last came into a folder or left it, to be compared alone; empty where there is none."""
    with suppress(OSError):
        return str(os.lstat(path).st_mtime_ns)
    return ""


def remove(directory: Path, files: Iterable[File]) -> None:
    """Remove what we wrote and nobody touched since; leave the rest."""
    for file in files:
        path = directory / file.path
        with suppress(OSError):  # it stays; nothing points to it any more
            if look(path) == (file.size, file.mtime) and _inside(directory, file.path):
                path.unlink()
                path.parent.rmdir()  # an archive's folder, once it is empty


def _stands(directory: Path, name: str, content: bytes) -> bool:
    seen = look(directory / name)
    return seen is not None and seen[0] == len(content) and (directory / name).read_bytes() == content


def _put_beside(directory: Path, name: str, content: bytes) -> Path:
    path = directory / name
    if not _inside(directory, name):
        raise OSError(errno.ELOOP, "a folder on the way is a link, and may lead elsewhere")
    _make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        beside.chmod(0o644)  # for everyone to read, whatever the umask
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _make_folder(folder: Path) -> None:
    """For everyone to read, whatever the umask; one that is there stays as it is."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o755)


def _inside(directory: Path, name: str) -> bool:
    """Whether no folder on the way is a link (threats: 16)."""
    return not any((directory / folder).is_symlink() for folder in PurePath(name).parents if folder.name)


@contextmanager
def _noted(path: Path, name: str, outcome: Outcome) -> Iterator[None]:
    """A fault of one file is its own; one of the disk ends it all."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK:
            raise PublishError(_said(path, error)) from None
        outcome.failed[name] = _said(path, error)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(_said(path, error)) from None


def _said(path: Path, error: OSError) -> str:
    return f"{path} cannot be written: {error.strerror}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
