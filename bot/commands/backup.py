"""`backup`: a copy of the database as it is at one moment, beside whoever is at work on it."""

import os
from pathlib import Path

from bot.commands.opening import complain, configured, guarded, opened, say
from bot.store.database import Database
from bot.store.sqlite import remove


@guarded
def command(path: Path, *, verbose: bool, file: str) -> int:
    """1 where FILE stands already, which is left as it is, or cannot be written."""
    config = configured(path, verbose=verbose, secrets=False, platforms=False)
    copy = Path(file)
    if refusal := _refused(copy, config.database):
        complain(refusal)
        return 1
    begun = copy.with_name(f".{copy.name}.{os.getpid()}.new")
    try:
        with opened(config, looks=True) as store:
            store.copy_to(begun)
        begun.rename(copy)
    except OSError as error:
        complain(f"{copy} cannot be written: {error.strerror}")
        return 1
    finally:
        remove(begun)
    say(f"{copy}: {copy.stat().st_size / 1e6:.1f} MB; put it where database points to go on from it")
    return 0


def _refused(copy: Path, database: Database) -> str:
    if not isinstance(database, Path):
        return f"{database} is no file; PostgreSQL's own pg_dump copies it"
    if copy.exists() or copy.is_symlink():
        return f"{copy} is there already and stays as it is; name a file that is not"
    if not copy.parent.is_dir():
        return f"there is no folder {copy.parent}"
    if not database.exists():
        return f"there is no database {database} yet; paperround once makes it"
    return ""
