"""A document in UTF-8, by its own marks, else by what its server says."""

import codecs
import re

_XML_ENCODING = re.compile(r"\A(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"'>]*[\"']")
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?\sencoding\s*=|<meta[^>]{1,200}charset", re.IGNORECASE)
_HEAD = 1024
_UNMARKED = re.compile(rb"(<\x00[^\x00]\x00)|\x00<\x00[^\x00]")
"""XML in UTF-16 without a byte order mark: little-endian, or big (XML 1.0, appendix F)."""


def in_utf8(data: bytes, charset: str = "") -> bytes:
    """UTF-16, as some editors save a pasted text and some servers a feed, in UTF-8; without a byte order mark.

    What has no mark, declares no encoding and is no UTF-8 is read in the charset that its server named.
    """
    unmarked = _UNMARKED.match(data)
    if unmarked or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode(("utf-16-le" if unmarked[1] else "utf-16-be") if unmarked else "utf-16", "replace")
        return _XML_ENCODING.sub(r"\1", text, count=1).encode("utf-8", "replace")
    if data.startswith(codecs.BOM_UTF8) or not charset or _DECLARED.search(data[:_HEAD]):
        return data.removeprefix(codecs.BOM_UTF8)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, charset)
    return data


def _decoded(data: bytes, charset: str) -> bytes:
    try:
        return data.decode(charset, "replace").encode("utf-8", "replace")
    except (LookupError, ValueError):  # no such charset, or one that is no text's
        return data
