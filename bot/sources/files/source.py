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
from bot.rules.words import counted
from bot.sources.mails import digest_of, is_mbox, mails_of
from bot.sources.source import Batch, Failed
from feeds.digests import DigestError, parse_digest
from feeds.paper import Digest

log = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024
"""Of one file: larger ones are not read."""
_JUNK = re.compile(
    r"desktop\.ini|thumbs\.db|ehthumbs\.db|icon\r|~\$.*|.*~|.*\.(?:crdownload|part|partial|download|opdownload|tmp|temp|swp"
    r"|swo|bak|lock|filepart|!ut)",
    re.IGNORECASE | re.DOTALL,
)
"""What systems, browsers and editors leave behind or are still writing."""
_UNREAD = ":unread:"
"""In the stamp of a file that could not be read: why follows, so that it is told once."""
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
    did. Hidden files and folders, empty files and what programs leave behind are left out; a link counts when it leads
    to a file. One that is no digest fails once; its stamp says why, for `status` (bot.rules.parts).
    """

    kind = "files"

    def __init__(self, name: str, path: str, leave: Callable[[Path], bool] = lambda _path: False) -> None:
        self.name = name
        self._path = path
        self._leave = leave
        """What must not be opened."""

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every new or changed file, oldest first. One that cannot be read fails once, until it changes."""
        try:
            if missing := missing_folder(self._path):
                log.warning("source %s: the folder %s does not exist", self.name, missing)
            files = await aside(find, self._path)
        except OSError as error:
            yield Failed("", f"{self._path}: {error.strerror}")
            return
        there = {file.part for file in files}
        for name in [name for name, part in parts.items() if name not in there and part.trouble]:
            yield Batch(name, Digest(()), over=True)  # it is gone: nothing more is to be said of it
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
    if _JUNK.fullmatch(path.name) or "@eaDir" in within.parts:
        return False
    folders = [base / folder for folder in within.parents if folder.name]
    return not any(name.startswith(".") for name in within.parts) and not any(map(Path.is_symlink, folders))


def _files(path: Path) -> Iterator[_File]:
    """The file at a path, or the mails of the maildir there."""
    for one in _mails(path) or [path]:
        in_the_making = one.parent.name == "tmp" and _is_maildir(one.parent.parent)
        if not in_the_making and not one.name.startswith(".") and (file := _look_at(one)) and file.size:
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
        return _failed(file, known, f"the file is too large: {file.size:,} bytes, more than {MAX_BYTES:,}", file.look)
    try:
        data = file.path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:  # it may be mended without a change of the file: it is tried each time, and told once
        return _failed(file, known, f"the file cannot be read: {error.strerror}", "")
    stamp = file.look + hashlib.sha256(data).hexdigest()
    if known.partition(_UNREAD)[0].endswith(stamp.rpartition(":")[2]):
        return []
    try:
        return _parsed(file, data, stamp)
    except DigestError as error:
        return _failed(file, known, str(error), stamp)


def _failed(file: _File, known: str, reason: str, stamp: str) -> list[Batch | Failed]:
    """A failure, unless it is known."""
    stamp = f"{stamp}{_UNREAD}{reason}"
    return [] if known == stamp else [Failed(file.part, reason, stamp=stamp)]


def _parsed(file: _File, data: bytes, stamp: str) -> list[Batch | Failed]:
    """A file is one batch, an mbox one for each mail; the last has the stamp, so that all or none count as read."""
    if file.is_in_maildir:
        return [Batch(file.part, digest_of(data), stamp)]
    if not is_mbox(data):
        return [Batch(file.part, parse_digest(data), stamp)]
    digests = [digest_of(mail) for mail in mails_of(data)]
    if not any(digest.papers for digest in digests):
        raise DigestError(
            f"none of its {counted(len(digests), 'mail')} holds a digest"
            if len(digests) > 1
            else "its mail holds no digest"
        )
    *first, last = digests
    return [*(Batch(file.part, digest) for digest in first), Batch(file.part, last, stamp)]
