"""Rendered entries, kept once for the whole process, whatever address they are read at."""

import threading
from typing import Any

import pytest

from bot.publishing import edition, kept_entries
from bot.publishing.kept_entries import ENTRIES, KeptEntries
from bot.web import published, search
from feeds.paper import Paper
from feeds.render import render_entries

BASE, OTHER = "https://papers.example.org/", "http://round.lan/"


def paper(number: int, *, linked: bool = True) -> Paper:
    links: dict[str, Any] = {"abstract": f"https://arxiv.org/abs/2601.{number:05}"} if linked else {}
    return Paper(f"2601.{number:05}", f"Paper {number}", "Text.", entry_id=f"tag:a,2026:paper/{number}", links=links)


def test_there_is_one_cache_for_what_is_published_and_what_is_served() -> None:
    assert edition.ENTRIES is search.ENTRIES is published.ENTRIES is kept_entries.ENTRIES is ENTRIES


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_an_entry_is_made_once_for_all_addresses_unless_it_leads_there(form: Any) -> None:
    kept, members = KeptEntries(), [(1, "r1"), (2, "r2")]
    papers = {1: paper(1), 2: paper(2, linked=False)}
    first = kept.hold(members, BASE, [form]).take(members, papers, form)
    assert kept.hold(members, BASE, [form]).missing == set()
    assert kept.hold(members, OTHER, [form]).missing == {2}
    second = kept.hold(members, OTHER, [form]).take(members, {2: papers[2]}, form)
    assert first[0] is second[0]
    assert first == render_entries(list(papers.values()), BASE, form)
    assert second == render_entries(list(papers.values()), OTHER, form)


def test_no_more_are_kept_than_fit_whatever_addresses_are_made_up() -> None:
    kept = KeptEntries(at_most=10)
    for number in range(100):
        members = [(1, "r"), (2, "s")]
        held = kept.hold(members, f"http://h{number}/", ["rss"])
        some = {row: paper(row, linked=row == 2) for row in held.missing}
        assert len(held.take(members, some, "rss")) == 2
    assert kept.hold(members, "http://h0/", ["rss"]).missing >= {1}
    assert len(kept._sited) == 10
    assert len(kept._anywhere["rss"]) == 1


def test_what_cannot_be_rendered_is_left_out_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptEntries()
    monkeypatch.setattr("bot.publishing.kept_entries.render_entries", lambda papers, *_: [None for _ in papers])
    assert kept.hold([(1, "r")], BASE, ["rss"]).take([(1, "r")], {1: paper(1)}, "rss") == []
    assert kept.hold([(1, "r")], BASE, ["rss"]).missing == set()


def test_what_is_held_stays_though_it_is_dropped_meanwhile() -> None:
    """An entry that was there when papers were loaded, and gone when it was wanted, would be a paper lost."""
    kept = KeptEntries(at_most=2)
    kept.hold([(1, "r1")], BASE, ["rss"]).take([(1, "r1")], {1: paper(1)}, "rss")
    held = kept.hold([(1, "r1"), (2, "r2")], BASE, ["rss"])
    more = [(n, f"r{n}") for n in range(10, 20)]
    kept.hold(more, BASE, ["rss"]).take(more, {row: paper(row) for row, _ in more}, "rss")
    assert held.missing == {2}
    assert len(held.take([(1, "r1"), (2, "r2")], {2: paper(2)}, "rss")) == 2


def test_what_nobody_wanted_for_a_day_goes() -> None:
    kept, old, new = KeptEntries(), [(1, "r1"), (2, "r2")], [(2, "r2"), (3, "r3")]
    papers = {row: paper(row, linked=row != 2) for row in (1, 2, 3)}
    kept.hold(old, BASE, ["rss"]).take(old, papers, "rss")
    kept.let_go()
    kept.hold(new, BASE, ["rss"]).take(new, papers, "rss")
    assert kept.hold([*old, *new], BASE, ["rss"]).missing == set()
    kept.let_go()
    kept.hold(new, BASE, ["rss"])
    kept.let_go()
    assert kept.hold([*old, *new], BASE, ["rss"]).missing == {1}
    assert len(kept._anywhere["rss"]) == len(kept._sited) == 1


def test_two_threads_may_share_it() -> None:
    kept, wrong = KeptEntries(at_most=50), []

    def work(start: int) -> None:
        for number in range(start, start + 300):
            members = [(n, f"r{n}") for n in range(number, number + 5)]
            held = kept.hold(members, BASE, ["json"])
            found = held.take(members, {row: paper(row) for row in held.missing}, "json")
            if [one.id for one in found] != [f"tag:a,2026:paper/{row}" for row, _ in members]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 100, 0)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
