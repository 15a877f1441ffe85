"""What `check` says of a database server that does not answer, and of one that lets us in nowhere."""

import io
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.commands import check
from bot.config.load import load
from tests import postgres

QUERY = """
[[feeds]]
slug = "mine"
title = "Mine"
query = "similar:2511.20123 OR library:mine"

[[libraries]]
name = "mine"
path = "mine.bib"
"""


async def told(folder: Path, url: str) -> tuple[int, list[str]]:
    (folder / "mine.bib").write_text("@article{a, title = {A title of five words}}")
    (folder / "config.toml").write_text(f'database = "{url}"\n{QUERY}')
    page = io.StringIO()
    code = await check.check(load(folder / "config.toml", {}), page, send=False)
    return code, page.getvalue().splitlines()


async def test_a_server_that_does_not_answer_is_not_reached(tmp_path: Path) -> None:
    code, lines = await told(tmp_path, "postgresql://me@127.0.0.1:1/papers")
    failed = [line for line in lines if line.startswith("FAILED")]
    assert (code, len(failed), lines[-1]) == (1, 1, "something is wrong: see above")
    assert "start again when the server answers" in failed[0]
    assert any(line.startswith("library mine: 1 paper") for line in lines)


async def test_a_database_that_is_not_there_is_a_wrong_configuration(tmp_path: Path) -> None:
    code, lines = await told(tmp_path, postgres.url().format("nobody_made_it"))
    failed = [line for line in lines if line.startswith("FAILED")]
    assert (code, len(failed)) == (2, 1)
    assert "make it once, with createdb" in failed[0]


async def test_a_user_who_is_not_there_is_told(tmp_path: Path) -> None:
    code, lines = await told(tmp_path, postgres.url().format("postgres").replace("postgres@", "nobody_at_all@"))
    assert code == 2
    assert "make it with createuser" in "".join(line for line in lines if line.startswith("FAILED"))


@pytest.mark.parametrize("role", ["create role stranger login", "create role reader login in role pg_read_all_data"])
@pytest.mark.parametrize("empty", [True, False])
async def test_a_user_who_may_change_nothing_is_told(tmp_path: Path, role: str, *, empty: bool) -> None:
    name = role.split()[2]
    with postgres.database(empty=empty) as server:
        with closing(psycopg.connect(server.url, autocommit=True)) as owner:
            owner.execute(role)
        try:
            code, lines = await told(tmp_path, server.url.replace("postgres@", f"{name}@"))
        finally:
            with closing(psycopg.connect(server.url, autocommit=True)) as owner:
                owner.execute(f"drop role {name}")
    failed = [line for line in lines if line.startswith("FAILED")]
    assert (code, len(failed)) == (2, 1)
    assert "its user may not change it, and must be its owner" in failed[0]


async def test_a_database_that_takes_no_changes_is_told(tmp_path: Path) -> None:
    with postgres.database() as server:
        code, lines = await told(tmp_path, f"{server.url}&options=-cdefault_transaction_read_only%3Don")
    assert code == 2
    assert "takes no changes, as a standby does" in "".join(line for line in lines if line.startswith("FAILED"))
