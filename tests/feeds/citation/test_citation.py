"""What is taken home is what we have: read back by the programs that people have."""

import gzip
import json
from datetime import UTC, date, datetime
from itertools import islice
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.citation import FORMS, cite, cited, coins, tags
from feeds.citation.reference import reference
from feeds.paper import Paper
from feeds.paper.people import order_of
from feeds.render.safe import one_line
from feeds.text import plain
from tests.feeds.citation.reading import Read, from_bibtex, from_csl, from_ris
from tests.feeds.render.samples import RECORDED

READERS = {"bibtex": from_bibtex, "ris": from_ris, "csl": from_csl}
TEX = st.text("\\{}$%&_#~^@\"'`<>=,.;:!?-|/() aBc0\n\t", max_size=40)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | TEX
NAMES = st.sampled_from(["Ann Lee", "J. Smith", "Lee, Ann B.", "Qwen Team", "Ludwig van Beethoven"]) | TEXTS
PAPERS = st.builds(
    Paper,
    id=st.sampled_from(["2503.02130", "hep-th/9901001", "doi:10.1000/x_y", "a-slug"]),
    title=TEXTS,
    abstract=TEXTS,
    authors=st.lists(NAMES, max_size=3).map(tuple),
    keywords=st.lists(TEXTS, max_size=2).map(tuple),
    publication=TEXTS | st.just(""),
    links=st.dictionaries(st.sampled_from(["abstract", "pdf"]), st.just("https://a.example/~x?a=%20_b&c#{d}")),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    announced=st.none() | st.dates(),
)


def meant(papers: list[Paper], form: str, keys: list[str]) -> list[Read]:
    """What a reader should have."""
    found = []
    for key, one in zip(keys, map(reference, papers), strict=True):
        names = [name.inverted for name in one.authors]
        if form == "csl":
            names = [f"{a.order.given} {a.order.family}" if a.order else a.written for a in one.authors]
        found.append(Read(key, one.title, tuple(names), one.iso_date[:4], one.arxiv, one.doi, one.url, one.abstract))
    return found


def assert_read_back(papers: list[Paper]) -> None:
    for form in FORMS:
        read = READERS[form](cite(papers, form))
        keys = [one.key for one in read]
        assert len(set(keys)) == len(papers)
        assert read == meant(papers, form, keys)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAPERS, max_size=3))
@example([Paper("a", "A @ {BERT} 100% -- ``x'' ?`", "@article{x,", authors=("Smith and Sons", "OpenAI, Inc."))])
@example([Paper("a", "ER  - \nTY  - x", "TY  - JOUR")])
def test_every_text_comes_back(papers: list[Paper]) -> None:
    assert_read_back(papers)


def test_hostile_titles_come_back() -> None:
    if not (RECORDED / "hostile.json").exists():
        pytest.skip("the recorded hostile texts are not here")
    records = json.loads((RECORDED / "hostile.json").read_text("utf-8"))
    made = [(record, mark) for record in records for mark in ("", "\\", "{", "}", "%", "$", "@", "--", "``", "~^")]
    papers = [Paper(r["id"], r["title"][:3000] + mark, r["abstract"][:500], (r["title"][:99],)) for r, mark in made]
    assert len(papers) >= 300
    assert_read_back([paper for paper in papers if plain(paper.title)])


def test_recorded_papers_come_back() -> None:
    corpus = RECORDED / "corpus" / "hf_daily_papers.jsonl.gz"
    if not corpus.exists():
        pytest.skip("the recorded corpus is not here")
    with gzip.open(corpus, "rt") as lines:
        assert_read_back([paper_of(json.loads(line)) for line in islice(lines, 60)])


def paper_of(record: dict) -> Paper:  # type: ignore[type-arg]  # as it was recorded
    published = datetime.fromisoformat(record["published"])
    texts = [plain(record["title"]), plain(record["abstract"])]
    return Paper(record["id"], *texts, tuple(map(plain, record["authors"])), published=published)


ONE = Paper(
    "2503.02130",
    "BERT: a Deep Look",
    "We look.",
    ("Zhixuan Lin", "Lee, Ann B."),
    categories=("cs.LG", "cs.CL"),
    links={"abstract": "https://arxiv.org/abs/2503.02130"},
    doi="10.1000/XYZ",
)


def test_an_entry_of_bibtex_as_people_write_it() -> None:
    assert cite([ONE], "bibtex") == (
        "@misc{lin2025bert,\n"
        "  title = {{BERT}: a {Deep} {Look}},\n"
        "  author = {Zhixuan Lin and Lee, Ann B.},\n"
        "  year = {2025},\n"
        "  month = mar,\n"
        "  eprint = {2503.02130},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.LG},\n"
        "  doi = {10.1000/xyz},\n"
        "  url = {https://arxiv.org/abs/2503.02130},\n"
        "  abstract = {We look.},\n"
        "}\n"
    )


def test_keys_are_one_each_and_begin_with_a_letter() -> None:
    papers = [ONE] * 30 + [Paper("x", "日本", "", ("李",), announced=date(2026, 1, 2))]
    keys = [one.key for one in from_bibtex(cite(papers, "bibtex"))]
    assert [keys[0], keys[1], keys[27], keys[30]] == ["lin2025bert", "lin2025berta", "lin2025bertaa", "paper2026"]


@pytest.mark.parametrize(
    ("paper", "known"),
    [
        (Paper("2503.02130", "A", ""), "2025-03"),
        (Paper("hep-th/9901001", "A", ""), "1999-01"),
        (Paper("math/0309136", "A", ""), "2003-09"),
        (Paper("a", "A", "", announced=date(2026, 1, 2)), "2026-01-02"),
        (Paper("2503.02130", "A", "", published=datetime(2025, 3, 4, tzinfo=UTC)), "2025-03-04"),
        (Paper("a", "A", ""), ""),
    ],
)
def test_the_date_is_the_papers_own_where_it_is_known(paper: Paper, known: str) -> None:
    assert reference(paper).iso_date == known


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("Lee, Ann", "Lee"),
        ("J. Lee", "Lee"),
        ("Ann B. Lee", "Lee"),
        ("Ludwig van Beethoven", "van Beethoven"),
        ("J.-P. de la Cruz", "de la Cruz"),
        ("Ann Lee", ""),
        ("J. Craig Venter", ""),
        ("Ann Lee Jr.", ""),
        ("Lee, Jr.", ""),
        ("Lee A.", ""),
        ("Plato", ""),
    ],
)
def test_a_name_is_turned_round_only_where_its_order_is_known(written: str, family: str) -> None:
    order = order_of(written)
    assert (order.family if order else "") == family


def test_an_author_in_a_tag_has_no_comma_between_words_nor_a_semicolon() -> None:
    """Zotero takes either for two people."""
    one = Paper("a", "A", "", ("van der Berg, Anna Maria", "Lee, Ann B.", "Group; Team", "de la Cruz; X, J.-P. M."))
    written = [value for name, value in tags(one) if name == "citation_author"]
    assert written == ["Anna Maria van der Berg", "Lee, Ann B.", "Group  Team", "J.-P. M. de la Cruz  X"]


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="bibtex, ris, csl"):
        list(cited([ONE], "word"))  # type: ignore[arg-type]  # that is the point


@given(TEXTS | st.text("aZ09_.~ ,:/-", max_size=40))
@example("Ann Lee, A/B: c_d.~e-f")
def test_coins_hold_a_title_letter_for_letter_and_nothing_but_what_an_address_may(title: str) -> None:
    made = coins(Paper("a-slug", title, "", ("Lee, Ann",)))
    pairs = dict(parse_qsl(made, strict_parsing=True))
    assert (pairs["rft.title"], pairs["rft.au"]) == (one_line(title) or "a-slug", "Lee, Ann")
    assert not set(made) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%&=")
