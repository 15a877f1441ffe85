"""Digests dropped in a folder, whatever their format: files, mbox files, maildir folders.

It moves, changes and deletes nothing.
"""

import hashlib
import itertools
import logging
import os
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.mails import digest_of, is_mbox, mails_of
from bot.sources.source import Batch, Failed
from feeds.digests import DigestError, parse_digest

log = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024
"""Of one file: larger ones are not read."""
_MAGIC = re.compile(r"[*?\[]")
_MAILDIR = ("new", "cur")
"""Where a maildir keeps mails; in `tmp` they are still being written (https://cr.yp.to/proto/maildir.html)."""


@dataclass(frozen=True, slots=True, order=True)
class _File:
    mtime: int
    """In nanoseconds."""
    path: Path
    size: int

    @property
    def part(self) -> str:
        """Its path as text that can be stored, whatever bytes it has; of a maildir's mail what never changes."""
        path = self.path
        if self.is_in_maildir:  # its name gets flags, and moves from new to cur, when somebody reads it
            path = path.parent.parent / path.name.partition(":")[0]
        return os.fsencode(path).decode("utf-8", "backslashreplace")

    @property
    def is_in_maildir(self) -> bool:
        """Whether it is a mail in a maildir folder."""
        return self.path.parent.name in _MAILDIR and _is_maildir(self.path.parent.parent)

    @property
    def look(self) -> str:
        """The part of the stamp that needs no reading."""
        return f"{self.mtime}:{self.size}:"


class FilesSource:
    """The files that `path` matches: `inbox/*`, or `inbox/**` with those of folders within. A part is a file's path.

    A maildir folder that it matches stands for its mails.

    Its stamp is `<mtime in ns>:<size>:<sha256>`: a file is read again when it changed, and parsed again when its bytes
    did. Hidden files and folders are left out; a link counts when it leads to a file.
    """

    kind = "files"

    def __init__(self, name: str, path: str, leave: Callable[[Path], bool] = lambda _path: False) -> None:
        self.name = name
        self._path = path
        self._leave = leave
        """What must not be opened."""

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every new or changed file, oldest first. A file that cannot be read fails each time until it is changed."""
        try:
            if missing := missing_folder(self._path):
                log.warning("source %s: the folder %s does not exist", self.name, missing)
            files = await aside(find, self._path)
        except OSError as error:
            yield Failed("", f"{self._path}: {error.strerror}")
            return
        for file in files:
            if self._leave(file.path):
                continue
            known = parts[file.part].stamp if file.part in parts else ""
            if not known.startswith(file.look):
                for outcome in await aside(_read, file, known):
                    yield outcome

    async def aclose(self) -> None:
        """Nothing is held open."""


def find(pattern: str) -> list[_File]:
    """The files that a pattern matches (`*`, `?`, `[...]` in a name, `**` for folders at any depth), oldest first.

    Raises OSError where a folder cannot be listed.
    """
    base, names = _base(pattern)
    rest = [_one_star(name) for name in names]
    if not rest and base.is_dir() and not _is_maildir(base):
        rest = ["*"]  # a folder stands for what is in it
    if rest[-1:] == ["**"]:
        rest.append("*")  # Path.glob's own `**` names folders alone
    matches = base.glob("/".join(rest)) if rest else [base]
    found = (file for path in matches if _is_open(path, base) for file in _files(path))
    return sorted({file.path: file for file in found}.values())


def missing_folder(pattern: str) -> Path | None:
    """The folder that a pattern begins with, where there is none: nothing will ever be found."""
    base, names = _base(pattern)
    folder = base if names else base.parent
    return None if folder.is_dir() else folder


def _base(pattern: str) -> tuple[Path, tuple[str, ...]]:
    names = Path(pattern).parts
    literal = list(itertools.takewhile(lambda name: not _MAGIC.search(name), names))
    return Path(*literal), names[len(literal) :]


def _one_star(name: str) -> str:
    return name if name == "**" else re.sub(r"\*+", "*", name)


def _is_open(path: Path, base: Path) -> bool:
    """Whether nothing of it is hidden, and no folder within `base` is a link, which could lead around in circles."""
    within = path.relative_to(base)
    folders = [base / folder for folder in within.parents if folder.name]
    return not any(name.startswith(".") for name in within.parts) and not any(map(Path.is_symlink, folders))


def _files(path: Path) -> Iterator[_File]:
    """The file at a path, or the mails of the maildir there."""
    for one in _mails(path) or [path]:
        in_the_making = one.parent.name == "tmp" and _is_maildir(one.parent.parent)
        if not in_the_making and not one.name.startswith(".") and (file := _look_at(one)):
            yield file


def _mails(path: Path) -> list[Path]:
    """What a maildir, or the new or cur of one, holds."""
    if _is_maildir(path):
        return [mail for name in _MAILDIR for mail in (path / name).iterdir()]
    return list(path.iterdir()) if path.name in _MAILDIR and _is_maildir(path.parent) else []


def _is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in (*_MAILDIR, "tmp"))


def _look_at(path: Path) -> _File | None:
    try:
        found = path.stat()
    except OSError:  # gone meanwhile, or a link to nowhere
        return None
    return _File(found.st_mtime_ns, path, found.st_size) if stat.S_ISREG(found.st_mode) else None


def _read(file: _File, known: str) -> Sequence[Batch | Failed]:
    if file.size > MAX_BYTES:
        return [Failed(file.part, f"the file is too large: {file.size:,} bytes, more than {MAX_BYTES:,}")]
    try:
        data = file.path.read_bytes()
        checksum = hashlib.sha256(data).hexdigest()
        return [] if known.endswith(checksum) else _parsed(file, data, file.look + checksum)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [Failed(file.part, f"the file cannot be read: {error.strerror}")]
    except DigestError as error:
        return [Failed(file.part, str(error))]


def _parsed(file: _File, data: bytes, stamp: str) -> list[Batch | Failed]:
    """A file is one batch, an mbox one for each mail; the last has the stamp, so that all or none count as read."""
    if file.is_in_maildir:
        return [Batch(file.part, digest_of(data), stamp)]
    if not is_mbox(data):
        return [Batch(file.part, parse_digest(data), stamp)]
    digests = [digest_of(mail) for mail in mails_of(data)]
    if not any(digest.papers for digest in digests):
        raise DigestError(f"none of its {len(digests)} mails holds a digest")
    *first, last = digests
    return [*(Batch(file.part, digest) for digest in first), Batch(file.part, last, stamp)]
