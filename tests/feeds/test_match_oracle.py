"""The matcher and the oracle agree on every query and paper: recorded papers, keywords of real bots, generated queries."""

import gzip
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.match import Batch
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query
from tests import oracle

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)
TRANSLATED = (  # keywords/query_strings.json in our language, in its order
    "(abstract:JWST OR abstract:(James Webb)) (category:astro-ph.GA OR category:astro-ph.CO)",
    "(abstract:JWST OR abstract:(James Webb)) (category:astro-ph.GA OR category:astro-ph.CO) author:Brammer",
    'graph (unsupervised OR self-supervised OR "representation learning" OR "convolutional networks")',
    "category:cs.RO neural",
    "author:muro OR f",
    "Einstein",
    "author:gariazzo",
    'title:"language model" OR title:Transformer OR title:MoE OR title:"foundation model" OR title:alignment '
    'OR title:"model training"',
    '(title:"object detection" OR abstract:"object detection") category:cs.CV',
    "title:(qudit AND ion) OR abstract:(qudit AND ion)",
    '(title:"quantum computing" OR abstract:"quantum computing") (title:finance OR abstract:finance OR title:financial '
    "OR abstract:financial OR category:q-fin*)",
    '"quantum computing" (finance OR "quantitative finance" OR pricing OR portfolio OR CVA OR xVA)',
    'title:"remote sensing" OR abstract:"remote sensing" OR title:hyperspectral OR abstract:hyperspectral '
    "OR title:SAR OR abstract:SAR OR title:multispectral OR abstract:multispectral",
    '"remote sensing" AND "deep learning"',
    "(author:del_maestro OR author:bob) -(title:checkerboard OR title:Pyrochlore)",
    '("image geolocalization" OR "image geolocation" OR "cross-view matching" OR "street view") -"medical imaging"',
    "amyloid",
)


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    file = DATA / "corpus" / "hf_daily_papers.jsonl.gz"
    if not file.exists():
        pytest.skip("the recorded corpus is not here")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for number, line in enumerate(lines) if number % 13 == 0][:1000]
    return [
        Paper(
            record["id"], record["title"], record["abstract"], record["authors"], votes=record["upvotes"],
            keywords=record["keywords"] or (), org=record["organization"] or "",
            announced=date.fromisoformat(record["daily"][:10]) if record["daily"] else None, sources=("daily-papers", "huggingface"),
            categories=(("cs.CL", "cs.LG"), ("cs.CV",), ("astro-ph.GA",), ("q-fin.ST", "Cancer Biology"), ())[number % 5],
            stars=number * 7 % 500 if number % 3 else None,
        )
        for number, record in enumerate(records)
    ]  # fmt: skip


class Judge:
    """The papers as the matcher and as the oracle read them."""

    def __init__(self, papers: list[Paper]) -> None:
        self._batch = Batch(papers, NOW)
        self._read = [oracle.Read(paper) for paper in papers]

    def __repr__(self) -> str:
        return "the judge"

    def hears(self, query: Query, text: str) -> None:
        wanted = oracle.parse(text)
        expected = {one.paper.title for one in self._read if oracle.matches(wanted, one, NOW)}
        found = {paper.title for paper in self._batch.chosen(self._batch.bitmap(query))}
        assert found - expected == set(), text
        assert expected - found == set(), text


@pytest.fixture(scope="module")
def judge(papers: list[Paper]) -> Judge:
    return Judge(papers)


def keywords() -> list[str]:
    file = DATA / "keywords" / "profiles.json"
    profiles = json.loads(file.read_text("utf-8")) if file.exists() else []
    words = [
        _translated(word, profile["kind"])
        for profile in profiles
        for word in [*profile["include"], *profile["exclude"], *_flat(profile["require_any"])]
    ]
    return list(dict.fromkeys(words))


def _flat(groups: list[str | list[str]]) -> list[str]:
    return [word for group in groups for word in ([group] if isinstance(group, str) else group)]


def _translated(word: str, kind: str) -> str:
    """A keyword of another bot in our language; `a*` is no wildcard there (quirks, section 5)."""
    if kind == "regex":
        return f"/{word}/"
    return '"' + re.sub(r"[\"*]", " ", word).strip() + '"'


def test_every_keyword_of_real_profiles_finds_what_the_oracle_finds(judge: Judge) -> None:
    asked = keywords()
    assert len(asked) >= 740
    for text in asked:
        judge.hears(parse_query(text), text)


@pytest.mark.parametrize("text", TRANSLATED)
def test_a_real_query_string_finds_what_the_oracle_finds(text: str, judge: Judge) -> None:
    judge.hears(parse_query(text), text)


WORDS = (
    "model models diffusion streaming stream pruning prune LLM LLMs RAG agent agents image imaging video kv cache KV-Cache "
    "GPT-4 Llama-3.1 3D fine-tuning fine tuned embedding embeddings bias analysis studies study generation language large "
    "transformer transform planning plan plane times sim text it learning learned use uses used set settings data β beta "
    "chain-of-thought self-supervised rates news new process see seed C++ pass@1 R1 Schrödinger attention multi-agent"
).split()


@st.composite
def leaves(draw: st.DrawFn) -> str:
    word, other = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
    field = draw(st.sampled_from(["", "", "", "title:", "abstract:", "keyword:"]))
    return draw(
        st.sampled_from(
            [f"{field}{word}", f"{field}{word}", f'{field}"{word} {other}"', f"{field}={word}", f'{field}="{word} {other}"',
             f"{field}mode*", f"{field}{other}-gener*", f"{field}/{re.escape(word).replace(chr(92) + '-', '-')}[a-z]/",
             "author:wang", 'author:"yang li"', "author:zha*", "org:university", "category:cs", "category:cs.CV",
             "category:biology", "source:huggingface", "votes>=50", "votes<10", "stars>100", "comments>1", "age<400d",
             "age>=30w", "date>=2025-01-01", "date<2024-06-01", "*"]
        )
    )  # fmt: skip


def queries() -> st.SearchStrategy[str]:
    return st.recursive(
        leaves(),
        lambda part: st.one_of(
            st.tuples(part, part).map(" ".join),
            st.tuples(part, part).map(" AND ".join),
            st.tuples(part, part).map(lambda two: f"({two[0]} OR {two[1]})"),
            st.tuples(part, part).map(" | ".join),
            st.tuples(part, part).map(lambda two: f"{two[0]} -({two[1]})"),
            part.map(lambda one: f"({one})"),
        ),
        max_leaves=6,
    )


@settings(max_examples=2000, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_a_generated_query_finds_what_the_oracle_finds(judge: Judge, text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError:
        return
    judge.hears(query, text)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(queries())
def test_printing_a_query_gives_an_equal_query(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError:
        return
    again = parse_query(str(query))
    assert (str(again), again.compiled, again.tree) == (str(query), query.compiled, query.tree)
