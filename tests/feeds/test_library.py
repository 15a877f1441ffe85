"""A person's own papers: BibTeX, RIS and CSL-JSON give the same ones, whatever else stands in the file."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.citation import cite
from feeds.library import LibraryError, read_library
from feeds.paper import Paper

BIBTEX = r"""
@article{flow, title={Flow {M}atching \& Video}, author={Lee, Ann and Bo Chen}, eprint={2601.00001},
  archivePrefix={arXiv}, year={2026}, abstract={We train 50\% of it.}}
@inproceedings{doi, title={Protein folding}, doi={https://doi.org/10.1000/ABC}, date={2025-03-01}}
@misc{untitled, year={2020}}
@comment{nothing}
"""
RIS = """TY  - JOUR
TI  - Flow Matching & Video
AU  - Lee, Ann
AU  - Chen, Bo
AB  - We train 50% of it.
UR  - https://arxiv.org/abs/2601.00001
PY  - 2026
ER  -

TY  - JOUR
TI  - Protein folding
DO  - 10.1000/abc
PY  - 2025/03
ER  -
"""
CSL = """[{"id": "a", "type": "article", "title": "Flow Matching & Video", "abstract": "We train 50% of it.",
 "number": "arXiv:2601.00001", "issued": {"date-parts": [[2026, 1]]}, "author": [{"family": "Lee", "given": "Ann"}]},
 {"id": "b", "title": "Protein folding", "DOI": "10.1000/abc", "issued": {"raw": "2025-03"}}, 7]"""


@pytest.mark.parametrize("text", [BIBTEX, RIS, CSL, "\ufeff" + RIS])
def test_each_form_gives_the_same_papers(text: str) -> None:
    first, second = read_library(text.encode()).papers
    assert (first.id, first.title, first.abstract) == ("2601.00001", "Flow Matching & Video", "We train 50% of it.")
    assert (second.id, second.title, second.doi) == ("doi:10.1000/abc", "Protein folding", "10.1000/abc")
    assert first.announced == date(2026, 1, 1)
    assert second.announced == date(2025, 3, 1)


def test_a_stray_line_of_ris_costs_no_reference() -> None:
    """rispy takes it for the end of a field of the reference before."""
    stray = RIS.replace("TY  - JOUR\nTI  - Protein", "TY  - JOUR\nwrapped\n\nTI  - Protein")
    assert [one.title for one in read_library(stray.encode()).papers] == ["Flow Matching & Video", "Protein folding"]


def test_a_reference_without_a_year_has_no_day() -> None:
    (one,) = read_library(b"TY  - JOUR\nTI  - Flow\nPY  - in press\nER  - ").papers
    assert one.announced is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_a_file_is_read_in_the_encoding_that_its_program_saved_it_in(encoding: str) -> None:
    (one,) = read_library("TY  - JOUR\nTI  - Über Diffusion\nAU  - Müller, Zoë\nER  - ".encode(encoding)).papers
    assert (one.title, one.authors) == ("Über Diffusion", ("Müller, Zoë",))


def test_an_entry_whose_key_or_field_stands_twice_is_read_and_a_broken_one_is_counted() -> None:
    text = """@article{a, title={One}, eprint={2601.00001}}
        @article{a, title = "Two", doi={10.1000/two}}
        @article{b, title={Three}, title={Four}}
        @string{x = "X"} @string{x = "Y"}
        @article{c title="x"}
        @article{d, title={Never closed"""
    found = read_library(text.encode())
    assert [(one.title, one.id) for one in found.papers][:2] == [("One", "2601.00001"), ("Two", "doi:10.1000/two")]
    assert [one.title for one in found.papers][2:] == ["Three"]
    assert found.skipped == 2


def test_what_has_no_title_is_counted() -> None:
    assert read_library(BIBTEX.encode()).skipped == 1


@pytest.mark.parametrize("text", ["", "nothing", "[]", "{", '{"items": 3}', "TY  - JOUR\nER  -", "@article{", "[1, 2]"])
def test_what_is_no_library_is_told(text: str) -> None:
    with pytest.raises(LibraryError):
        read_library(text.encode())


@given(st.binary(max_size=60), st.sampled_from([b"", b"@article{a, ", b"TY  - JOUR\n", b"[{", b'{"items": [']))
def test_no_file_breaks_the_reader(data: bytes, begins: bytes) -> None:
    with suppress(LibraryError):
        read_library(begins + data)


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl"])
def test_what_we_export_is_read_back(form: str) -> None:
    ours = Paper("2601.00001", "Flow Matching & Video: 50% {less}", "", ("Ann Lee",), announced=date(2026, 1, 2))
    (read,) = read_library(cite([ours], form).encode()).papers  # type: ignore[arg-type]
    assert (read.id, read.title) == (ours.id, ours.title)
