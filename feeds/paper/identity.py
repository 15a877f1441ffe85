"""When two sightings are one paper: keys by which the other may be found, and the judgement once it is.

Sightings of different sources are joined by what they share; entries of one source are told apart by what differs.
"""

from collections.abc import Collection

from feeds.known import remembered
from feeds.paper.addresses import (
    arxiv_id,
    campaign_free_url,
    exact_url,
    legacy_url,
    normal_doi,
    normal_url,
    untracked_url,
)
from feeds.paper.model import Paper
from feeds.paper.people import people_agree
from feeds.paper.texts import same_text, texts_agree
from feeds.paper.titles import digest, folded_title, is_cut, is_heading, names_a_paper, titles_agree

_ARXIV_DOI = "10.48550/arxiv."
_CUT_KEY = 16
"""Letters of a cut title that a whole one is looked up by."""


def keys(paper: Paper) -> tuple[str, ...]:
    """Every key by which a sighting of this paper may be found, strongest first. What is found must still be judged."""
    found: list[str] = []
    if arxiv := arxiv_of(paper):
        found.append(f"arxiv:{arxiv}")
    if doi := doi_of(paper):
        found.append(f"doi:{doi}")
    address = "" if arxiv else paper.links.get("abstract", "")
    found += dict.fromkeys(f"url:{url}" for url in (normal_url(address), legacy_url(address)) if url)
    if folded := folded_title(paper.title):
        found.append(f"title:{folded}")
        if is_cut(paper.title) and len(folded) >= _CUT_KEY:
            found.append(f"cut:{folded[:_CUT_KEY]}")
    return tuple(found) or (f"text:{digest(paper.title + paper.abstract)}",)


def looked_up(paper: Paper) -> tuple[str, ...]:
    """The keys under which an earlier sighting may stand: `keys`, and that of its title cut.

    Not a heading that every issue has, where there is more to go by: it would find hundreds, and join none.
    """
    found = list(keys(paper))
    folded = folded_title(paper.title)
    if is_heading(paper.title) and any(not key.startswith(("title:", "cut:")) for key in found):
        found.remove(f"title:{folded}")
    elif len(folded) >= _CUT_KEY:
        found.append(f"cut:{folded[:_CUT_KEY]}")
    return tuple(dict.fromkeys(found))


def same_paper(a: Paper, b: Paper) -> bool:
    """Whether two sightings of different sources are of one paper.

    Two arXiv ids, or two DOIs, decide. Else one address without its tracking does; else a title, if it has four words
    or more, is none of every issue's headings, and text or authors agree.
    """
    arxiv_a, arxiv_b = arxiv_of(a), arxiv_of(b)
    if arxiv_a and arxiv_b:
        return arxiv_a == arxiv_b
    doi_a, doi_b = doi_of(a), doi_of(b)
    if doi_a and doi_b:
        return doi_a == doi_b
    return _same_address(a, b) or _same_title(a, b)


def same_entry(before: Paper, now: Paper, known_by: Collection[str] = (), guids: Collection[str] = ()) -> bool | None:
    """Whether two sightings of one source are of one entry: by its id and address; None where neither can tell.

    `known_by` and `guids` are what the source called it before and calls it now, where it does.
    """
    for one, other in ((arxiv_of(before), arxiv_of(now)), (doi_of(before), doi_of(now))):
        if one and other:
            return one == other
    if known_by and guids:
        shared = set(known_by) & set(guids)
        if shared:
            return any(_is_global(guid) for guid in shared) or _may_be_an_edit(before, now)
        return _at_one_address(before, now) and _is_edit(before, now)
    if _is_known_by_address(before) and _is_known_by_address(now):
        return _at_one_address(before, now) or (
            titles_agree(before.title, now.title)
            and campaign_free_url(_address(before)) == campaign_free_url(_address(now))
        )
    alike = before.id == now.id and not (before.abstract and now.abstract)
    return True if alike or _is_edit(before, now) else None


def contradict(a: Paper, b: Paper) -> bool:
    """Whether two papers can never be one: they have different arXiv ids."""
    arxiv_a, arxiv_b = arxiv_of(a), arxiv_of(b)
    return bool(arxiv_a and arxiv_b and arxiv_a != arxiv_b)


def is_exact(a: Paper, b: Paper) -> bool:
    """Whether more than a title or a rough address makes two sightings one: an id, or the address to the letter."""
    return (
        bool(arxiv_of(a) and arxiv_of(a) == arxiv_of(b))
        or bool(doi_of(a) and doi_of(a) == doi_of(b))
        or _at_one_address(a, b)
    )


def arxiv_of(paper: Paper) -> str | None:
    """The arXiv id in a paper's id or address."""
    return _arxiv(paper.id) or (_arxiv(paper.links.get("abstract", "")) if paper.links else None)


def doi_of(paper: Paper) -> str:
    """The DOI in a paper's own field, id or address; empty for arXiv's own, which says no more than the arXiv id."""
    for text in (paper.doi, paper.id, paper.links.get("abstract", "")):
        if text and (doi := _doi(text)):
            return "" if doi.startswith(_ARXIV_DOI) else doi
    return ""


_arxiv = remembered(1024)(arxiv_id)
_doi = remembered(1024)(normal_doi)


def _address(paper: Paper) -> str:
    return paper.links.get("abstract", "")


def _is_known_by_address(paper: Paper) -> bool:
    return bool(_address(paper)) and not arxiv_of(paper) and not doi_of(paper)


def _at_one_address(a: Paper, b: Paper) -> bool:
    exact = exact_url(_address(a))
    return bool(exact) and exact == exact_url(_address(b))


def _same_page(a: Paper, b: Paper) -> bool:
    rough = normal_url(_address(a))
    return bool(rough) and rough == normal_url(_address(b))


def _same_address(a: Paper, b: Paper) -> bool:
    if not _same_page(a, b):
        return False
    return untracked_url(_address(a)) == untracked_url(_address(b)) or titles_agree(a.title, b.title)


def _may_be_an_edit(before: Paper, now: Paper) -> bool:
    """Whether an entry under an id that may come again is still the one before: not all of it is different."""
    addressed, written = bool(_address(before) and _address(now)), bool(before.abstract and now.abstract)
    if _at_one_address(before, now) or titles_agree(before.title, now.title):
        return True
    return texts_agree(before.abstract, now.abstract) if written else not addressed


def _same_title(a: Paper, b: Paper) -> bool:
    if not titles_agree(a.title, b.title) or is_heading(a.title):
        return False
    if not (names_a_paper(a.title) and names_a_paper(b.title)):
        return same_text(a.abstract, b.abstract)
    return texts_agree(a.abstract, b.abstract) or people_agree(a.authors, b.authors)


def _is_edit(before: Paper, now: Paper) -> bool:
    """Whether an entry says so much the same that it is the one before under another id."""
    if titles_agree(before.title, now.title) and not (before.abstract and now.abstract):
        return not is_heading(now.title)
    return texts_agree(before.abstract, now.abstract)


def _is_global(guid: str) -> bool:
    """Whether an id is one in the world: an address, a `tag:`, a UUID; a bare number may come again."""
    return ":" in guid or "/" in guid or len(guid) >= 20
