"""BibTeX and BibLaTeX, read by bibtexparser."""

from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.enclosing import RemoveEnclosingMiddleware
from bibtexparser.model import Entry as Block
from bibtexparser.model import Field, ParsingFailedBlock

from feeds.library.entry import Entry

_NUMBERS = ("eprint", "url", "arxivid", "arxiv", "journal", "note", "howpublished")


def entries(text: str) -> Iterator[Entry]:
    """Each entry, those too whose key or field stands twice; of a broken one only that it is there."""
    library = parse_string(text)
    for block in library.blocks:
        if isinstance(block, Block):
            yield _entry(block.fields)
        elif isinstance(block, ParsingFailedBlock):
            twice = block.ignore_error_block
            if isinstance(twice, Block):
                bare = RemoveEnclosingMiddleware().transform_entry(twice, library)
                yield _entry(reversed(bare.fields))  # the first of two counts
            elif twice is None:
                yield Entry("")


def _entry(found: Iterable[Field]) -> Entry:
    fields = {field.key.lower(): str(field.value) for field in found}
    return Entry(
        fields.get("title", ""),
        fields.get("abstract", ""),
        fields.get("doi", ""),
        tuple(fields[key] for key in _NUMBERS if key in fields),
        fields.get("date", "") or fields.get("year", ""),
        tuple(filter(None, (name.strip() for name in fields.get("author", "").split(" and ")))),
    )
