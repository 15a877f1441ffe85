"""Threats by number: each has a test that carries its mark."""

import re
import stat
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store
from feeds.match import match
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.render import Feed, entry_id, render
from feeds.text import plain
from tests.defences import DEFENCES
from tests.desk import outside
from tests.fakes.source import items
from tests.taken_out import stale
from tests.world import DAILY, ROOT, World, alert, feed

TODAY = datetime.now(UTC).date()
ROWS = range(1, 27)


def test_every_row_has_a_test() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    marked = {int(number) for text in texts for number in re.findall(r"^@pytest\.mark\.threat\((\d+)\)", text, re.M)}
    assert marked == set(ROWS)


def test_every_row_has_a_defence_that_can_be_taken_out() -> None:
    """`python -m tests.defences` takes out one after the other, and looks whether a test fails."""
    assert {one.row for one in DEFENCES} == set(map(str, ROWS))
    assert [wrong for one in DEFENCES if (wrong := stale(one))] == []


@pytest.mark.threat(9)
@pytest.mark.threat(20)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(), min_size=1), abstract=st.text(st.characters()))
def test_any_text_is_stored_and_rendered_and_changes_no_table(
    any_database: Database, title: str, abstract: str
) -> None:
    store = Store(any_database)
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for text in (title, "'); drop table paper; --", '" or 1=1 --'):
        one = Paper(f"x{plain(text)}", plain(text) or "x", plain(abstract))
        seen = Sighting("daily'; --", "huggingface", one, now.date())
        stored = store.call(papers.add, seen, now, lambda day, key: entry_id("https://a.example/", day.year, key))
        for kind in ("rss", "atom"):
            parsed = feedparser.parse(render(Feed("all", "All", "*", "https://a.example/"), [stored.paper], kind))
            assert (parsed.bozo, len(parsed.entries)) == (False, 1)
    assert outside(store, "select count(*) from paper")[0][0] >= 3
    store.close()


@pytest.mark.threat(10)
def test_what_turns_text_around_or_hides_in_it_is_taken_out_and_what_joins_signs_stays() -> None:
    assert plain("safe\u202etxet desrever\u202c") == "safetxet desrever"
    assert plain("\u2066iso\u2069lated\ufeff soft\u00adhyphen") == "isolated softhyphen"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert plain(family) == family
    split = Paper("x", "An l\u200blm for everyone", "x")
    assert list(match({"q": parse_query("llm")}, [split])["q"]) == [split]
    assert not any(unicodedata.bidirectional(letter) in {"RLO", "LRO"} for letter in plain("a\u202eb\u202dc"))


@pytest.mark.on_sqlite_alone("its files")
@pytest.mark.threat(15)
@pytest.mark.parametrize("umask", [0, 0o077])
def test_state_is_for_its_owner_alone_and_what_is_published_for_everyone(here: World, umask: int) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "console:"))
    program = (
        "from bot.store import sqlite; from tests import template; sqlite._make_private = template._make_private\n"
        f"import os; os.umask({umask}); from bot.cli import main; import sys; sys.argv = ['paperround', 'once']; main()"
    )
    assert here.run_python(program).returncode == 0
    state = [path for path in (here.folder / "var").iterdir() if path.is_file()]
    assert state
    assert {stat.S_IMODE(path.stat().st_mode) for path in state} == {0o600}
    assert stat.S_IMODE((here.folder / "var").stat().st_mode) == 0o700
    published = here.folder / "public"
    assert stat.S_IMODE((published / "feeds" / "all.rss").stat().st_mode) == 0o644
    folders = [published, *(path for path in published.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o755}


@pytest.mark.threat(22)
def test_every_pin_has_its_hash_and_a_wrong_one_is_not_installed(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.split(r"\n(?=[a-z0-9])", text.replace("\\\n", " "))
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins if pin.strip())
        assert not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links)|https?://", text, re.MULTILINE)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(f"paperround @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    target = ["--target", str(tmp_path / "there"), "--no-deps", "--no-index"]
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", *target]
    done = subprocess.run([*pip, "-r", str(wrong)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "DO NOT MATCH" in done.stderr


@pytest.mark.threat(26)
def test_the_clock_set_on_or_back_a_day_loses_and_doubles_nothing(here: World) -> None:
    here.configure(DAILY, alert("all", "*", "telegram:@papers", head_start="3d"))
    for number, ahead in enumerate((0, 1, -1, 0)):
        here.source.days[TODAY.isoformat()] = items(3 * (number + 1), TODAY)
        here.round(ahead=timedelta(days=ahead))
    here.round()
    titles = [message.text.split("\n")[0] for message in here.telegram.messages]
    assert (len(titles), len(set(titles))) == (12, 12)
