"""What a reader may find in the bytes of a digest, however it is written: an independent judge of titles.

Knows no format: it decodes, unescapes and takes tags away in every order that makes sense, and compares letters.
"""

import base64
import html
import quopri
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from feeds.text import clean_title

_DECLARED = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[|\]\]>|<[^<>]*>", re.DOTALL)
_OPENED = re.compile(r"<[A-Za-z]\w*(?:\s+\w+)?")
"""What a reader of broken XML takes for a tag that was never closed."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf])|([\"'/\\]))")
_PART = re.compile(r"<[^<>]*>|\n\s*\n|(?<!\\)\"|\]\(|(?<=[^\\])', ")
_NO_LETTERS = re.compile(r"[\W_]+")
_MARKED = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*\)|\[\d+\])")
"""A link or an image of markdown."""


def fold(text: str) -> str:
    """Letters and digits alone, case and accents folded."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKD", text.casefold()))


class Reading:
    """A digest's bytes, read in every way."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def holds(self, title: str) -> bool:
        """Whether the letters of a title stand in it one after the other."""
        wanted = fold(title.removeprefix("arXiv:") if re.fullmatch(r"arXiv:[\d.]+", title) else title)
        if wanted in self._as_it_is:
            return True
        if any(wanted in view for view in self._plain) or any(wanted in view for view in self._cleaned):
            return True
        return any(wanted in fold(clean_title(part)) for part in self._stretches(title))

    @cached_property
    def _as_it_is(self) -> str:
        return fold(self._data.decode("utf-8", "replace"))

    @cached_property
    def _texts(self) -> list[str]:
        """Decoded and unescaped, layer by layer."""
        texts: dict[str, None] = {}
        for text in _decodings(self._data):
            for _ in range(4):
                texts[text] = None
                texts[_unescaped(text)] = None
                if (text := html.unescape(text)) in texts:
                    break
        return list(texts)

    def _stretches(self, title: str) -> Iterator[str]:
        """From where the title's first word stands to where its last does: TeX may reach over tags and empty lines."""
        words = re.findall(r"\w+", title) or ["\0"]
        for text in self._texts:
            for start in islice(re.finditer(rf"\b{re.escape(words[0])}\b", text), 300):
                near = text[start.start() : start.start() + 3 * len(title) + 300]
                yield near
                yield from (near[: end.end()] for end in re.finditer(re.escape(words[-1]), near))

    @cached_property
    def _plain(self) -> list[str]:
        without: tuple[tuple[re.Pattern[str], str], ...] = ((_TAG, ""), (_OPENED, ""), (_MARKED, r"\1"))
        views = [mark.sub(kept, mark.sub(kept, text)) for text in self._texts for mark, kept in without]
        return [fold(view) for view in (*self._texts, *views)]

    @cached_property
    def _cleaned(self) -> list[str]:
        """With each part - between tags, empty lines, quotes - cleaned by itself, for what TeX becomes."""
        return [fold("".join(clean_title(part) for part in _PART.split(text))) for text in self._texts]


def _decodings(data: bytes) -> Iterator[str]:
    declared = [name.decode("ascii", "replace") for name in _DECLARED.findall(data[:2000])]
    wide = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-32-le"] if b"\x00" in data[:2000] else []
    for name in dict.fromkeys(["utf-8", "cp1252", "latin-1", *wide, *declared]):
        try:
            yield data.decode(name, "replace")
        except (LookupError, UnicodeError):
            continue
    yield _with_western_controls(data.decode("iso-8859-2", "replace"))
    yield quopri.decodestring(data).decode("utf-8", "replace")
    bare = data.replace(b"\x00", b"")
    if b"base64" in bare or b"octet-stream" in bare:
        yield from (_from_base64(block) for block in re.split(rb"[<>]|\n\n", bare) if len(block) < 100_000)


def _with_western_controls(text: str) -> str:
    """What feedparser makes of bytes in no encoding it knows: ISO 8859-2, its controls taken for Windows-1252."""
    return re.sub("[\x80-\x9f]", lambda found: bytes([ord(found[0])]).decode("cp1252", "replace"), text)


def _from_base64(block: bytes) -> str:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", block)
    whole = letters[: len(letters) // 4 * 4] if len(letters) % 4 == 1 else letters + b"=" * (-len(letters) % 4)
    return base64.b64decode(whole).decode("utf-8", "replace")


def _unescaped(text: str) -> str:
    """With the escapes of JSON, and of Python's strings, read."""
    read = _ESCAPE.sub(_character, text)
    return read.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    return found[4] or " "
