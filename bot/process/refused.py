"""What a machine refuses for now, in one sentence: a full disk, a result that nobody takes, too many open files."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

_FOR_NOW = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}


def told(error: OSError) -> int:
    """The exit code of a command that ended so; what is no such refusal is a bug, and goes on up."""
    if error.errno not in _FOR_NOW:
        raise error
    where = f" ({error.filename})" if error.filename else ""
    with suppress(OSError):
        sys.stderr.write(f"paperround: {error.strerror}{where}\n")
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (what is left unwritten stays so)
    return 1
