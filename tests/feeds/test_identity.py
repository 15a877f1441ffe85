"""When two sightings are one paper: by the rows of "What people hit", and more of their kinds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.paper import Paper, arxiv_id, keys, merge, normal_doi, same_entry, same_paper
from feeds.paper.identity import contradict, is_exact, looked_up
from feeds.paper.people import name_of, names_agree
from feeds.paper.titles import names_a_paper, titles_agree

TITLE = "How Rivers Flow Over the Years"
TEXT = "We look at rivers and how they flow over the years, from spring to sea, with a model of their beds and rain."
OTHER = "Clouds are measured here from above; the instrument is new, its errors are few, and the results are given."


def paper(title: str = TITLE, text: str = "", authors: tuple[str, ...] = (), url: str = "", **more: Any) -> Paper:
    given = {"id": url or title, **more}
    return Paper(title=title, abstract=text, authors=authors, links={"abstract": url} if url else {}, **given)


ARXIV = [
    "https://arxiv.org/abs/2503.02130v2",
    "https://www.arxiv.org/pdf/2503.02130",
    "https://arxiv.org/html/2503.02130v1#S3",
    "https://arxiv.org/ftp/arxiv/papers/2503/2503.02130.pdf",
    "ftp://ftp.arxiv.org/ftp/arxiv/papers/2503/2503.02130.pdf",
    "https://huggingface.co/papers/2503.02130",
    "https://www.alphaxiv.org/overview/2503.02130v1",
    "https://ar5iv.org/abs/2503.02130",
    "https://ar5iv.labs.arxiv.org/html/2503.02130",
    "https://papers.cool/arxiv/2503.02130",
    "https://tldr.takara.ai/p/2503.02130",
    "https://doi.org/10.48550/arXiv.2503.02130",
    "arXiv:2503.02130 [cs.CL]",
    "arXiv:2503.02130v3 [hep-th]",
    "arXiv: 2503.02130",
    "https://export.arxiv.org/abs/2503.02130?context=cs",
    "arxiv.org/abs/2503.02130",
    "https://arxiv.org//abs/2503.02130",
    "arXiv:2503.02130v1 [cs.CL] 4 Mar 2025",
    "https://ui.adsabs.harvard.edu/abs/2025arXiv250302130L/abstract",
    "https://www.semanticscholar.org/arxiv/2503.02130",
    "https://xxx.lanl.gov/abs/2503.02130",
]


@pytest.mark.parametrize("text", ARXIV)
def test_58_an_arxiv_id_is_read_wherever_an_address_holds_it(text: str) -> None:
    assert arxiv_id(text) == "2503.02130"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://arxiv.org/ftp/hep-th/papers/9901/9901001.pdf", "hep-th/9901001"),
        ("https://papers.cool/arxiv/cs.CL", None),
        ("https://papers.cool.example/arxiv/2503.02130", None),
        ("https://huggingface.co/datasets/2503.02130", None),
        ("https://arxiv.org/list/cs.CL/new", None),
        ("https://example.org/?u=https://arxiv.org/abs/2503.02130", None),
        ("https://doi.org/10.1000/2503.02130", None),
        ("arXiv:2503.02130 and others", None),
    ],
)
def test_58_and_nowhere_else(text: str, found: str | None) -> None:
    assert arxiv_id(text) == found


DOIS = [
    ("https://dl.acm.org/doi/abs/10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("https://dl.acm.org/doi/fullHtml/10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("https://dl.acm.org/doi/10.1145/3580305.3599258?af=R", "10.1145/3580305.3599258"),
    ("https://link.springer.com/article/10.1007/s11263-025-02345-6", "10.1007/s11263-025-02345-6"),
    ("https://link.springer.com/content/pdf/10.1007/s11263-025-02345-6.pdf", "10.1007/s11263-025-02345-6"),
    ("https://link.springer.com/chapter/10.1007/978-3-031-1_5", "10.1007/978-3-031-1_5"),
    ("https://onlinelibrary.wiley.com/doi/full/10.1002/adma.202500001?af=R", "10.1002/adma.202500001"),
    ("https://advanced.onlinelibrary.wiley.com/doi/epdf/10.1002/adma.202500001", "10.1002/adma.202500001"),
    ("https://www.biorxiv.org/content/10.1101/2023.12.16.571984v1.full.pdf", "10.1101/2023.12.16.571984"),
    ("https://www.biorxiv.org/content/10.1101/2023.12.16.571984v2?rss=1", "10.1101/2023.12.16.571984"),
    ("http://biorxiv.org/cgi/content/short/2023.12.16.571984v1?rss=1", "10.1101/2023.12.16.571984"),
    ("https://www.medrxiv.org/content/10.64898/2026.01.05.26343001v1", "10.64898/2026.01.05.26343001"),
    ("https://www.nature.com/articles/s41586-025-09733-7", "10.1038/s41586-025-09733-7"),
    ("https://www.nature.com/articles/nature12373.pdf", "10.1038/nature12373"),
    ("https://www.science.org/doi/abs/10.1126/science.adk9217?af=R", "10.1126/science.adk9217"),
    ("https://www.tandfonline.com/doi/full/10.1080/01621459.2025.1234567", "10.1080/01621459.2025.1234567"),
    ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0300000", "10.1371/journal.pone.0300000"),
    ("https://doi.org/10.1145/3580305.3599258?utm_source=x", "10.1145/3580305.3599258"),
    ("DOI: 10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("https://www.biorxiv.org/content/10.1101/2023.12.16.571984v1.full.pdf+html", "10.1101/2023.12.16.571984"),
    ("https://academic.oup.com/bib/article/doi/10.1093/bib/bbae123/7654321", "10.1093/bib/bbae123"),
    ("https://direct.mit.edu/neco/article/doi/10.1162/neco_a_01234/12345/A-Title", "10.1162/neco_a_01234"),
    ("https://pubs.aip.org/aip/jcp/article/doi/10.1063/5.0123456/2877654/A-Title", "10.1063/5.0123456"),
    ("https://epubs.siam.org/doi/abs/10.1137/23M1234567?af=R", "10.1137/23m1234567"),
    ("https://doi.ieeecomputersociety.org/10.1109/TPAMI.2025.1234567", "10.1109/tpami.2025.1234567"),
    ("https://hdl.handle.net/10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("doi.org/10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("info:doi/10.1145/3580305.3599258", "10.1145/3580305.3599258"),
    ("https://www.nature.com/nature/articles?type=news", ""),
    ("https://example.org/doi/10.1145/3580305.3599258", ""),
    ("https://dl.acm.org/toc/tog/2025/44/1", ""),
]


@pytest.mark.parametrize(("text", "doi"), DOIS)
def test_58_a_doi_is_read_wherever_a_publishers_address_holds_it(text: str, doi: str) -> None:
    assert normal_doi(text) == doi


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://dl.acm.org/doi/abs/10.1145/1.2", "https://doi.org/10.1145/1.2"),
        ("https://www.nature.com/articles/s41586-025-09733-7", "https://doi.org/10.1038/s41586-025-09733-7"),
        ("https://ar5iv.org/abs/2503.02130", "https://papers.cool/arxiv/2503.02130"),
        ("https://a.example/p?utm_source=rss", "https://www.a.example/p/?utm_medium=mail#"),
        ("https://a.example/p?af=R&dgcid=rss_sd_all&id=7", "http://a.example/p?id=7&rss=yes"),
    ],
)
def test_two_addresses_of_one_paper_join_whatever_the_titles(one: str, other: str) -> None:
    assert same_paper(paper("One", url=one), paper("Other", url=other))
    assert set(keys(paper("One", url=one))) & set(keys(paper("Other", url=other)))


@pytest.mark.parametrize("mark", ["#n{}", "?ref={}", "#/paper/{}", "?id={}", "/{}"])
def test_10_a_fragment_or_a_parameter_may_tell_two_addresses_apart(mark: str) -> None:
    one, other = (paper(f"Note {n}", url="https://a.example" + mark.format(n)) for n in range(2))
    assert not same_paper(one, other)
    assert same_entry(one, other) is False


@pytest.mark.parametrize(
    "title",
    [
        "Editorial",
        "Editorial Board and Its Members",
        "Corrigendum to How Rivers Flow",
        "Erratum: How Rivers Flow Again",
        "Table of Contents, Volume 12",
        "Front Matter of the Issue",
        "Issue Information",
        "In This Issue of the Journal",
        "IEEE Transactions on Rivers Publication Information",
        "Book Review: How Rivers Flow",
        "Call for Papers on Rivers",
        "Author Correction: How Rivers Flow",
        "List of Reviewers for 2025",
        "Guest Editorial on Rivers",
        "IEEE Transactions on Rivers Information for Authors",
        "Front Cover: How Rivers Flow",
    ],
)
def test_11_a_heading_of_every_issue_joins_nothing(title: str) -> None:
    assert not names_a_paper(title)
    assert not same_paper(paper(title, TEXT, ("Ada Lovelace",)), paper(title, TEXT, ("Ada Lovelace",)))
    first, second = paper(title, url="https://a.example/1"), paper(title, url="https://a.example/2")
    assert same_entry(first, second, ["a"], ["b"]) is False
    assert same_entry(first, second) is False


@pytest.mark.parametrize(
    "title",
    [
        "Content Moderation at the Edge of Rivers",
        "Indexing Rivers by Their Many Names",
        "News Recommendation with Long User Histories",
        "Covering Rivers with Small Boats",
        "Commenting Code with Language Models",
    ],
)
def test_a_title_that_only_begins_like_a_heading_is_one(title: str) -> None:
    assert names_a_paper(title)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("A Lee", "Ann Lee", True),
        ("Ann Lee", "Ann B. Lee", True),
        ("AB Lee", "Ann B Lee", True),
        ("Lee, A.", "Ann Lee", True),
        ("Lee AB", "Ann Lee", True),
        ("Lee", "Ann Lee", True),
        ("J-P Serre", "Jean-Pierre Serre", True),
        ("Y. Bengio", "Yoshua X. Bengio", True),
        ("Björn Müller", "B Muller", True),
        ("Juan van der Berg", "J van der Berg", True),
        ("Martin King, Jr.", "M King", True),
        ("B Lee", "Ann Lee", False),
        ("Wei Zhang", "Weidong Zhang", False),
        ("Ann Lee", "Ann Leed", False),
        ("", "Ann Lee", False),
    ],
)
def test_57_names_agree_by_family_and_initials(one: str, other: str, agree: bool) -> None:
    assert names_agree(name_of(one), name_of(other)) is agree
    assert names_agree(name_of(other), name_of(one)) is agree


SCHOLAR = paper(
    TITLE, "… how they flow over the years, from spring to sea, with …", ("A Lee", "B Roe"), "https://l.example/p.pdf"
)
WHOLE = paper(TITLE, TEXT, ("Ann Lee", "Bob Roe"), id="2601.00001")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SCHOLAR, WHOLE, True),
        (paper(TITLE, "", ("A Lee",)), paper(TITLE, "", ("Ann Lee",), id="2601.00001"), True),
        (paper("How Rivers Flow Over …", "", ("A Lee",)), WHOLE, True),
        (paper("How Rivers Flow Over...", TEXT[:90] + "…"), WHOLE, True),
        (paper("Rivers Flow Over …", "", ("A Lee",)), WHOLE, False),
        (paper("How Rivers Flow Over", "", ("A Lee",)), WHOLE, False),
        (paper(TITLE, "… from spring to sea, with a model of …"), WHOLE, True),
        (paper(TITLE, "… how they flow over the years … a model of their beds and rain"), WHOLE, True),
        (paper(TITLE, "… from spring to autumn, with a model of …"), WHOLE, False),
        (paper(TITLE, OTHER, ("A Lee",)), WHOLE, True),
        (paper(TITLE, OTHER, ("C Lee",)), WHOLE, False),
        (paper(TITLE, OTHER), WHOLE, False),
        (paper(TITLE), WHOLE, False),
        (paper("Rivers and Lakes", "", ("A Lee",)), paper("Rivers and Lakes", "", ("Ann Lee",)), False),
        (paper(TITLE, TEXT, id="2601.00002"), WHOLE, False),
        (paper(TITLE, TEXT, doi="10.1000/a"), paper(TITLE, TEXT, doi="10.1000/b"), False),
        (paper(TITLE, TEXT, url="https://dl.acm.org/doi/10.1145/1.2"), WHOLE, True),
    ],
)
def test_57_a_title_joins_where_text_or_authors_agree(one: Paper, other: Paper, same: bool) -> None:
    assert same_paper(one, other) is same
    assert same_paper(other, one) is same


def test_57_who_is_named_in_full_is_not_named_again_by_initials() -> None:
    assert merge([SCHOLAR, WHOLE]).authors == ("Ann Lee", "Bob Roe")
    assert merge([WHOLE, paper(TITLE, "x", ("A Lee", "C Zhu"))]).authors == ("Ann Lee", "Bob Roe", "C Zhu")
    assert merge([paper("How Rivers Flow …", TEXT + " More."), WHOLE]).title == TITLE


U = "https://a.example/"


@pytest.mark.parametrize(
    ("before", "now", "known_by", "guid", "same"),
    [
        (paper("A", url=U + "1"), paper("B", url=U + "2"), ["x:1"], "x:2", False),
        (paper("A", url=U + "1"), paper("A", url=U + "2"), ["x:1"], "x:2", False),
        (paper("A", url=U + "1"), paper("A new title", url=U + "1"), ["x:1"], "x:1", True),
        (paper("A", url=U + "1"), paper("A", url=U + "moved"), ["x:1"], "x:1", True),
        (paper("A", TEXT, url=U + "1"), paper("B", OTHER, url=U + "2"), ["7"], "7", False),
        (paper("A", TEXT, url=U + "1"), paper("B", OTHER, url=U + "1"), ["7"], "7", True),
        (paper("A", TEXT, url=U + "1"), paper("A", OTHER, url=U + "2"), ["7"], "7", True),
        (paper("A", TEXT), paper("B", TEXT + " More."), ["7"], "7", True),
        (paper("A"), paper("B"), ["7"], "7", True),
        (paper("A", TEXT, url=U + "1"), paper("A", TEXT + " More.", url=U + "1"), ["1;x"], "2;x", True),
        (paper("A", TEXT, url=U + "1"), paper("B", OTHER, url=U + "1"), ["1;x"], "2;x", False),
        (paper("Editorial", url=U + "1"), paper("Editorial", url=U + "1"), ["1;x"], "2;x", False),
        (paper("A", url=U + "1"), paper("B", url=U + "1"), [], "", True),
        (paper("A", url=U + "1?utm_id=1"), paper("A", url=U + "1?utm_id=2"), [], "", True),
        (paper("A", url=U + "1?utm_id=1"), paper("B", url=U + "1?utm_id=2"), [], "", False),
        (paper("A", url=U + "1", id="2601.00001"), paper("B", url=U + "2", id="2601.00001"), ["a"], "b", True),
        (paper("A", TEXT, id="2601.00001"), paper("A", TEXT, id="2601.00002"), ["a"], "a", False),
        (paper(TITLE, TEXT), paper(TITLE, OTHER), [], "", None),
        (paper(TITLE, TEXT), paper(TITLE), [], "", True),
        (paper("Editorial"), paper("Editorial"), [], "", True),
        (paper("A"), paper("B"), [], "", None),
    ],
)
def test_10_entries_of_one_source_are_told_apart_by_id_and_address(
    before: Paper, now: Paper, known_by: list[str], guid: str, same: bool | None
) -> None:
    assert same_entry(before, now, known_by, [guid] if guid else []) is same


def test_a_cut_title_is_found_by_the_whole_one_and_a_heading_by_more_than_itself() -> None:
    assert "cut:howriversflowove" in keys(paper("How Rivers Flow Over …"))
    assert "cut:howriversflowove" not in keys(paper(TITLE))
    assert looked_up(paper(TITLE)) == (*keys(paper(TITLE)), "cut:howriversflowove")
    assert looked_up(paper("Short")) == keys(paper("Short"))
    assert looked_up(paper("Editorial", url=U + "1")) == ("url:a.example/1",)
    assert looked_up(paper("Editorial")) == keys(paper("Editorial")) == ("title:editorial",)


def test_an_id_or_an_address_is_exact_and_two_arxiv_ids_contradict() -> None:
    one, other = paper(TITLE, id="2601.00001", doi="10.1000/a"), paper(TITLE, id="2601.00002", doi="10.1000/A")
    assert contradict(one, other) is True
    assert contradict(one, one) is contradict(one, paper(TITLE)) is False
    assert is_exact(one, one) is is_exact(one, other) is True
    assert is_exact(paper(url=U + "1"), paper("B", url=U + "1")) is True
    assert is_exact(paper(url=U + "1"), paper(url=U + "1?utm_id=2")) is is_exact(paper(), paper()) is False


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200), st.text(max_size=200))
def test_any_two_sightings_are_judged_the_same_both_ways(title: str, other: str, text: str, url: str) -> None:
    a = Paper(title, title, text, (other,), links={"abstract": f"https://{url}"})
    b = Paper(other, other, text, (title,), links={"abstract": url})
    assert same_paper(a, b) == same_paper(b, a)
    assert titles_agree(title, other) == titles_agree(other, title)
    same_entry(a, b)
    keys(a)
