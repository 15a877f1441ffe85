"""A person's own words on the command line: whatever they begin with, they are no options (found: 4)."""

import click
import pytest
from click.testing import CliRunner

from bot.commands.arguments import Worded


@click.command(cls=Worded)
@click.option("-v", "--verbose", is_flag=True)
@click.option("--days", type=int, default=30)
@click.argument("query")
def ask(query: str, *, days: int, verbose: bool) -> None:
    click.echo(f"{query}|{days}|{verbose}")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["-survey"], "-survey|30|False"),
        (["-video diffusion"], "-video diffusion|30|False"),
        (["diffusion -video"], "diffusion -video|30|False"),
        (["diffusion", "-video"], "diffusion -video|30|False"),
        (["-hallucination", "x"], "-hallucination x|30|False"),
        (["-v", "-video", "diffusion"], "-video diffusion|30|True"),
        (["-days", "--days", "7"], "-days|7|False"),
        (["--", "-v"], "-v|30|False"),
    ],
)
def test_words_that_begin_with_a_minus_are_words(typed: list[str], read: str) -> None:
    done = CliRunner().invoke(ask, typed)
    assert (done.exit_code, done.output.strip()) == (0, read)


@pytest.mark.parametrize("typed", [["flow", "--dayz", "7"], ["--dayz", "7"], ["flow matching", "-video", "--dayz=7"]])
def test_an_option_that_is_none_is_told_wherever_it_stands(typed: list[str]) -> None:
    done = CliRunner().invoke(ask, typed)
    assert (done.exit_code, "No such option '--dayz'. Did you mean '--days'?" in done.output) == (2, True), done.output
