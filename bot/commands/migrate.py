"""`migrate`: the whole database into an empty one, a file or a server's, verified row by row."""

import os
from pathlib import Path

from bot.commands.opening import complain, configured, guarded, show
from bot.config import secrets
from bot.config.database import check, database_at, key_file
from bot.config.environment import beside
from bot.config.load import Config
from bot.process.installation import take_along
from bot.rules.shapes import SecretPlace
from bot.rules.words import counted
from bot.store.database import Database
from bot.store.kinds import exists, only_writer
from bot.store.moving import Sum, move


@guarded
def command(path: Path, *, verbose: bool, to: str, password_env: str | None, as_json: bool) -> int:
    """1 where the other one is not empty, which is left as it is, or cannot be written, or a process is at work."""
    config = configured(path, verbose=verbose, secrets=False, platforms=False)
    target = _target(config, to, password_env)
    if refusal := _refused(config.database, target):
        complain(refusal)
        return 1
    try:
        with only_writer(config.database):
            moved = move(config.database, target)
            take_along(config.key_file, key_file(target, config.folder))
    except OSError as error:
        complain(f"{target} cannot be written: {error.strerror}")
        return 1
    tables = {name: {"rows": one.rows, "sha256": str(one)} for name, one in moved.items()}
    show({"to": str(target), "tables": tables}, text_of(moved, to), as_json=as_json)
    return 0


def text_of(moved: dict[str, Sum], to: str) -> str:
    """What was moved, a line a table, and what to do now."""
    lines = [f"{name}: {counted(one.rows, 'row')}, sum {str(one)[:16]}" for name, one in moved.items() if one.rows]
    total = counted(sum(one.rows for one in moved.values()), "row")
    return "\n".join([*lines, f'{total}, each found again; write database = "{to}" to go on there, and only there'])


def _target(config: Config, to: str, password_env: str | None) -> Database:
    check(to, "--to")
    places = secrets.password_of_a_server(config.settings) if secrets.is_server(to) else []
    if password_env:
        places = [SecretPlace("", "database_password", password_env, None)]
    return database_at(to, config.folder, secrets.read(places, config.folder, beside(config.folder, os.environ)))


def _refused(source: Database, target: Database) -> str:
    if str(source) == str(target):
        return f"{target} is the database itself; name another one"
    if isinstance(target, Path) and not target.parent.is_dir():
        return f"there is no folder {target.parent}"
    if not exists(source):
        return f"there is no database {source} yet; paperround once makes it"
    return ""
