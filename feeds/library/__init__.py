"""A person's own papers, as a reference manager writes them: BibTeX, RIS or CSL-JSON. Which one, its content says."""

from dataclasses import dataclass

from feeds.paper import Paper
from feeds.text.encoding import in_utf8


class LibraryError(ValueError):
    """What cannot be read as a library, in one sentence."""


@dataclass(frozen=True, slots=True)
class Library:
    """The entries that could be read, and how many could not."""

    papers: tuple[Paper, ...]
    skipped: int = 0


def read_library(data: bytes) -> Library:
    """The papers of a file.

    An entry without a title is skipped. Raises LibraryError: it is none of the three, or none of its entries is one.
    """
    text = in_utf8(data).decode("utf-8", "replace").strip()
    if text[:1] in {"[", "{"}:
        from feeds.library.csl import entries  # noqa: PLC0415  (each reader's own library takes long to import)
    elif text.startswith("TY  -") or "\nTY  -" in text:
        from feeds.library.ris import entries  # noqa: PLC0415
    else:
        from feeds.library.bibtex import entries  # noqa: PLC0415
    found = [one.paper for one in entries(text)]
    papers = tuple(one for one in found if one is not None)
    if not papers:
        raise LibraryError("holds no entry of BibTeX, RIS or CSL-JSON that has a title")
    return Library(papers, len(found) - len(papers))
