"""A few hundred mutations of recorded digests, and a part of the feedparser project's corpus; `make fuzz` does all."""

import random
from pathlib import Path

import pytest

from tests.fuzz import Outcome, judged, mutants, mutation, recorded
from tests.readable import Reading

OWN = sorted((Path(__file__).parent / "data").glob("*.input"))


def faults(outcomes: list[Outcome]) -> list[str]:
    return [f"{one.name}: {fault}" for one in outcomes for fault in one.faults]


def test_recorded_digests_are_read_or_refused_and_every_title_stands_in_them(data: Path) -> None:
    assert len(list((data / "feeds" / "feedparser").rglob("*.*"))) >= 1193
    outcomes = [judged(path.name, path.read_bytes()) for path in recorded()[::20]]
    assert faults(outcomes) == []
    assert sum(one.papers for one in outcomes) > 100


@pytest.mark.parametrize("seed", [1, 2])
def test_mutations_of_recorded_digests_are_read_or_refused(data: Path, seed: int) -> None:
    assert data.is_dir()
    outcomes = [judged(*one) for one in mutants(100, seed, recorded())]
    assert faults(outcomes) == []
    assert sum(one.papers for one in outcomes) > 300


def test_mutations_of_our_own_digests_are_read_or_refused() -> None:
    draw = random.Random(3)
    outcomes = [judged(path.name, mutation(path.read_bytes(), draw)) for path in OWN for _ in range(10)]
    assert faults(outcomes) == []
    assert sum(one.papers for one in outcomes) > 200


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (b"<title>A &amp;lt;b&amp;gt; of C &amp; D</title>", "A <b> of C & D"),
        (b'[{"title": "On $\\\\mu$LO\\n  and \\u00e9clat"}]', "On μLO and éclat"),
        ("Größe".encode("utf-16"), "Größe"),
        (b"Content-Transfer-Encoding: quoted-printable\n\nStream=\ning =C3=A9", "Streaming é"),
        (b"by [![](https://a.example/b.png)AK](https://a.example/c) and more", "by AK and more"),
    ],
)
def test_the_judge_finds_what_a_reader_sees(data: bytes, title: str) -> None:
    assert Reading(data).holds(title)
    assert not Reading(data).holds(title + " too")
    assert not Reading(data).holds("Another title")


def test_the_judge_tells_of_a_title_that_was_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.digests.huggingface.title_text", lambda title: f"{title} and then some")
    outcome = judged("x", b'[{"paper": {"id": "2608.00001", "title": "T", "summary": "S"}}]')
    assert faults([outcome]) == ["x: the title does not stand in the input: 'T and then some'"]


def test_the_judge_tells_of_a_parser_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.digests.huggingface.title_text", lambda title: title[99])
    outcome = judged("x", b'[{"paper": {"id": "2608.00001", "title": "T", "summary": "S"}}]')
    assert "IndexError" in outcome.faults[0]
