"""`export`: what a query matches, for a reference manager."""

import json

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.commands.everywhere import Options
from tests.bot.web.site import PAPERS
from tests.feeds.citation.reading import from_bibtex, from_csl, from_ris
from tests.world import INBOX, World

READERS = {"bibtex": from_bibtex, "ris": from_ris, "csl": from_csl}


@pytest.fixture
def filled(here: World) -> World:
    here.configure(INBOX)
    here.drop("first.json", json.dumps(PAPERS).encode())
    here.round()
    return here


def export(here: World, *words: str) -> tuple[int, str]:
    made = CliRunner().invoke(cli, ["--config", str(here.folder / "config.toml"), "export", *words], obj=Options())
    return made.exit_code, made.stdout


@pytest.mark.parametrize("form", READERS)
def test_what_a_query_matches_newest_first(filled: World, form: str) -> None:
    code, text = export(filled, "streaming", "--as", form)
    assert code == 0
    assert [one.title for one in READERS[form](text)] == ["Streaming video agents", "The Dragon Hatchling"]


def test_lines_of_json_have_all_that_is_known(filled: World) -> None:
    code, text = export(filled, "--as", "jsonl", "-agents", "streaming")
    (line,) = text.splitlines()
    assert code == 0
    assert json.loads(line) == {
        "key": "2509.26507",
        "id": "2509.26507",
        "title": "The Dragon Hatchling",
        "abstract": "Streaming neurons that meet locally.",
        "authors": ["Ada Lovelace", "Alan Turing"],
        "announced": "2025-09-09",
        "published": json.loads(line)["published"],
        "votes": 90,
        "links": json.loads(line)["links"],
    } | {name: json.loads(line)[name] for name in json.loads(line) if name in {"comments", "org", "stars"}}


def test_nothing_found_is_an_empty_file_and_a_bad_query_is_told(filled: World) -> None:
    assert export(filled, "nothingness") == (0, "")
    assert export(filled, "nothingness", "--as", "csl") == (0, "[\n\n]\n")
    assert export(filled, "(")[0] == 2
