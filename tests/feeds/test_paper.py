"""Identity: what names one paper, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.paper import Paper, arxiv_id, folded_title, keys, merge, normal_doi, normal_url, same_paper, title_id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2503.02130", "2503.02130"),
        ("2503.02130v2", "2503.02130"),
        ("arXiv:2503.02130v12", "2503.02130"),
        ("oai:arXiv.org:2604.21935v1", "2604.21935"),
        ("0704.0002", "0704.0002"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("hep-th/9901001v3", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/abs/2503.02130v2", "2503.02130"),
        ("http://arxiv.org/pdf/2503.02130.pdf", "2503.02130"),
        ("https://export.arxiv.org/abs/hep-th/9901001", "hep-th/9901001"),
        ("https://huggingface.co/papers/2503.02130", "2503.02130"),
        ("https://www.alphaxiv.org/abs/2503.02130", "2503.02130"),
        ("10.48550/arXiv.2503.02130", "2503.02130"),
        ("https://doi.org/10.48550/arXiv.2503.02130", "2503.02130"),
        ("https://huggingface.co/papers/date/2026-01-05", None),
        ("https://evil.example/abs/2503.02130", None),
        ("https://notarxiv.org/abs/2503.02130", None),
        ("2503.021301", None),
        ("10.1000/2503.02130", None),
        ("http://[", None),
        ("٢٥٠٣.٠٢١٣٠", None),
        ("", None),
    ],
)
def test_arxiv_ids(text: str, found: str | None) -> None:
    assert arxiv_id(text) == found


@given(st.text())
def test_any_text_is_read_or_not_but_never_an_error(text: str) -> None:
    for value in (text, "http://" + text, "https://arxiv.org/abs/" + text, "10.1000/" + text):
        arxiv_id(value)
        normal_doi(value)
        normal_url(value)
    assert title_id(text) == title_id(text.upper().lower()) or folded_title(text) != folded_title(text.upper().lower())


def test_a_doi_is_folded_and_loses_its_resolver() -> None:
    assert normal_doi("https://doi.org/10.1101/2024.01.02.ABC") == "10.1101/2024.01.02.abc"
    assert normal_doi("doi:10.1000/X.") == "10.1000/x"
    assert normal_doi("no doi") == normal_doi("https://[10.1000/x") == ""


def test_addresses_are_one_without_scheme_www_fragment_slash_and_tracking() -> None:
    one = normal_url("http://www.example.org/paper/7/?utm_source=x#top")
    assert one == normal_url("https://example.org/paper/7")
    assert normal_url("https://example.org/paper?id=7") != normal_url("https://example.org/paper?id=8")
    assert normal_url("javascript:alert(1)") == ""


def test_a_title_folds_case_accents_and_spaces() -> None:
    assert folded_title("Schrödinger's  Cat:\n  A Study") == folded_title("SCHRODINGERS CAT - a study")


LONG = "How Rivers Flow Over the Years"
ABSTRACT = "We look at rivers and how they flow over the years, from spring to sea."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Paper("2601.00001", "T", "x"), Paper("2601.00001", "Other", "y"), True),
        (Paper("2601.00001", "T", ABSTRACT), Paper("2601.00002", "T", ABSTRACT), False),
        (Paper("2601.00001", "T", ABSTRACT), Paper("t", "T", ABSTRACT), True),
        (Paper("2601.00001", "T", ABSTRACT), Paper("t", "T", ABSTRACT[:50]), True),
        (Paper("2601.00001", "T", ABSTRACT), Paper("t", "T", "Something else altogether is written here."), False),
        (Paper("2601.00001", "T", ABSTRACT), Paper("t", "T", ""), False),
        (Paper("a", LONG, "One.", ("Ada Lovelace",)), Paper("b", LONG, "Two.", ("ADA LOVELACE", "B")), True),
        (Paper("a", "T", "One.", ("Ada Lovelace",)), Paper("b", "T", "Two.", ("ADA LOVELACE", "B")), False),
        (Paper("a", "T", "x", doi="10.1/a"), Paper("b", "U", "y", doi="10.1/A"), False),
        (Paper("a", "T", "x", doi="10.1000/a"), Paper("b", "U", "y", doi="10.1000/A"), True),
    ],
)
def test_when_two_sightings_are_one_paper(one: Paper, other: Paper, same: bool) -> None:
    assert same_paper(one, other) is same
    assert same_paper(other, one) is same


def test_keys_name_the_strongest_first() -> None:
    paper = Paper("2601.00001", "A Title", "x", doi="10.1000/a")
    assert keys(paper) == ("arxiv:2601.00001", "doi:10.1000/a", "title:atitle")


def test_merged_papers_keep_the_fullest_text_all_links_and_the_latest_numbers() -> None:
    short = Paper("t", "T", "Short.", ("Ada",), votes=9, links={"page": "https://a.example/"}, sources=("inbox",))
    full = Paper("2601.00001", "T!", "Much longer.", ("Ada", "Alan"), votes=5, links={"pdf": "https://b.example/"})
    merged = merge([short, full])
    assert (merged.id, merged.title, merged.abstract, merged.votes) == ("2601.00001", "T!", "Much longer.", 5)
    assert merged.authors == ("Ada", "Alan")
    assert set(merged.links) == {"page", "pdf"}


def test_lists_become_tuples_and_papers_can_be_in_sets() -> None:
    paper = Paper("1", "T", "x", ["Ada"])  # type: ignore[arg-type]
    assert paper.authors == ("Ada",)
    assert len({paper, Paper("1", "T", "x", ("Ada",))}) == 1
