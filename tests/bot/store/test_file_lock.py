"""One process leads on a file: by a lock beside it."""

from pathlib import Path

import pytest

from bot.store.database import LockedError
from bot.store.file_lock import is_held_here, only_writer


@pytest.mark.parametrize("linked", ["there.db", "folder/paperround.db"])
def test_a_file_has_one_lock_whatever_links_name_it(tmp_path: Path, linked: str) -> None:
    real, link = tmp_path / "var" / "paperround.db", tmp_path / linked
    real.parent.mkdir()
    (tmp_path / "folder").symlink_to("var")
    (tmp_path / "there.db").symlink_to(real)
    with only_writer(real):
        assert is_held_here(link)
        with pytest.raises(LockedError, match=f"is already collecting and sending on {link}"), only_writer(link):
            pass
    with only_writer(link):
        assert is_held_here(real)
    assert [path.name for path in real.parent.iterdir()] == ["paperround.db.lock"]
    assert not is_held_here(link)


def test_a_link_that_leads_round_in_circles_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with only_writer(tmp_path / "a"):
        assert is_held_here(tmp_path / "a")
