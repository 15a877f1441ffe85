"""What `check` says of a database server that does not answer, and of one that lets us in nowhere."""

import io
from pathlib import Path

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
