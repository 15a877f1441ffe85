"""RIS entries, with the tags that Zotero, EndNote and Mendeley read alike."""

from collections.abc import Iterator

from feeds.citation.reference import Reference


def entry(key: str, one: Reference) -> str:
    """The paper's lines, with an empty one after them."""
    return "".join(f"{tag}  - {value}\n" for tag, value in _lines(key, one)) + "ER  - \n\n"


def _lines(key: str, one: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if one.publication else "UNPB"
    yield "ID", key
    yield "TI", one.title
    for author in one.authors:
        yield "AU", author.inverted
    if one.date:
        yield "PY", one.iso_date[:4]
        yield "DA", _date(one.iso_date)
    known = {
        "JO": one.publication,
        "AN": f"arXiv:{one.arxiv}" if one.arxiv else "",
        "DO": one.doi,
        "UR": one.url,
        "L1": one.pdf,
        "N1": "Withdrawn" if one.withdrawn else "",
        "AB": one.abstract,
    }
    yield from ((tag, value) for tag, value in known.items() if value)
    for word in one.keywords:
        yield "KW", word


def _date(iso: str) -> str:
    """`2026/03/04/`: what is not known is empty, the slashes stay."""
    parts = iso.split("-")
    return "/".join([*parts, *[""] * (4 - len(parts))])
