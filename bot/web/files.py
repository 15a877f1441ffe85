"""The published files, kept in memory until they change on disk. Nothing outside the folder, no link, no dotfile."""

import os
import re
import stat
from collections.abc import Callable
from mimetypes import guess_type
from pathlib import Path

from bot.web.body import SMALL, Body, body_of
from bot.web.kept import KeptBodies
from feeds.render import CONTENT_TYPES

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
"""No segment begins with a dot, so none leads up."""
_Stamp = tuple[int, int, int]


class PublicFiles:
    """The files of one folder, by their path below it."""

    def __init__(
        self, folder: Path, kept: KeptBodies | None = None, hides: Callable[[Path], bool] = lambda _path: False
    ) -> None:
        self._folder = folder
        self._hides = hides
        """What is never served, and never opened."""
        self._kept = kept or KeptBodies()

    def get(self, path: str) -> Body | None:
        """The file of that path; None where there is none that may be served."""
        stamp = self._stamp(path) if _NAME.fullmatch(path) else None
        if stamp is None:
            return None
        known = self._kept.get(path, stamp)
        return known or (None if self._hides(self._folder / path) else self._read(path))

    def _stamp(self, path: str) -> _Stamp | None:
        """What tells a file from its next version; None for what is no plain file in plain folders."""
        try:
            for end, letter in enumerate(path):
                if letter == "/" and not stat.S_ISDIR(os.lstat(f"{self._folder}/{path[:end]}").st_mode):
                    return None
            found = os.lstat(f"{self._folder}/{path}")
        except OSError:
            return None
        return _stamp_of(found) if stat.S_ISREG(found.st_mode) else None

    def _read(self, path: str) -> Body | None:
        try:
            handle = self._open(path)
        except OSError:
            return None
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            body = body_of(file.read(), content_type(path), found.st_mtime, SMALL)
        return self._kept.put(path, _stamp_of(found), body)

    def _open(self, path: str) -> int:
        """Folder by folder and never through a link, whatever was put there since it was looked at (threats: 16)."""
        *folders, name = path.split("/")
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = inner
            return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
        finally:
            os.close(handle)


def content_type(path: str) -> str:
    """By the ending; JSON below `feeds/` is a feed."""
    ending = path.rpartition(".")[2]
    if ending in CONTENT_TYPES and (ending != "json" or path.startswith("feeds/")):
        return CONTENT_TYPES[ending]
    kind = "image/webp" if ending == "webp" else guess_type(path)[0] or "application/octet-stream"  # new in 3.13
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith("javascript") else kind


def _stamp_of(found: os.stat_result) -> _Stamp:
    return found.st_mtime_ns, found.st_size, found.st_ino
