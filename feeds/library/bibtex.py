"""BibTeX and BibLaTeX, read by bibtexparser."""

from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string

from feeds.library.entry import Entry

_NUMBERS = ("eprint", "url", "arxivid", "arxiv", "journal", "note", "howpublished")


def entries(text: str) -> Iterator[Entry]:
    """Each entry; a block that is broken is left out, and the others stand."""
    for one in parse_string(text).entries:
        fields = {key.lower(): str(field.value) for key, field in one.fields_dict.items()}
        yield Entry(
            fields.get("title", ""),
            fields.get("abstract", ""),
            fields.get("doi", ""),
            tuple(fields[key] for key in _NUMBERS if key in fields),
            fields.get("date", "") or fields.get("year", ""),
            tuple(filter(None, (name.strip() for name in fields.get("author", "").split(" and ")))),
        )
