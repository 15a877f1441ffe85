"""The installation's key: made once, for its owner alone, and the same for all who ask."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.process.installation import KeyFileError, take_along, tokens_of


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "var" / "paperround.db.key"
    made = tokens_of(path)
    assert tokens_of(path).key == made.key
    assert len(made.key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_of_those_who_make_it_at_once_all_have_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = {one.key for one in pool.map(tokens_of, [tmp_path / "key"] * 16)}
    assert len(keys) == 1


@pytest.mark.parametrize("content", ["", "nonsense", "ab" * 31])
def test_a_spoilt_key_is_told_and_left_alone(tmp_path, content):
    (tmp_path / "key").write_text(content)
    with pytest.raises(KeyFileError, match="key"):
        tokens_of(tmp_path / "key")
    assert (tmp_path / "key").read_text() == content


def test_a_key_goes_along_with_its_database_and_overwrites_none(tmp_path):
    made = tokens_of(tmp_path / "old.db.key")
    take_along(tmp_path / "old.db.key", tmp_path / "new.db.key")
    assert tokens_of(tmp_path / "new.db.key").key == made.key
    assert stat.S_IMODE((tmp_path / "new.db.key").stat().st_mode) == 0o600
    other = tokens_of(tmp_path / "other.db.key")
    take_along(tmp_path / "old.db.key", tmp_path / "other.db.key")
    take_along(tmp_path / "none.key", tmp_path / "nowhere.key")
    assert tokens_of(tmp_path / "other.db.key").key == other.key
    assert not (tmp_path / "nowhere.key").exists()
