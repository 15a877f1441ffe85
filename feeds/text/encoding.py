"""A document in UTF-8: by its own marks, else by what its server says, else by its letters."""

import codecs
import re

_XML_ENCODING = re.compile(r"\A(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"'>]*[\"']")
_DECLARED = re.compile(
    rb"\A\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']?([\w.:-]+)|<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_HEAD = 1024
_UNMARKED = re.compile(rb"(<\x00[^\x00]\x00)|\x00<\x00[^\x00]")
"""XML in UTF-16 without a byte order mark: little-endian, or big (XML 1.0, appendix F)."""
_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""Beyond ASCII, in UTF-8."""


def in_utf8(data: bytes, charset: str = "") -> bytes:
    """UTF-16, as some editors save a pasted text and some servers a feed, in UTF-8; without a byte order mark.

    What has no mark, declares no encoding and is no UTF-8 is read in the charset that its server named. What should be
    UTF-8, and is none, is `as_meant`.
    """
    unmarked = _UNMARKED.match(data)
    if unmarked or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode(("utf-16-le" if unmarked[1] else "utf-16-be") if unmarked else "utf-16", "replace")
        return _XML_ENCODING.sub(r"\1", text, count=1).encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    if _is_utf8(data):
        return data
    declared = _DECLARED.search(data[:_HEAD])
    name = (declared[1] or declared[2]).decode("ascii") if declared else charset
    if not name or _means_utf8(name):
        return as_meant(data).encode()
    return data if declared else _decoded(data, name)


def as_meant(data: bytes) -> str:
    """The text of what should be UTF-8, damaged or not.

    With more damage than letters of that beyond ASCII (an ß and a quotation mark look like one) it is windows-1252, as
    browsers take Latin-1 (encoding.spec.whatwg.org).
    """
    text = data.decode("utf-8", "replace")
    damage = text.count("\ufffd")
    return text if not damage or len(_LETTER.findall(data)) >= damage else data.decode("cp1252", "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _means_utf8(name: str) -> bool:
    """ASCII is UTF-8, and so is what nobody knows."""
    try:
        return codecs.lookup(name).name in {"utf-8", "ascii"}
    except (LookupError, ValueError):
        return True


def _decoded(data: bytes, charset: str) -> bytes:
    try:
        return data.decode(charset, "replace").encode("utf-8", "replace")
    except (LookupError, ValueError):  # a charset that is no text's
        return as_meant(data).encode()
