"""The same papers are the same bytes: in another process, another thread, another feed, alone or all together."""

import locale
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.render import Kind, in_order, join_entries, render, render_entry, rendering, xml_feed
from feeds.render.entry import entry_of
from tests.feeds.render.samples import DATA, FEED, KINDS, small_papers

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import sys
from feeds.render import render
from tests.feeds.render.samples import FEED, small_papers
sys.stdout.buffer.write(b"".join(render(FEED, small_papers(), kind) for kind in ("rss", "atom", "json")))
"""


def _whole_feed_by_feedgen(kind: xml_feed.XmlKind) -> bytes:
    """feedgen's own writing of all entries at once: what the spliced bytes must equal, titles and line ends aside."""
    entries = [entry_of(paper, FEED.base_url) for paper in in_order(small_papers())]
    generator = xml_feed._generator(FEED, entries[0].updated, kind)
    for entry in entries:
        xml_feed._fill(generator.add_entry(order="append"), entry, kind)
    return xml_feed._serialised(generator, kind)


def _as_feedgen_writes(made: bytes) -> bytes:
    """Without our note to people, and without our line ends between entries."""
    declaration, _, rest = made.split(b"\n", 2)
    return declaration + b"\n" + rest.replace(b"\n", b"")


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_spliced_entries_are_the_bytes_that_feedgen_writes_for_the_whole_feed(kind: xml_feed.XmlKind) -> None:
    whole = xml_feed._TITLE.sub(xml_feed._hex_references, _whole_feed_by_feedgen(kind).rstrip())
    assert _as_feedgen_writes(render(FEED, small_papers(), kind)) == whole


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_the_same_bytes_alone_and_in_every_feed(kind: Kind) -> None:
    other = replace(FEED, slug="other", title="Other", query="*", hub="")
    for paper in small_papers():
        alone = render_entry(paper, FEED.base_url, kind)
        assert alone is not None
        for made in (render(FEED, small_papers(), kind), render(other, [paper], kind)):
            assert made.count(alone.data) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_kept_entries_join_to_the_feed_that_render_makes(kind: Kind) -> None:
    kept = [entry for p in in_order(small_papers()) if (entry := render_entry(p, FEED.base_url, kind))]
    assert join_entries(FEED, kept, kind) == render(FEED, small_papers(), kind)


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Kolkata"), ("2", "America/New_York")])
def test_another_process_with_another_hash_seed_and_zone_makes_the_same_bytes(seed: str, zone: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    child = subprocess.run([sys.executable, "-c", CHILD], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert child.stdout == b"".join((DATA / f"small.{kind}").read_bytes() for kind in KINDS)


def test_threads_make_the_same_bytes_and_leave_the_locale_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object) -> None:
        pytest.fail("the locale belongs to the whole process")

    monkeypatch.setattr(locale, "setlocale", trip)
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: render(FEED, small_papers(), "rss"), range(40)))
    assert made == {(DATA / "small.rss").read_bytes()}


def test_the_mark_of_a_rendering_changes_with_the_bytes_that_it_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = rendering.__wrapped__()
    assert now == rendering() == rendering.__wrapped__()
    for kind in KINDS:
        with monkeypatch.context() as another:
            another.setattr(
                "feeds.render.render", lambda feed, papers, k, kind=kind: render(feed, papers, k) + b" " * (k == kind)
            )
            assert rendering.__wrapped__() != now
