"""The environment file beside a configuration."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.environment import beside, parse
from bot.config.load import load
from bot.config.mistakes import ConfigError

TOKEN = "123456789:AAE-made-up"
FILE = '[[feeds]]\nslug = "all"\nquery = "*"\n[telegram]\ntoken_env = "MINE"\n'


def configured(folder: Path, environment: str, mode: int = 0o600) -> Path:
    (folder / "config.toml").write_text(FILE)
    (folder / "paperround.env").write_text(environment)
    (folder / "paperround.env").chmod(mode)
    return folder / "config.toml"


def test_a_secret_that_the_environment_lacks_is_taken_from_the_file_beside(tmp_path: Path) -> None:
    path = configured(tmp_path, f"# mine\n\nexport MINE = '{TOKEN}'\n")
    assert load(path, {}).in_clear() == (TOKEN,)
    assert load(path, {"MINE": ""}).in_clear() == (TOKEN,)


def test_the_environment_wins(tmp_path: Path) -> None:
    assert load(configured(tmp_path, "MINE=1:other\n"), {"MINE": TOKEN}).in_clear() == (TOKEN,)


@pytest.mark.threat(15)
def test_a_file_that_everybody_may_read_is_not_read(tmp_path: Path) -> None:
    path = configured(tmp_path, f"MINE={TOKEN}\n", 0o644)
    with pytest.raises(ConfigError, match=r"MINE is not set; .* chmod 600 paperround\.env") as caught:
        load(path, {})
    assert TOKEN not in str(caught.value)
    assert load(path, {"MINE": TOKEN}).in_clear() == (TOKEN,)


def test_a_line_that_is_none_is_named_by_its_number_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"paperround\.env: line 2 is no NAME=value") as caught:
        beside(configured(tmp_path, f"MINE=1\n{TOKEN}\n").parent, {})
    assert TOKEN not in str(caught.value)


@given(st.dictionaries(st.from_regex(r"\A[A-Z_]{1,9}\Z"), st.text("ab0-=#$_:/", min_size=1)))
def test_what_is_written_is_read_the_same(values: dict[str, str]) -> None:
    assert parse("".join(f"{name}={value}\n" for name, value in values.items())) == values
