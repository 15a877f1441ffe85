"""Likeness: exact, the same from either paper and in any order; what is near, by which words, and what a query says."""

from array import array
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from struct import pack
from sys import byteorder

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests import parse_digest
from feeds.likeness import Likeness, References
from feeds.likeness.among import Among
from feeds.likeness.index import Index
from feeds.likeness.rarity import rarities
from feeds.likeness.reference import FEWEST, Reference, bound_of, usual_bound
from feeds.likeness.shared import shared_words
from feeds.likeness.vector import ONE, UNIT, Vector, centroid, vector_of
from feeds.likeness.words import BITS, number_of, numbers, terms
from feeds.match import match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query
from feeds.words.inflection import compared
from feeds.words.reading import as_compared, read

WORDS = st.lists(
    st.sampled_from(["flow", "matching", "video", "tokenizer", "the", "we", "kvcache", "3.1", "ids", "IDS", "café"]),
    max_size=12,
)
PAPERS = st.builds(lambda title, abstract: Paper("1", " ".join(title), " ".join(abstract)), WORDS, WORDS)
VECTORS = st.dictionaries(
    st.sampled_from([0, 1, 7, 1 << 16, (1 << 20) + 7, 1 << 29, (1 << BITS) - 1]), st.integers(0, 0xFFFF)
).map(lambda weights: Vector(array("I", weights), array("H", weights.values())))
DAY = date(2026, 11, 2)
GOLDEN = [(57685907, 6796), (182004497, 6166), (403076525, 8989)]


def paper(number: int, title: str, abstract: str = "", **more: object) -> Paper:
    return Paper(f"2501.{number:05}", title, abstract, announced=DAY, **more)  # type: ignore[arg-type]


FLOW = paper(1, "Flow matching for video tokenizers", "A video tokenizer is trained by flow matching.")
LIKE = paper(2, "Video tokenizers by flow matching", "We train them.")
OTHER = paper(3, "Protein folding with graph networks", "Residues are nodes.")
FAR = paper(4, "Speech", "Phonemes of rare dialects.")


@given(PAPERS, PAPERS)
def test_a_score_is_exact_the_same_from_either_paper_and_at_most_one(one: Paper, other: Paper) -> None:
    a, b = vector_of(one), vector_of(other)
    assert a == vector_of(one)
    score = a.times(b.by_term())
    assert score == b.times(a.by_term())
    assert 0 <= score <= ONE * 1.01  # they are short


@given(st.lists(PAPERS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_papers_changes_no_score(papers: list[Paper], random: "object") -> None:
    vectors = list(map(vector_of, papers))
    asked = vectors[0]
    expected = [one.times(asked.by_term()) for one in vectors]
    assert Index(vectors).scores(asked) == expected
    assert Index(reversed(vectors)).scores(asked) == expected[::-1]


@given(st.lists(PAPERS, max_size=6), st.lists(PAPERS, max_size=6))
def test_columns_say_what_each_pair_of_papers_says(day: list[Paper], asked: list[Paper]) -> None:
    references = {f"s{number} 1": Reference(vector_of(one), 1) for number, one in enumerate(asked)}
    among = Among(day, references.get)
    for wanted, reference in references.items():
        scores = [vector_of(one).times(reference.vector.by_term()) for one in day]
        assert list(among.scores(reference.vector)) == scores
        assert among.near(wanted) == sum(1 << number for number, score in enumerate(scores) if score)


@given(PAPERS)
def test_the_terms_of_a_paper_are_what_its_numbers_stand_for(one: Paper) -> None:
    assert sorted(map(number_of, terms(one))) == sorted(numbers(one))


def test_a_large_batch_says_what_each_pair_of_papers_says() -> None:
    day = [paper(number, f"word{number % 50} word{number % 31}", f"word{number % 7} matching") for number in range(150)]
    among = Among(day, {}.get)
    for asked in map(vector_of, day[:6]):
        assert list(among.scores(asked)) == [vector_of(one).times(asked.by_term()) for one in day]


def test_terms_that_end_alike_are_told_apart() -> None:
    one, other = (Vector(array("I", [term]), array("H", [3])) for term in (5, 5 + (1 << 20)))
    assert Index([one, other]).scores(one) == [9, 0]


@pytest.mark.parametrize(("papers", "places"), [(1 << 16, 15), (1 << 16, 5), (7, 6)])
@given(vectors=st.lists(VECTORS, max_size=40))
def test_an_index_says_what_each_vector_says(papers: int, places: int, vectors: list[Vector]) -> None:
    """In several parts, and in steps of a few places, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feeds.likeness.index._MOST", papers)
        patch.setattr("feeds.likeness.index._PIECE", places)
        patch.setattr("feeds.likeness.index._FEW", 1)
        index = Index(vectors)
    for asked in vectors[:5]:
        assert index.scores(asked) == [one.times(asked.by_term()) for one in vectors]


def test_an_index_made_in_steps_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.likeness.index._PIECE", 6)
    vectors = [vector_of(paper(number, f"word{number % 50} matching")) for number in range(100)]
    steps = Index.in_steps(vectors)
    made = 0
    while True:
        try:
            next(steps)
        except StopIteration as done:
            index = done.value
            break
        made += 1
    assert made >= 2 * len(vectors) // 16
    assert index.scores(vectors[3]) == Index(vectors).scores(vectors[3])


@given(PAPERS)
def test_what_is_kept_is_read_as_it_was(one: Paper) -> None:
    assert Vector.of_bytes(vector_of(one).to_bytes()) == vector_of(one)


def test_what_is_kept_is_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    vector = vector_of(FLOW)
    written, form = [*vector.terms, *vector.weights], f"{len(vector.terms)}I{len(vector.terms)}H"
    assert vector.to_bytes() == pack(f"<{form}", *written)
    swapped = pack(f"{'>' if byteorder == 'little' else '<'}{form}", *written)
    monkeypatch.setattr("feeds.likeness.vector.byteorder", "big")
    assert vector.to_bytes() == swapped
    assert Vector.of_bytes(swapped) == vector


def test_the_table_says_the_rarer_the_more() -> None:
    known, highest = rarities()
    assert len(known) == 15_000
    assert known[number_of("models")] == 0 < known[number_of("diffusion model")] < known[number_of("protein")] < highest
    assert number_of("tokenizer video") != number_of("video tokenizer") not in {number_of("video")}


def test_a_vector_is_what_it_was_in_every_release() -> None:
    """Kept bounds depend on it."""
    vector = vector_of(FLOW)
    assert sorted(zip(vector.terms, vector.weights, strict=True))[:3] == GOLDEN
    length = sum(weight * weight for weight in centroid([vector]).weights)
    assert length == pytest.approx(UNIT * UNIT, rel=0.001)


def test_the_vectors_of_real_papers_are_what_they_were_to_the_bit() -> None:
    papers = parse_digest(Path("bot/demo/digest.json").read_bytes()).papers
    kept = b"".join(vector_of(one).to_bytes() for one in papers)
    assert sha256(kept).hexdigest().startswith("e8e37d644030484c")


@given(st.text(st.sampled_from("aAbBsSzZ sS1.-+,\n'éÉß日")) | st.text(st.sampled_from("ABS -1É")))
def test_a_word_as_it_is_written_compares_as_it_does_in_its_text(text: str) -> None:
    reading = read(text)
    assert reading.compared() == list(map(as_compared, reading.written))
    if text.isupper() and sum(any(map(str.isalpha, word)) for word in reading.plain) > 1:
        assert reading.compared() == list(map(compared, reading.plain))


def test_the_nearest_come_first_with_what_they_share_and_without_the_paper_itself() -> None:
    (first, score, words), *others = Likeness([OTHER, FLOW, LIKE, FAR]).nearest(FLOW)
    assert first == LIKE
    assert 0 < score < 1
    assert set(words) >= {"Video tokenizers", "flow matching"}
    assert all(one.id != FLOW.id for one, *_ in others)
    assert Likeness([FLOW, LIKE]).nearest(replace(FLOW, id="9", title="", abstract="")) == []


def test_words_that_a_sign_parts_are_no_pair() -> None:
    one = paper(1, "Flow matching for whales")
    assert "flow matching" in shared_words(vector_of(one), paper(2, "The flow matching"))
    assert set(shared_words(vector_of(one), paper(2, "The flow: matching"))) == {"flow", "matching"}


def test_function_words_are_no_reason() -> None:
    one, other = paper(1, "On the kvcache of llamas"), paper(2, "On the kvcache of whales")
    assert shared_words(vector_of(one), other) == ("kvcache",)


def test_a_library_is_what_its_papers_have_in_common_the_newest_most() -> None:
    like, other, far = (vector_of(one).by_term() for one in (LIKE, OTHER, FAR))
    ours, theirs = (centroid([vector_of(one) for one in some]) for some in ((LIKE, OTHER), (OTHER, LIKE)))
    assert ours.times(like) > theirs.times(like) > theirs.times(far)
    assert theirs.times(other) > ours.times(other) > ours.times(far)


def test_the_bound_is_the_score_of_the_last_of_the_nearest_share() -> None:
    scores = list(range(1, FEWEST + 1))
    assert bound_of(scores) == FEWEST - 9  # ten of 2,000
    assert bound_of(scores, 3) == FEWEST - 29
    assert bound_of(scores[1:]) == usual_bound(1) > usual_bound(3) > 0
    assert bound_of(scores[: FEWEST // 2], itself=FEWEST // 2) == FEWEST // 2 - 4  # of 2,000 in all
    assert bound_of([], itself=FEWEST) == usual_bound(1)
    assert bound_of([0] * FEWEST) == 1  # what shares nothing is not near


def test_queries_ask_for_what_is_near() -> None:
    near = Likeness([FLOW, LIKE, OTHER, FAR], {"mine": [FLOW, OTHER]})
    asked = {"one": "similar:2501.00001", "not": "* -similar:https://arxiv.org/abs/2501.00001v2"}
    asked |= {"mine": "library:mine", "unknown": "similar:2401.99999", "both": "similar:2501.00001 dialects"}
    found = match(asked, [FLOW, LIKE, OTHER, FAR], near=near)
    assert found["one"] == found["mine"] == [LIKE]
    assert found["not"] == [FLOW, OTHER, FAR]
    assert found["unknown"] == found["both"] == []
    assert [near.knows(one) for one in ("s2501.00001 1", "lmine 3", "s2401.99999 1", "lyours 1")] == [
        True,
        True,
        False,
        False,
    ]
    said = [one for one in found.reasons("one", LIKE) if one.field == "title"]
    assert "flow matching" in {one.term for one in said}
    assert all(one.term == LIKE.title[one.start : one.end] for one in said)


def test_three_times_as_many_are_more() -> None:
    papers = [paper(number, f"word{number % 50} word{number % 31} word{number % 7}") for number in range(FEWEST + 1)]
    papers = [replace(one, announced=DAY - timedelta(days=number % 300)) for number, one in enumerate(papers)]
    near = Likeness(papers)
    found = match({times: f"similar:{papers[5].id}*{times}" for times in (1, 3)}, papers, near=near)
    assert 10 <= len(found[1]) < len(found[3])
    assert set(map(str, found[1])) < set(map(str, found[3]))
    assert papers[5] not in found[3]


def test_without_near_it_cannot_be_answered() -> None:
    with pytest.raises(ValueError, match="near"):
        match({"": "similar:2503.02130"}, [FLOW])
    assert match({"": "similar:2503.02130"}, [FLOW], near=References({}.get))[""] == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("similar:2503.02130v3", "similar:2503.02130"),
        ("SIMILAR:arxiv.org/abs/2503.02130*3", "similar:2503.02130*3"),
        ("similar:2503.02130*1", "similar:2503.02130"),
        ("similar:10.1000/a(b)c", "similar:doi:10.1000/a(b)c"),
        ('library:"my own" -diffusion', 'library:"my own" -diffusion'),
        ("-(similar:a OR library:b) *", "-(similar:a OR library:b) *"),
    ],
)
def test_a_query_prints_as_it_was_meant(written: str, read: str) -> None:
    assert str(parse_query(written)) == read
    assert parse_query(read) == parse_query(written)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("similar:", "takes a paper's id, as in similar:2503.02130"),
        ("library: mine", "takes the name of a library"),
        ("similar:2503.02130*x", "similar:…*3 is three times as many"),
        ("similar:2503.02130*0", "whole number"),
        ("simlar:2503.02130", "did you mean similar:?"),
        ("title:similar:2503.02130", "no field inside a field"),
        ("-similar:2503.02130", "only excludes"),
    ],
)
def test_what_is_no_nearness_is_told(written: str, message: str) -> None:
    with pytest.raises(QueryError, match=message.replace("?", r"\?").replace("*", r"\*")):
        parse_query(written)
