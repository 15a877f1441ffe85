"""Feed files and pages, written where any web host can serve them: atomically, and only what changed."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from bot import settings as shape
from bot.store.published import File
from feeds.render import Feed


class PublishError(Exception):
    """A file could not be written; the old one stands."""


def feed_of(table: shape.Feed, publish: shape.Publish) -> Feed:
    """A configured feed, as it is rendered."""
    return Feed(
        slug=table.slug,
        title=table.title or table.slug,
        query=str(table.query),
        base_url=publish.base_url,
        hub=publish.hub or "",
        page=f"feeds/{table.slug}.html",
    )


def write(directory: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """Write the files that differ from what stands there; their names. Raises PublishError."""
    with _told(directory):
        written = changed(directory, wanted)
    beside: dict[str, Path] = {}
    try:
        for name in written:
            with _told(directory / name):
                beside[name] = _put_beside(directory / name, wanted[name])
        with _told(directory), ThreadPoolExecutor(8) as threads:  # the disk makes one wait of many
            list(threads.map(_sync, beside.values()))
        for name, path in beside.items():
            with _told(directory / name):
                path.replace(directory / name)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    with _told(directory):
        for folder in {(directory / name).parent for name in written}:
            _sync(folder)
    return written


def changed(directory: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """The files that `write` would write."""
    return [name for name, content in wanted.items() if not _stands(directory / name, content)]


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


def remove(directory: Path, files: Iterable[File]) -> None:
    """Remove what we wrote and nobody touched since; leave the rest."""
    for file in files:
        path = directory / file.path
        if look(path) == (file.size, file.mtime):
            with suppress(OSError):  # it stays; nothing points to it any more
                path.unlink()
                path.parent.rmdir()  # an archive's folder, once it is empty


def _stands(path: Path, content: bytes) -> bool:
    seen = look(path)
    return seen is not None and seen[0] == len(content) and path.read_bytes() == content


def _put_beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        beside.chmod(0o644)  # for everyone to read, whatever the umask
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(f"{path} cannot be written: {error.strerror}") from None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
