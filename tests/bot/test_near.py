"""`similar:` and `library:`: one bound for all who ask, in a feed, an alert, a search, `try`, a chat and a page."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from bot.chat.commands import Preview, Search, Subscribe
from bot.chat.seeking import sought
from bot.commands import own_papers
from bot.commands.explain import explain
from bot.config.libraries import LibraryFile, libraries_of
from bot.config.load import load as load_config
from bot.rules.backtest import backtest
from bot.rules.found import found_by
from bot.store.archive import codec, feeds, paper_rows, papers, pruning, references
from bot.store.archive.look import look
from bot.store.archive.near import Near
from bot.store.archive.nearby import Nearby
from bot.store.archive.vectors import vectors_of
from bot.store.database import Database
from bot.store.kinds import kind_of
from bot.store.schema_outliving import paper_vector, reference
from bot.store.subscriptions import roll
from bot.web.archive import load
from bot.web.preview import previewed
from bot.web.turns import at_once
from feeds.likeness.reference import FEWEST, usual_bound
from feeds.likeness.vector import vector_of
from feeds.match import match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query
from tests.newsroom import NOON, TO, Newsroom
from tests.world import alert

TODAY = NOON.date()
FLOW = Paper("2601.00001", "Flow matching for video tokenizers", "A video tokenizer is trained by flow matching.")
LIKE = Paper("2601.00002", "Video tokenizers, trained by flow matching", "We train them all.")
SECOND = Paper("2601.00003", "Flow matching trains a video tokenizer", "It is cheap.")
OTHER = Paper("2601.00004", "Protein folding with graph networks", "Residues are nodes.")
FEED = '[[feeds]]\nslug = "near"\ntitle = "Near"\nquery = "similar:2601.00001"\n'
LIBRARY = '[[libraries]]\nname = "mine"\npath = "mine.bib"\n'
BIB = "@article{flow, title={Flow matching for video tokenizers}, eprint={2601.00001}, year={2026}}\n"


def stored(connection: Connection) -> dict[int, Paper]:
    return {row.id: codec.from_row(row) for row in paper_rows.every(connection)}


@pytest.fixture
def room(tmp_path: Path, database: Database) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path, database)
    yield made
    made.store.close()


def dated(*some: Paper, day: date = TODAY) -> list[Paper]:
    return [replace(one, announced=day) for one in some]


def near_of(room: Newsroom) -> Near:
    return Near(room.store.database, libraries_of(room.config))


def asked(room: Newsroom, query: str) -> list[str]:
    """What a search finds."""
    with look(room.store.database) as archive:
        some = archive.announced_since(date.min)
    return [one.paper.id for one in found_by(match({"": query}, some, NOON, near_of(room)), "")]


async def in_feed(room: Newsroom) -> list[str]:
    rows = [one.row for one in await room.store.run(feeds.held, "near")]
    return [one.id for one in (await room.store.run(papers.by_ids, rows)).values()]


async def test_the_same_papers_everywhere(room: Newsroom) -> None:
    await room.configure(FEED, alert("near", "similar:2601.00001", TO))
    await room.read(dated(FLOW, LIKE, SECOND, OTHER))
    texts = await room.deliver(60.0)
    wanted = {LIKE.id, SECOND.id}
    assert set(asked(room, "similar:2601.00001")) == wanted
    assert set(await in_feed(room)) == wanted
    assert {one.id for one in (LIKE, SECOND, FLOW, OTHER) if any(one.title in text for text in texts)} == wanted
    query, near = parse_query("similar:2601.00001"), near_of(room)
    with look(room.store.database) as archive:
        told = backtest(archive, query, NOON, 30, near)
    assert {one.paper.id for one in told.found} == wanted
    assert all("flow matching" in map(str.lower, one.words) for one in told.found)
    previewed = await sought(Preview(query), [], room.store.database, NOON, near)
    assert previewed.backtest is not None
    assert {one.paper.id for one in previewed.backtest.found} == wanted
    assert {one.id for one in (await sought(Search(query), [], room.store.database, NOON, near)).papers} == wanted
    explained = await room.store.run(explain, room.config, LIKE.id, NOON)
    assert "flow matching" in explained.as_json()["alerts"][0]["terms"]


async def test_an_unknown_paper_waits_and_is_found_when_it_comes(room: Newsroom) -> None:
    await room.configure(FEED, alert("near", "similar:2601.00001", TO))
    await room.read(dated(LIKE, OTHER))
    assert asked(room, "similar:2601.00001") == await in_feed(room) == []
    with pytest.raises(QueryError, match="no paper of the archive is"):
        near_of(room).refuse_unknown(parse_query("diffusion similar:2601.00001"))
    await room.read(dated(FLOW, SECOND))
    assert set(asked(room, "similar:2601.00001")) == {LIKE.id, SECOND.id}
    assert await in_feed(room) == [SECOND.id]
    await room.configure(FEED, alert("near", "similar:2601.00001", TO))
    assert set(await in_feed(room)) == {LIKE.id, SECOND.id}


async def test_a_bound_is_kept_when_the_archive_grows_and_is_made_sure_once_a_year_says_enough(room: Newsroom) -> None:
    await room.configure()
    await room.read(dated(FLOW, LIKE))
    near, wanted = Nearby(room.store.database), "s2601.00001 1"
    assert near.knows(wanted)
    ((kept,),) = [await room.store.run(references.some, [wanted])]
    assert (kept.bound, bool(kept.sure)) == (usual_bound(1), False)
    many = [Paper(f"2512.{n:05}", f"Video number {n}", f"flow {n % 9}") for n in range(FEWEST)]
    await room.read(dated(*many[:5]))
    near.follow()
    assert await room.store.run(references.some, [wanted]) == [kept]


async def test_papers_wait_for_no_reference_and_none_is_lost_by_an_end_before_it_is_worked_out(room: Newsroom) -> None:
    await room.configure(alert("near", "similar:2601.00001", TO), alert("all", "protein", TO))
    await room.read(dated(FLOW, LIKE, OTHER), ends=False)
    assert [text.count(OTHER.title) for text in await room.deliver(60.0)] == [1]
    assert await room.store.run(references.changed, 0) == (0, [])
    await room.configure(alert("near", "similar:2601.00001", TO), alert("all", "protein", TO))
    await room.read([])
    assert [text.count(LIKE.title) for text in await room.deliver(60.0)] == [1]
    assert await room.store.run(roll.since) is None


async def test_what_words_weigh_is_kept_until_the_text_is_another_one_or_the_paper_is_gone(room: Newsroom) -> None:
    def kept() -> list[bytes]:
        return room.store.call(lambda some: [row.vector for row in some.execute(select(paper_vector))])

    await room.configure()
    await room.read(dated(FLOW))
    kind, ((first, one),) = kind_of(room.store.database), (await room.store.run(stored)).items()
    assert kept() == []
    assert vectors_of(kind, [one, LIKE]) == [vector_of(one), vector_of(LIKE)]
    assert kept() == [vector_of(one).to_bytes()]
    room.store.call(lambda some: some.execute(update(paper_vector).values(vector=vector_of(LIKE).to_bytes())))
    assert vectors_of(kind, [one]) == [vector_of(LIKE)]  # it is read
    changed = replace(one, abstract="Another text.")
    assert vectors_of(kind, [changed]) == [vector_of(changed)]
    assert kept() == [vector_of(changed).to_bytes()]
    assert await room.store.run(pruning.papers, first - 1, NOON + timedelta(days=9), NOON) is not None
    assert kept() == []


async def test_what_another_version_worked_out_is_worked_out_anew(room: Newsroom) -> None:
    await room.configure()
    await room.read(dated(FLOW, LIKE))
    wanted = "s2601.00001 1"
    assert Nearby(room.store.database).knows(wanted)
    now = await room.store.run(references.some, [wanted])
    room.store.call(lambda some: some.execute(update(reference).values(version=1, vector="", bound=7)))
    assert await room.store.run(references.some, [wanted]) == []
    assert Nearby(room.store.database).knows(wanted)
    assert await room.store.run(references.some, [wanted]) == now


async def test_what_is_kept_is_for_all_processes(room: Newsroom) -> None:
    await room.configure()
    await room.read(dated(FLOW, LIKE))
    assert Nearby(room.store.database).knows("s2601.00001 2")
    first = await room.store.run(references.some, ["s2601.00001 2"])
    await room.read(dated(SECOND, OTHER))
    assert Nearby(room.store.database).knows("s2601.00001 2")
    assert await room.store.run(references.some, ["s2601.00001 2"]) == first


async def test_a_library_is_read_looked_up_and_read_again_when_it_changes(room: Newsroom) -> None:
    library = room.folder / "mine.bib"
    library.write_text(BIB)
    await room.configure(LIBRARY, alert("mine", "library:mine", TO))
    await room.read(dated(FLOW, LIKE, OTHER))
    assert asked(room, "library:mine") == [LIKE.id]
    assert len(await room.deliver()) == 1
    library.write_text("@misc{a, title={Protein folding}, eprint={2601.00004}, eprinttype={arxiv}}")
    await room.read(dated(Paper("2601.00009", "Graph networks for protein folding", "Residues again."), SECOND))
    (text,) = await room.deliver(60.0)
    assert "Graph networks for protein folding" in text
    library.write_text("no library")
    await room.read(dated(Paper("2601.00010", "Protein folding by graph networks", "Nodes are residues.")))
    assert len(await room.deliver(60.0)) == 1  # it stays as it was last understood


async def test_without_such_queries_nothing_is_worked_out(room: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    await room.configure(alert("all", "flow", TO))
    await room.read(dated(FLOW))
    assert await room.store.run(references.changed, 0) == (0, [])


async def test_a_library_of_most_of_the_year_is_worked_out_once_by_the_share_of_the_others(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.likeness.reference.FEWEST", 4)
    both = BIB + "@article{second, title={Flow matching trains a video tokenizer}, eprint={2601.00003}}\n"
    (room.folder / "mine.bib").write_text(both)
    more = replace(LIKE, id="2601.00005", title="Flow matching", abstract="Of tokenizers.")
    await room.configure(LIBRARY, FEED)
    await room.read(dated(FLOW, SECOND, LIKE, more, OTHER))
    assert asked(room, "library:mine") == [more.id]  # the nearest of three
    before = await room.store.run(references.changed, 0)
    assert [one.sure for one in before[1]] == [True, True]
    near_of(room).learn([parse_query("library:mine")])
    assert await room.store.run(references.changed, 0) == before


async def test_a_library_that_cannot_be_read_is_not_said_to_be_none(room: Newsroom) -> None:
    (room.folder / "mine.bib").write_text("nothing")
    await room.configure(LIBRARY, FEED)
    await room.read(dated(FLOW))
    with pytest.raises(QueryError, match="library mine cannot be read as it is") as told:
        near_of(room).refuse_unknown(parse_query("library:mine"))
    assert str(room.folder) not in str(told.value)


async def test_who_subscribes_to_what_is_not_there_is_told(room: Newsroom) -> None:
    await room.configure(FEED)
    await room.read(dated(FLOW))
    there, near = await room.store.run(load, None, NOON, near_of(room)), near_of(room)
    for text, told in (
        ("similar:2401.99999", "no paper of the archive is 2401.99999: until then it matches nothing"),
        ("flow library:hers", "no library of the configuration is named hers: until then it matches nothing"),
    ):
        query = parse_query(text)
        asked = await sought(Subscribe(query), [], room.store.database, NOON, near)
        assert asked.backtest is not None
        assert asked.backtest.note == told
        assert told in at_once(previewed(there, query, NOON)).words


@pytest.mark.once_is_enough
async def test_check_says_what_was_understood_of_libraries_and_what_waits(room: Newsroom) -> None:
    (room.folder / "mine.bib").write_text(BIB + "@misc{b, title={Unheard of}, abstract={Here.}}\n@misc{c, year={1}}")
    broken = '[[libraries]]\nname = "broken"\npath = "none.ris"\n'
    waits = alert("waits", "similar:2401.99999 OR library:hers", TO)
    await room.configure(LIBRARY, broken, FEED, waits)
    await room.read(dated(FLOW))
    mine, none = own_papers.libraries(room.config)
    told = "2 papers, 1 with an abstract, 1 more found in the archive; 1 item without a title, or broken"
    assert mine == ("mine", told, False)
    assert none.wrong
    assert "none.ris cannot be read" in none.words
    assert list(own_papers.unknown(room.config)) == [
        "alert waits: similar:2401.99999 waits and matches nothing: no such paper is in the archive yet",
        "alert waits: library:hers waits and matches nothing: no library has that name",
    ]


@pytest.mark.parametrize("made", [os.mkfifo, os.mkdir])
def test_a_library_that_is_no_file_is_told_and_not_waited_for(tmp_path: Path, made: Callable[[Path], None]) -> None:
    made(tmp_path / "mine.bib")
    with pytest.raises(ValueError, match=r"mine\.bib is no file"):
        LibraryFile(tmp_path / "mine.bib").papers()


def test_check_says_what_waits_before_there_is_a_database(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(LIBRARY + alert("typo", "library:mnie OR library:mine", "console:"))
    config = load_config(tmp_path / "config.toml", {})
    (told,) = own_papers.unknown(config)
    assert told.endswith("library:mnie waits and matches nothing: no library has that name (did you mean mine?)")
