"""A paper's page, served, names the papers nearest to it with the words that they share."""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.store.engine import Store
from bot.store.schema_outliving import paper_vector
from bot.web.neighbours import Neighbours
from bot.web.turns import Steps, at_once
from feeds.likeness.vector import vector_of
from feeds.match import Batch
from feeds.paper import Paper
from tests.bot.web.site import Web
from tests.fakes.source import item

if TYPE_CHECKING:
    from bot.web.archive import Archive

LONG = 60.0
WORDS = ("flow", "matching", "video", "tokenizer", "graph", "protein", "folding", "speech")


async def test_the_nearest_are_named_with_the_words_shared_and_a_new_one_among_them(web: Web) -> None:
    await web.context.neighbours.made(await web.context.live.now(), LONG)
    before = (await web.get("/papers/2503.02130")).text
    assert "A gate that forgets" not in before
    web.put(item("2510.00077", "A gate that forgets", "Softmax attention with a forget gate again.", date(2025, 9, 12)))
    await web.context.neighbours.made(await web.context.live.now(), LONG)
    page = (await web.get("/papers/2503.02130")).text
    near = page.partition('aria-labelledby="near"')[2].partition("</section>")[0]
    assert '<a href="../papers/2510.00077.html" dir="auto">A gate that forgets' in near
    assert "Softmax attention" in near.partition("shares: ")[2]
    assert "papers/2503.02130.html" not in near


async def test_what_words_weigh_is_kept_by_the_first_who_asks_and_read_by_the_next(web: Web) -> None:
    context, archive = web.context, await web.context.live.now()
    await context.neighbours.made(archive, LONG)
    kept = await context.store.run(lambda some: some.execute(select(paper_vector)).all())
    some = {number: row.paper for number, row in archive.rows.items()}
    assert {row.paper_id: row.vector for row in kept} == {
        number: vector_of(one).to_bytes() for number, one in some.items()
    }
    asked, *_, other = some.values()
    (row,) = [number for number, one in some.items() if one is other]
    alike = update(paper_vector).where(paper_vector.c.paper_id == row).values(vector=vector_of(asked).to_bytes())
    with closing(Store(web.here.config.database)) as store:
        store.call(lambda some: some.execute(alike))
    again = Neighbours(context.live.ask, context.live.near)
    await again.made(archive, LONG)
    assert [(one.key, score) for one, score, _ in again.nearest(asked, 1)] == [
        (other.key, vector_of(asked).times(vector_of(asked).by_term()))
    ]


async def test_a_visitor_waits_for_no_index_and_another_sees_it(web: Web) -> None:
    archive = await web.context.live.now()
    turn = asyncio.Event()

    async def ask(steps: Steps[Any], _: float) -> Any:
        await turn.wait()
        return at_once(steps)

    web.context.__dict__["neighbours"] = Neighbours(ask)
    assert 'id="near"' not in (await web.get("/papers/2503.02130")).text
    turn.set()
    await web.context.neighbours.made(archive, LONG)
    assert 'id="near"' in (await web.get("/papers/2510.00001")).text


@dataclass
class Moment:
    """As much of an archive as is asked for."""

    serial: int
    batches: Mapping[int, Batch]


def named(neighbours: Neighbours, moment: Moment) -> list[list[tuple[str, int | None, tuple[str, ...]]]]:
    """What is named for each paper, made as of a moment."""

    async def made() -> int:
        return await neighbours.made(cast("Archive", moment), LONG)

    assert asyncio.run(made()) == moment.serial
    some = [paper for batch in moment.batches.values() for paper in batch.papers]
    return [[(one.key, one.votes, words) for one, words in neighbours.of(paper)] for paper in some]


async def asked(steps: Steps[Any], _: float) -> Any:
    return at_once(steps)


def stored(number: int, title: str, votes: int) -> Paper:
    return Paper(f"2601.{number:05}", title, "", votes=votes, key=f"2601.{number:05}")


papers = st.builds(
    lambda number, words, votes: stored(number, " ".join(words), votes),
    st.integers(1, 12),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=5),
    st.integers(0, 3),
)


@settings(max_examples=40)
@given(st.lists(st.lists(papers, min_size=1, max_size=12, unique_by=lambda one: one.key), min_size=2, max_size=6))
def test_what_is_added_and_changed_is_named_as_if_all_were_made_anew(moments: list[list[Paper]]) -> None:
    followed = Neighbours(asked)
    for serial, some in enumerate(moments, 1):
        moment = Moment(serial, {0: Batch(some[::2]), 1: Batch(some[1::2])})
        assert named(followed, moment) == named(Neighbours(asked), moment)


def test_votes_make_nothing_anew() -> None:
    some = [stored(number, "Flow matching for video", number) for number in range(5)]
    steps = list[int]()

    async def counted(them: Steps[Any], _: float) -> Any:
        steps.append(0)
        while True:
            try:
                next(them)
            except StopIteration as end:
                return end.value
            steps[-1] += 1

    neighbours = Neighbours(counted)
    named(neighbours, Moment(1, {0: Batch(some)}))
    voted = [replace(one, votes=9) for one in some]
    assert {votes for near in named(neighbours, Moment(2, {0: Batch(voted)})) for _, votes, _ in near} == {9}
    assert steps[0] > 0
    assert steps[1] == 0


async def test_a_search_for_what_is_near_finds_what_a_feed_would_hold(web: Web) -> None:
    web.put(item("2510.00077", "A gate that forgets", "Softmax attention with a forget gate again.", date(2025, 9, 12)))
    found = (await web.get("/search.json?q=similar:2503.02130")).json()["items"]
    assert [one["title"] for one in found] == ["A gate that forgets"]
    page = (await web.get("/search?q=-streaming+similar:2503.02130")).text
    assert "A gate that forgets" in page
    assert (await web.get("/search.json?q=similar:2401.99999")).json()["items"] == []
    assert (await web.get("/search?q=similar:")).status_code == 400
