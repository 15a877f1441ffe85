"""Papers as a reference manager takes them: BibTeX, RIS, CSL-JSON, and what Zotero finds on a page.

Says what is known and no more: a name is turned round only where its order is known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal, get_args

from feeds.citation import bibtex, csl, ris
from feeds.citation.embedded import coins, tags
from feeds.citation.keys import keyed
from feeds.citation.reference import Reference, reference
from feeds.paper import Paper

__all__ = ["CONTENT_TYPES", "FORMS", "SUFFIXES", "Form", "cite", "cited", "coins", "pasted", "tags"]
Form = Literal["bibtex", "ris", "csl"]
FORMS: tuple[Form, ...] = get_args(Form)
SUFFIXES: dict[Form, str] = {"bibtex": "bib", "ris": "ris", "csl": "csl.json"}
"""What an address of the form ends in."""
CONTENT_TYPES: dict[Form, str] = {
    "bibtex": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
"""What Zotero's connector takes by itself (its list of importable types), and citation-style-language/schema."""
_ENTRIES: dict[Form, Callable[[str, Reference], str]] = {"bibtex": bibtex.entry, "ris": ris.entry, "csl": csl.entry}
_AROUND: dict[Form, tuple[str, str, str]] = {
    "bibtex": ("", "\n", ""),
    "ris": ("", "", ""),
    "csl": ("[\n", ",\n", "\n]\n"),
}
"""What stands before, between and after entries."""


def cite(papers: Iterable[Paper], form: Form) -> str:
    """A file of these papers, in their order; each has a key of its own. Raises ValueError for an unknown form."""
    return "".join(cited(papers, form))


def pasted(paper: Paper) -> str:
    """Its entry of BibTeX as people paste it: without abstract and keywords."""
    return cite([replace(paper, abstract="", keywords=())], "bibtex")


def cited(papers: Iterable[Paper], form: Form) -> Iterator[str]:
    """The same, piece by piece: a whole archive needs no memory."""
    if form not in FORMS:
        raise ValueError(f"no citation format {form!r}: {', '.join(FORMS)}")
    head, between, tail = _AROUND[form]
    lead = head
    for key, one in keyed(map(reference, papers)):
        yield lead + _ENTRIES[form](key, one)
        lead = between
    yield tail if lead is between else head + tail
