"""Feed files and the start page, written where any web host can serve them: atomically, and only what changed."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bot import settings as shape
from feeds.paper import Paper
from feeds.render import Feed, Kind, RenderedEntry, in_order, join_entries, opml, render_entry
from feeds.render.index import index_page


class PublishError(Exception):
    """A file could not be written; the old one stands."""


def feed_of(table: shape.Feed, publish: shape.Publish) -> Feed:
    """A configured feed, as it is rendered."""
    return Feed(
        slug=table.slug,
        title=table.title or table.slug,
        query=str(table.query),
        base_url=publish.base_url,
    )


@lru_cache(maxsize=4096)
def _entry(paper: Paper, base_url: str, form: Kind) -> RenderedEntry | None:
    """An entry is the same bytes in every feed, so it is made once."""
    return render_entry(paper, base_url, form)


def _render(feed: Feed, papers: Sequence[Paper], form: Kind) -> bytes:
    made = (_entry(paper, feed.base_url, form) for paper in in_order(papers))
    return join_entries(feed, [entry for entry in made if entry], form)


def files(entries: Mapping[Feed, list[Paper]], publish: shape.Publish) -> dict[str, bytes]:
    """Every published file by its path under the directory."""
    rendered = {
        f"feeds/{feed.slug}.{form}": _render(feed, papers, form)
        for feed, papers in entries.items()
        for form in publish.formats
    }
    every = list(entries)
    rendered["feeds.opml"] = opml(every, publish.base_url, "Paper Round", publish.formats[0])
    counts = {feed: len(papers) for feed, papers in entries.items()}
    rendered["index.html"] = index_page(counts, publish.formats)
    return rendered


def write(directory: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """Write the files that differ from what stands there; their names. Raises PublishError."""
    written = []
    for name, content in wanted.items():
        try:
            if _replace(directory / name, content):
                written.append(name)
        except OSError as error:
            raise PublishError(f"{directory / name} cannot be written: {error.strerror}") from None
    return written


def changed(directory: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """The files that `write` would write."""
    return [name for name, content in wanted.items() if not _stands(directory / name, content)]


def _stands(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _replace(path: Path, content: bytes) -> bool:
    if _stands(path, content):
        return False
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # for everyone to read, whatever the umask
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
