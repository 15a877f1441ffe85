"""Digests: `parse_digest` turns the bytes of an answer, page, mail or file into papers; one module a format.

Does not fetch, store or match. A format is loaded when the first digest of it comes: most rounds bring none, and all
are a tenth of what such a round costs (measured).
"""

from feeds.digests.error import DigestError
from feeds.paper import Digest

__all__ = ["DigestError", "parse_digest", "sniff"]


def parse_digest(data: bytes, kind: str | None = None, *, address: str = "", charset: str = "") -> Digest:
    """The papers of a digest, each once; without a kind it is recognised by `sniff`.

    Of an answer, `address` is where it came from in the end, and `charset` what its Content-Type says: they count where
    the document is silent. Raises DigestError, and nothing else, if it holds nothing usable or its reader broke (with
    what was raised as its cause); a bad item is skipped and named instead. Raises KeyError for a kind that is none.
    """
    from feeds.digests.reading import parsed  # noqa: PLC0415  (see above)

    return parsed(data, kind, address=address, charset=charset)


def sniff(data: bytes, *, address: str = "", charset: str = "") -> str:
    """The kind of a digest, a name in reading.PARSERS. Raises DigestError, and nothing else, if it is none."""
    from feeds.digests.reading import sniffed  # noqa: PLC0415  (see above)

    return sniffed(data, address=address, charset=charset)
