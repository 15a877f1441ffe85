"""Matching a batch: order, keys, reasons and their places, and what needs the time."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.known import Known
from feeds.match import Batch, Reason, Subscriptions, match
from feeds.match.index import Index
from feeds.match.line import Line
from feeds.match.nearness import Place
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.words import as_spelled, folded, reading, spans, spelled, tokens
from feeds.words.folding import HYPHENS, SEPARATORS, SHAPES
from feeds.words.inflection import forms, lemmas
from tests.feeds.oracle_questions import is_query
from tests.oracle import Oracle, parse

NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)


def paper(number: int, title: str = "", abstract: str = "", **more: object) -> Paper:
    return Paper(f"2501.{number:05}", title, abstract, **more)  # type: ignore[arg-type]


def marked(found: tuple[Reason, ...], one: Paper) -> list[tuple[str, str, str]]:
    texts = {
        "title": one.title, "abstract": one.abstract, "author": ", ".join(one.authors), "org": one.org, "id": one.id,
        "keyword": ", ".join(one.keywords), "category": ", ".join(one.categories), "source": ", ".join(one.sources),
    }  # fmt: skip
    return [(reason.term, reason.field, texts[reason.field][reason.start : reason.end]) for reason in found]


def test_papers_come_in_the_order_given_and_every_key_has_a_list() -> None:
    papers = [paper(3, "diffusion"), paper(1, "flow"), paper(2, "diffusion")]
    matches = match({"a": "diffusion", ("b", 1): parse_query("diffusion"), "none": "audio"}, papers)
    assert matches["a"] == matches["b", 1] == [papers[0], papers[2]]
    assert matches["none"] == []
    with pytest.raises(KeyError):
        matches["other"]


def test_no_papers_and_no_queries_are_no_trouble() -> None:
    assert match({"a": "diffusion -x"}, [])["a"] == []
    match({}, [paper(1)])
    assert list(Batch([]).stream([parse_query("a b").compiled] * 3)) == [0] * 3
    assert Batch([]).bitmaps([parse_query("a")] * 2) == [0] * 2


def test_a_mapping_changed_later_changes_no_answer() -> None:
    queries = {"a": "diffusion"}
    matches = match(queries, [paper(1, "diffusion")])
    queries.clear()
    assert len(matches["a"]) == 1


def test_more_papers_than_one_block_are_all_asked() -> None:
    papers = [paper(number, "even" if number % 2 == 0 else "odd", f"w{number}") for number in range(2_500)]
    matches = match({"even": "even", "not": "* -even", "last": "w2499", "all": "*"}, papers)
    assert matches["even"] == papers[::2]
    assert matches["not"] == papers[1::2]
    assert matches["last"] == papers[-1:]
    assert matches["all"] == papers


def test_many_queries_find_what_each_finds_alone() -> None:
    dice = random.Random(1)
    vocabulary = (
        "stream",
        "streaming",
        "streams",
        "model",
        "models",
        "of",
        "the",
        "large",
        "kv",
        "cache",
        "caching",
        "β",
    )
    texts = [[" ".join(dice.choices(vocabulary, k=size)) for size in (5, 40)] for _ in range(60)]
    papers = [paper(number, title, abstract) for number, (title, abstract) in enumerate(texts)]
    asked = [f'"{" ".join(dice.choices(vocabulary, k=dice.randrange(1, 5)))}"' for _ in range(250)]
    asked += ["-cache model", "-audio model", "audio model", "model audio", "-(audio cache) of", "audio OR kv"]
    asked += ["strea*", "=models", '="large language"', "title:model -cache", "kv-cach*"]
    together = match({text: text for text in asked}, papers)
    subscribed = match(Subscriptions((text, parse_query(text)) for text in asked), papers)
    for text in asked:
        assert together[text] == subscribed[text] == match({0: text}, papers)[0], text


PARTS = (
    "pre-training", "pretraining", "pre", "training", "SAM 2", "SAM-2", "SAM2", "state-of-the-art", "of", "the", "art",
    "kv-cache", "KV cache", "multi-modal-model", "multimodal", "models", "model", "GPT-4 2", "IDs", "naïve", "β",
)  # fmt: skip
"""Words that are one word too, beside each other and beside what they are made of."""
PEOPLE = ("Jörg Müller", "Mueller, J.", "Li Wei", "Wei Li", "Hector Garcia-Molina", "G. Molina Jr.", "Xiao-Ming Li")


def test_queries_of_every_kind_find_together_what_the_oracle_finds() -> None:
    dice = random.Random(2)

    def words(most: int) -> str:
        return " ".join(dice.choices(PARTS, k=dice.randrange(1, most)))

    papers = [
        paper(number, words(4), words(20), authors=tuple(dice.sample(PEOPLE, 2)), categories=("cs.CL", "Deep nets"))
        for number in range(40)
    ]
    asked = [f'"{words(4)}"' for _ in range(500)]
    asked += [f'"{words(3)}*"' for _ in range(60)] + [f'="{words(3)}"' for _ in range(20)]
    asked += [f'"{words(3)} {words(3)}"~{dice.randrange(1, 9)}' for _ in range(30)]
    asked += [f'"{"-".join(PARTS[:1] * 9)}"', '"state-of-the-art-of-the-art model"', "category:deep", "category:=cs.CL"]
    asked += [f'author:"{name}"' for name in PEOPLE for _ in range(2)] + ["author:Muell*", 'author:"Li Wei"~2']
    asked = list(filter(is_query, asked))  # "of*" is none
    batch, oracle = Batch(papers, NOW), Oracle(papers, NOW)
    for text, bits in zip(asked, batch.bitmaps(list(map(parse_query, asked))), strict=True):
        found = {number for number in range(len(papers)) if bits >> number & 1}
        assert found == set(oracle.answer(parse(text))), text


@pytest.mark.parametrize("text", ["SAM 2 and GPT 4", "SAM 2 GPT 4", "a SAM-2 b", "SAM 2 a b", "a b SAM 2", "SAM 2"])
def test_words_that_are_one_are_found_beside_each_other_by_their_roots(text: str) -> None:
    query = parse_query(f'"{text.replace(" 2", "2").replace("-2", "2").replace(" 4", "4")}"')
    batch = Batch([paper(1, f"With {text} here"), paper(2, "SAM with 2 and GPT")])
    assert list(batch.stream([query.compiled])) == [batch.bitmap(query)] == [1]


def test_a_name_with_a_hyphen_is_found_closed_however_many_names_are_asked_for() -> None:
    names = ["García-Molina", *(f"Nobody{number}" for number in range(9)), "garcía-molina"]
    asked = [f"author:{name}" for name in names]
    found = match({text: text for text in asked}, [paper(1, authors=("Hector Garcíamolina",))])
    assert list(found.hits()) == [asked[0], asked[-1]]


@pytest.mark.parametrize(
    "one", [Paper("2503.02130v2", "", ""), Paper("doi:10.48550/arxiv.2503.02130", "", ""),
            Paper("a-title", "", "", doi="10.48550/arxiv.2503.02130")],
)  # fmt: skip
def test_a_paper_of_arxiv_is_found_by_its_id_however_that_is_written(one: Paper) -> None:
    assert match({0: "id:2503.02130"}, [one])[0] == [one]


def test_subscriptions_come_and_go() -> None:
    papers = [paper(number, f"Paper {number}", "cache" if number % 2 else "audio") for number in range(2_000)]
    wanted = Subscriptions({1: parse_query("cache"), 2: parse_query("audio"), 3: parse_query("robot")}.items())
    wanted[2] = parse_query("cache -paper")
    wanted["four"] = parse_query("paper OR audio")
    del wanted[1]
    found = match(wanted, papers)
    assert (len(wanted), list(wanted), list(found.hits())) == (3, [2, 3, "four"], ["four"])
    assert (found[2], found[3], found["four"]) == ([], [], papers)
    assert (str(wanted["four"]), found.reasons("four", papers[0])[0].term) == ("paper OR audio", "paper")
    assert (2 in wanted, 1 in wanted) == (True, False)
    with pytest.raises(KeyError):
        found[1]


def test_hits_are_the_queries_that_match_something() -> None:
    asked = {"a": "cache", "b": "audio", "c": "*"}
    subscribed = Subscriptions((key, parse_query(text)) for key, text in asked.items())
    for queries in (asked, subscribed):
        assert list(match(queries, [paper(1, "kv caches")]).hits()) == ["a", "c"]


def test_streamed_queries_find_what_kept_ones_find() -> None:
    papers = [paper(1, "kv caches"), paper(2, "a survey of caching")]
    queries = [parse_query(text) for text in ("cache -survey", "kv | survey", "audio", "title:cache")] * 700
    batch = Batch(papers)
    assert list(Batch(papers).stream(query.compiled for query in queries)) == batch.bitmaps(queries)


def test_what_is_prepared_is_not_indexed_again_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []

    class Counted(Index):
        def __init__(self, texts: Iterable[tuple[int, Line]], *, inflects: bool) -> None:
            made.append(inflects)
            super().__init__(texts, inflects=inflects)

    monkeypatch.setattr("feeds.match.zone.Index", Counted)
    papers = [paper(1, "kv caches"), paper(2, "a survey of caching")]
    batch, asked = Batch(papers), [parse_query(text) for text in ("cache", "survey", "title:cache")] * 8
    batch.prepare()
    assert made == [True, True]
    assert batch.bitmaps(asked) == [0b11, 0b10, 0b11] * 8
    assert made == [True, True]


def test_reasons_say_where_each_term_stands() -> None:
    one = paper(1, "Pruning LLMs", "We prune\nlarge-language models (LLM).", authors=("Ada Lovelace", "Yann LeCun"))
    matches = match({"q": 'prune "large language model" LLM author:lecun -audio'}, [one])
    assert marked(matches.reasons("q", one), one) == [
        ("prune", "title", "Pruning"),
        ("LLM", "title", "LLMs"),
        ("prune", "abstract", "prune"),
        ('"large language model"', "abstract", "large-language models"),
        ("LLM", "abstract", "LLM"),
        ("author:lecun", "author", "LeCun"),
    ]


def test_reasons_point_into_the_text_as_given() -> None:
    one = paper(1, "ﬁne Schrödinger β-VAE", "视频理解 l\u200blm Straße")
    found = match({"q": "fine OR schrodinger OR beta-vae OR 频理 OR llm OR strasse"}, [one]).reasons("q", one)
    assert [text for _, _, text in marked(found, one)] == ["ﬁne", "Schrödinger", "β-VAE", "频理", "l\u200blm", "Straße"]


def test_reasons_of_fields_point_into_their_values_joined() -> None:
    one = paper(
        7, "x", "KV-Cache", authors=("Li, Wei",), categories=("cs.CV", "cs.CL"), keywords=("a", "kv caches"),
        sources=("daily",), org="Meta AI",
    )  # fmt: skip
    query = (
        "category:cs.CL OR keyword:cache OR /kv.cache/ OR source:daily OR org:meta OR id:2501.00007 OR =Cache OR cach*"
    )
    assert [(field, text) for _, field, text in marked(match({0: query}, [one]).reasons(0, one), one)] == [
        ("abstract", "KV-Cache"), ("abstract", "Cache"), ("abstract", "Cache"), ("org", "Meta"), ("keyword", "caches"),
        ("category", "cs.CL"), ("source", "daily"), ("id", "2501.00007"),
    ]  # fmt: skip


def test_the_reason_of_a_name_that_is_written_otherwise_is_the_whole_name() -> None:
    one = paper(1, authors=("Ada Lovelace", "Bengio, Yoshua"))
    found = match({"q": 'author:"Y. Bengio"'}, [one]).reasons("q", one)
    assert marked(found, one) == [('author:"Y. Bengio"', "author", "Bengio, Yoshua")]


def test_reasons_of_names_near_each_other_are_these_names() -> None:
    one = paper(1, authors=("Ada Lovelace", "Müller, Jörg von der"))
    found = match({"q": 'author:"Jörg Mueller"~3'}, [one]).reasons("q", one)
    assert [text for _, _, text in marked(found, one)] == ["Müller", "Jörg"]


def test_what_excludes_and_what_counts_gives_no_reason() -> None:
    one = paper(1, "diffusion", "a survey", votes=9)
    assert marked(match({0: "diffusion votes>5 -audio *"}, [one]).reasons(0, one), one) == [
        ("diffusion", "title", "diffusion")
    ]


@pytest.mark.parametrize("now", [None, datetime(2026, 8, 25)])  # noqa: DTZ001 - what must be refused
def test_age_needs_an_aware_time(now: datetime | None) -> None:
    with pytest.raises(ValueError, match="aware now"):
        match({0: "age<2d"}, [paper(1, announced=date(2026, 8, 25))], now)


def test_age_counts_days_of_utc() -> None:
    one = paper(1, announced=date(2026, 8, 24))
    late_in_america = datetime(2026, 8, 25, 20, tzinfo=UTC).astimezone()
    assert match({0: "age<2d"}, [one], late_in_america)[0] == [one]
    assert match({0: "age<2d"}, [one], NOW + timedelta(days=1))[0] == []


def test_a_lone_surrogate_in_a_paper_harms_nothing() -> None:
    one = paper(1, "a\ud800b diffusion", "x\ud800y")
    assert match({0: "diffusion", 1: "/diff/"}, [one])[1] == [one]


@given(st.text(max_size=80) | st.text(alphabet="aA1.@+# -_é中βﬁ–×’\u200b\\{", max_size=12))
def test_places_of_words_give_the_same_words(text: str) -> None:
    found = spans(text)
    assert len(found) == len(spelled(text)) == len(tokens(text))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(token in folded(text[start:end]) for (start, end), token in zip(found, tokens(text), strict=True))
    assert all(one <= other for one, other in pairwise(found))
    assert all(token in folded(text) for token in tokens(text))
    assert all(word in as_spelled(text) for word in spelled(text))


def test_signs_that_count_as_spaces_belong_to_no_word() -> None:
    for sign in SEPARATORS.pattern.strip("[]") + HYPHENS.pattern.strip("[]"):
        assert SHAPES[ord(sign)].strip()
        assert not set(SHAPES[ord(sign)]) & set(".@+#")
        assert not any(map(str.isalnum, SHAPES[ord(sign)]))


@given(
    st.text("aeiysdngc", min_size=1, max_size=7), st.sampled_from(["", "s", "es", "ed", "ing", "ings", "ies", "ying"])
)
def test_the_forms_of_a_word_are_those_that_have_it_as_a_lemma(stem: str, ending: str) -> None:
    word = stem + ending
    assert all(word in forms(lemma) for lemma in lemmas(word))
    assert all(word in lemmas(form) for form in forms(word))


@pytest.mark.parametrize(
    "text", ["C++17 c++, f++)", "a+b A++b", "v1.5. 3.", "a@b @c d@ 1@2", "x.y 1.2.3", "C# #5 a#b", "a\x01b C\x02"]
)
def test_a_text_with_a_letter_beyond_ascii_has_the_same_other_words(text: str) -> None:
    assert tokens(f"é {text}") == ["e", *tokens(text)]


@pytest.mark.parametrize("written", ["café", "cafe\u0301", "Poincaré map", "Poincare\u0301 map"])
def test_an_exact_spelling_counts_accents_however_they_are_written(written: str) -> None:
    one = [paper(1, f"A {written} here")]
    for accent in (written, written.replace("e\u0301", "é"), written.replace("é", "e\u0301")):
        assert match({0: f'="{accent}"'}, one)[0] == one
    assert match({0: f'="{written.replace("é", "e").replace(chr(0x301), "")}"'}, one)[0] == []
    (reason,) = match({0: f'="{written}"'}, one).reasons(0, one[0])
    assert one[0].title[reason.start : reason.end] == written


def test_a_process_that_reads_for_years_keeps_some_thousands_of_words() -> None:
    words = [f"Word{number}s" for number in range(40_000)]
    assert match({"it": parse_query("word39999s")}, [Paper("1", " ".join(words), "")], NOW)["it"]
    kept = [len(one) for one in vars(reading).values() if isinstance(one, Known)]
    assert len(kept) == 3
    assert max(kept) <= 20_000


class Moved:
    """Near to the first paper at first, and to the second from then on."""

    asked = 0

    def among(self, papers: Sequence[Paper]) -> "Moved":
        return self

    def near(self, wanted: str) -> int:
        self.asked += 1
        return self.asked

    def places(self, wanted: str, paper: Paper) -> list[Place]:
        return []


def test_what_is_near_is_asked_anew_and_other_leaves_are_not() -> None:
    batch = Batch([Paper("1", "Nets", ""), Paper("2", "Rivers", "")], near=Moved())
    assert [batch.bitmap(parse_query("similar:2503.02130")) for _ in range(2)] == [1, 2]
    assert [batch.bitmap(parse_query("rivers")) for _ in range(2)] == [2, 2]


def test_subscriptions_may_be_of_many_forms() -> None:
    texts = [" ".join(f"w{number}" for number in range(count)) for count in range(1, 40)]
    found = match(Subscriptions((text, parse_query(text)) for text in texts), [Paper("1", texts[19], "")])
    assert set(found.hits()) == set(texts[:20])
    assert [bool(found[text]) for text in texts] == [True] * 20 + [False] * 19


ASKED = [parse_query(one) for one in ("flow", "title:flow", "votes>=2", "* -graph", '="Flow"', "graph flo*", "age<2d")]
STATES = st.lists(
    st.lists(st.tuples(st.sampled_from(["Flow", "graph flow", "Graphs"]), st.integers(0, 3)), max_size=3), max_size=4
)


@given(st.lists(STATES, min_size=2, max_size=3))
def test_a_batch_that_takes_over_what_was_indexed_answers_as_one_made_anew(states: list[list[list[tuple[str, int]]]]):
    batch = None
    for day, state in enumerate(states):
        parts = [
            [
                paper(10 * place + n, title, votes=votes, announced=NOW.date(), key=f"{place} {n}")
                for n, (title, votes) in enumerate(part)
            ]
            for place, part in enumerate(state)
        ]
        now = NOW + timedelta(days=day)
        batch = Batch.renewed(parts, now, None, batch)
        if day % 2:  # else most has no index yet
            batch.prepare()
        fresh = Batch([one for part in parts for one in part], now)
        assert batch.papers == fresh.papers
        assert [batch.bitmap(one) for one in ASKED] == [fresh.bitmap(one) for one in ASKED]
        assert batch.bitmaps(ASKED * 100) == fresh.bitmaps(ASKED * 100)


def test_what_stands_as_it_was_is_not_indexed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    indexed: list[int] = []
    prepare = Index.__init__

    def counted(index: Index, texts: Iterable[tuple[int, Line]], **more: bool) -> None:
        prepare(index, some := list(texts), **more)
        indexed.append(len(some))

    monkeypatch.setattr(Index, "__init__", counted)
    old, new = [paper(1, "Flow", key="1"), paper(2, "Graph", key="2")], [paper(3, "Flow", key="3")]
    first = Batch.renewed([old, new], NOW, None, None)
    first.prepare()
    voted = [old[0], paper(2, "Graph", votes=9, key="2")]
    more = [paper(3, "Flow", key="3"), paper(4, "Nets", key="4")]
    later = Batch.renewed([voted, more], NOW + timedelta(days=1), None, first)
    later.prepare()
    assert indexed == [2, 2, 1, 1, 2, 2]


def test_what_strangers_asked_is_forgotten_with_each_renewal() -> None:
    batch = Batch.renewed([[paper(1, "Flow", key="1")]], NOW, None, None)
    batch.prepare()
    for number in range(50):
        batch.bitmap(parse_query(f"word{number}"))
    index = batch.blocks[0].zones["_"]._index
    assert index
    assert len(index._forms) == 50
    Batch.renewed([[paper(1, "Flow", votes=3, key="1")]], NOW, None, batch)
    assert not index._forms
