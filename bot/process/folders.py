"""Whether a folder can be written to, found out by writing: no mode tells of a full or locked disk."""

import errno
import os
import tempfile
from pathlib import Path

_BYTES = 4096
_FULL = {errno.ENOSPC, errno.EDQUOT}


def unwritable(folder: Path) -> str:
    """Why no file can be made there; empty: one can, and is gone again. Makes no folder: its parent stands for it."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there, prefix=".paperround-") as file:
            file.write(bytes(_BYTES))
            file.flush()
    except OSError as error:
        return f"{folder} cannot be written to: {_reason(there, error)}"
    return ""


def unwritable_file(path: Path) -> str:
    """The same for a file that is changed in place, and for those made beside it."""
    if path.exists() and not os.access(path, os.W_OK):
        return f"{path} may not be changed by this user: give it to the user who runs paperround"
    return unwritable(path.parent)


def _reason(there: Path, error: OSError) -> str:
    if not there.is_dir():
        return f"{there} is a file; put it aside, or name another folder"
    if error.errno in _FULL:
        return f"{error.strerror}; make room there, or name a folder of another disk"
    if error.errno == errno.EROFS:
        return f"{error.strerror}; name a folder of a disk that can be written to"
    return f"{error.strerror}; make {there} writable for the user who runs paperround, or name another folder"
