"""BibTeX and BibLaTeX, read by bibtexparser."""

import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry as Block
from bibtexparser.model import ParsingFailedBlock

from feeds.library.entry import Entry

_ENCLOSED = re.compile(r"\A([{\"])(.*)[}\"]\Z", re.DOTALL)
_NUMBERS = ("eprint", "url", "arxivid", "arxiv", "journal", "note", "howpublished")


def entries(text: str) -> Iterator[Entry]:
    """Each entry, those too whose key or field stands twice; of a broken one only that it is there."""
    for block in parse_string(text).blocks:
        if isinstance(block, Block):
            yield _entry({field.key.lower(): str(field.value) for field in block.fields})
        elif isinstance(block, ParsingFailedBlock):
            twice = block.ignore_error_block
            if isinstance(twice, Block):
                yield _entry({field.key.lower(): _bare(str(field.value)) for field in reversed(twice.fields)})
            elif twice is None:
                yield Entry("")


def _entry(fields: Mapping[str, str]) -> Entry:
    return Entry(
        fields.get("title", ""),
        fields.get("abstract", ""),
        fields.get("doi", ""),
        tuple(fields[key] for key in _NUMBERS if key in fields),
        fields.get("date", "") or fields.get("year", ""),
        tuple(filter(None, (name.strip() for name in fields.get("author", "").split(" and ")))),
    )


def _bare(value: str) -> str:
    """Such an entry comes as it is written."""
    return _ENCLOSED.sub(r"\2", value.strip())
