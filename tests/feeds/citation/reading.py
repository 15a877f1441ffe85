"""Citations as other programs read them: bibtexparser for BibTeX, rispy for RIS, Zotero's rules for pages."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import bibtexparser
import pylatexenc.latex2text as latex
import rispy  # type: ignore[import-untyped]  # it ships no types
from bibtexparser.middlewares import SeparateCoAuthors
from lxml import html


@dataclass(frozen=True)
class Read:
    """What a program has of a paper."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: str
    arxiv: str
    doi: str
    url: str
    abstract: str


def from_bibtex(text: str) -> list[Read]:
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors()])
    assert library.failed_blocks == []
    assert library.comments == []
    return [_entry(one) for one in library.entries]


def _entry(one: Any) -> Read:
    def get(name: str, default: Any = "") -> Any:
        return field.value if (field := one.fields_dict.get(name)) else default

    title, abstract = _decoded(get("title")), _decoded(get("abstract"))
    authors = tuple(map(_decoded, get("author", ())))
    return Read(one.key, title, authors, get("year"), get("eprint"), get("doi"), get("url"), abstract)


_CONTEXT = latex.get_default_latex_context_db()
# pylatexenc takes it for a modifier letter.
_CONTEXT.add_context_category("ascii", prepend=True, macros=[latex.MacroTextSpec("textasciicircum", "^")])
_decoded = latex.LatexNodes2Text(latex_context=_CONTEXT, math_mode="verbatim").latex_to_text


def from_ris(text: str) -> list[Read]:
    return [
        Read(
            one["id"],
            one["title"],
            tuple(one.get("authors", ())),
            one.get("year", ""),
            one.get("accession_number", "").removeprefix("arXiv:"),
            one.get("doi", ""),
            next(iter(one.get("urls", ())), ""),
            one.get("abstract", ""),
        )
        for one in rispy.loads(text)
    ]


def from_csl(text: str) -> list[Read]:
    return [
        Read(
            one["id"],
            one["title"],
            tuple(name.get("literal") or f"{name['given']} {name['family']}" for name in one.get("author", ())),
            f"{one['issued']['date-parts'][0][0]:04}" if "issued" in one else "",
            one.get("number", "").removeprefix("arXiv:"),
            one.get("DOI", ""),
            one.get("URL", ""),
            one.get("abstract", ""),
        )
        for one in json.loads(text)
    ]


@dataclass
class Item:
    """What Zotero makes of a page's paper."""

    kind: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    doi: str = ""
    url: str = ""
    publication: str = ""
    pdf: str = ""
    abstract: str = ""


def embedded(page: bytes) -> Item | None:
    """By the translator "Embedded Metadata": the `citation_` tags in the page's head."""
    known: dict[str, list[str]] = {}
    for tag in html.fromstring(page).xpath("/html/head/meta[@name and @content]"):
        known.setdefault(tag.get("name"), []).append(tag.get("content"))

    def first(name: str) -> str:
        return next(iter(known.get(f"citation_{name}", ())), "")

    if not first("title"):
        return None
    return Item(
        "journalArticle",
        first("title"),
        tuple(name for text in known.get("citation_author", ()) for name in _authors(text)),
        first("publication_date"),
        first("doi"),
        first("abstract_html_url"),
        first("journal_title"),
        first("pdf_url"),
        first("abstract"),
    )


def _authors(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) == 1:
        commas = [part.strip() for part in text.split(",")]
        if len(commas) > 1 and " " in commas[0] and " " in commas[1]:
            parts = commas
    return [part for part in parts if part]


def spans(page: bytes) -> list[Item]:
    """By the translator "COinS": every span of class Z3988 with a title, read as a context object."""
    found = html.fromstring(page).xpath('//span[contains(concat(" ", @class, " "), " Z3988 ")][@title]/@title')
    return [item for text in found if (item := _context_object(text)) and item.title]


def _context_object(text: str) -> Item | None:
    pairs = [(key, unquote(value.replace("+", " "))) for key, value in (one.split("=") for one in text.split("&"))]
    kinds = {"info:ofi/fmt:kev:mtx:journal": "journalArticle", "info:ofi/fmt:kev:mtx:dc": "webpage"}
    kind = next((kinds.get(value) for key, value in pairs if key == "rft_val_fmt"), None)
    if kind is None:
        return None
    item = Item(kind)
    for key, value in pairs:
        if key == "rft_id" and value.startswith("info:doi/"):
            item.doi = value.removeprefix("info:doi/")
        elif key == "rft_id" and value.startswith(("http://", "https://")):
            item.url = value
        elif key == ("rft.atitle" if kind == "journalArticle" else "rft.title"):
            item.title = value
        elif key == "rft.jtitle":
            item.publication = value
        elif key == "rft.date":
            item.date = value
        elif key == "rft.au":
            item.authors = (*item.authors, value)
        elif key == "rft.type":
            item.kind = value
    return item
