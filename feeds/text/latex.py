r"""TeX in titles and abstracts to plain Unicode: `$10^{-4}$` to 10⁻⁴, `\textbf{fast}` to fast.

Reads what authors write in abstracts, not TeX: no definitions, no tables. A dollar that is money stays.
"""

import re
from collections.abc import Callable
from string import ascii_uppercase

from feeds.text.macros import (
    ACCENTS,
    SILENT,
    SWALLOWING,
    accented,
    code_point,
    double_struck,
    subscript,
    superscript,
    symbol,
)
from feeds.text.markup import nameless

_LONGEST = 600
"""Code points of one formula: two dollars further apart are money, and the search stays linear."""
_MATH = re.compile(
    rf"(?<!\\)\$\$?(?![\s$])((?:[^$\\\n]|\\[^\n]){{1,{_LONGEST}}}?)(?<![\s\\])\$\$?(?!\d)"
    rf"|\\\(((?:[^\\\n]|\\[^()\n]){{1,{_LONGEST}}}?)\\\)|\\\[((?:[^\\\n]|\\[^\[\]\n]){{1,{_LONGEST}}}?)\\\]"
)
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,} [A-Za-z]{2,}|^[\d.,]+[KMBk]?[ ,;:)]")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?([ \t]*)|\\(.)|([{}^_~])|[^\\{}^_~]+|\\", re.DOTALL)
_RAW = re.compile(r"\s*\{([^{}]{0,2000})\}")
_GROUP = re.compile(r"[ \t]*\{")
_DEEPEST = 40
_SPACES = frozenset(",;: ")
_NO_CHARACTER = frozenset("!-()[]/")
_RELATIONS = frozenset("≠≤≥≈∼→←↔∝∈⊆≲≳")
_LENGTH = re.compile(r"\s*-?[\d.]+\s?(?:mu|em|ex|pt|cm|mm|in)\s?")
_CITED = re.compile(r"[cC]ite\w*|[a-zA-Z]?ref|[a-zA-Z]*footcite")


def unicode_of(text: str) -> str:
    """The text with its TeX read; one without TeX comes back as it is."""
    if "$" in text or "\\" in text:
        text = _MATH.sub(_formula, text)
    if "\\" in text or "^{" in text or "_{" in text:
        text = _Reader(text, math=False).read()
    return text


def _formula(found: re.Match[str]) -> str:
    content = found[1] or found[2] or found[3] or ""
    if found[1] and "\\" not in content and _PROSE.search(content):
        return found[0]
    return _Reader(content, math=True).read().strip()


class _Reader:
    """One pass over a text or a formula; `at` is how far it has read."""

    def __init__(self, source: str, *, math: bool) -> None:
        self.source = source
        self.math = math
        self.at = 0

    def read(self) -> str:
        parts = []
        while self.at < len(self.source):
            parts.append(self.group(0))
        return "".join(parts)

    def group(self, depth: int) -> str:
        """Everything up to the brace that closes this group, or to the end."""
        out: list[str] = []
        while self.at < len(self.source):
            token = self.next_token()
            if token[4] == "}":
                if not depth and not self.math:
                    out.append("}")
                    continue
                break
            if printed := self.meaning(token, out, depth):
                out.append(printed)
        return "".join(out)

    def next_token(self) -> re.Match[str]:
        token = _TOKEN.match(self.source, self.at)
        assert token, "the pattern's last alternatives match any character"
        self.at = token.end()
        return token

    def meaning(self, token: re.Match[str], out: list[str], depth: int) -> str:
        """What one token prints; may read on for its arguments."""
        name, space, escaped, special = token.groups()
        if name is not None:
            return self.macro(name, space, out[-1][-1] if out else "", depth)
        if escaped is not None:
            return self.escape(escaped, depth)
        if special == "{":
            return self.braces(depth)
        if special in ("^", "_"):
            return self.script(special, depth)
        if special == "~":
            return " " if self.math else "~"
        return "" if token[0] == "\\" else token[0]

    def braces(self, depth: int) -> str:
        """A group; outside formulas its braces only go when it begins with a macro: `{0,1}` is a set."""
        if depth >= _DEEPEST:
            return ""
        bare = self.math or self.source[self.at : self.at + 20].lstrip()[:1] == "\\"
        content = self.group(depth + 1)
        return content if bare else "{" + content + "}"

    def argument(self, depth: int) -> str:
        """The next group, macro or character."""
        opened = _GROUP.match(self.source, self.at)
        if opened:
            self.at = opened.end()
            return self.group(depth + 1).strip() if depth < _DEEPEST else ""
        if self.at < len(self.source) and self.source[self.at] not in "\\}":
            self.at += 1
            return self.source[self.at - 1]
        if self.source[self.at : self.at + 1] == "\\" and depth < _DEEPEST:
            return self.meaning(self.next_token(), [], depth + 1).strip()
        return ""

    def raw_argument(self) -> str:
        """The next group as it stands, for addresses and keys."""
        found = _RAW.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return found[1].strip() if found else ""

    def script(self, mark: str, depth: int) -> str:
        if not self.math and self.source[self.at : self.at + 1] not in ("{", "\\"):
            return mark
        content = self.argument(depth)
        return superscript(content) if mark == "^" else subscript(content)

    def escape(self, character: str, depth: int) -> str:
        if character in ACCENTS and self.letter_follows(character):
            return accented(character, self.argument(depth))
        if character == "\\" or character in _SPACES or character.isspace():
            return " "
        return "" if character in _NO_CHARACTER else character

    def letter_follows(self, accent: str) -> bool:
        r"""Whether `\'` is an accent; in `query\'s` it is an apostrophe (2407.16291)."""
        rest = self.source[self.at : self.at + 3]
        if accent == "'" and rest[:1] == "s" and not rest[1:2].isalpha():
            return False
        return rest[:1].isalpha() or rest[:1] in ("{", "\\")

    def macro(self, name: str, space: str, before: str, depth: int) -> str:
        grouped = _GROUP.match(self.source, self.at) is not None
        if name in ACCENTS and (grouped or len(name) > 1):
            return accented(name, self.argument(depth))
        if name in SILENT:
            return ""
        if name in SWALLOWING:
            return self.swallowed()
        if name in _WITH_ARGUMENTS:
            return _WITH_ARGUMENTS[name](self, before, depth)
        if _CITED.fullmatch(name):
            keys = self.raw_argument()
            return f"{_apart(before)}[{keys}]" if keys else ""
        return self.applied(name, before, depth) if grouped and not space else self.word(name, space, before)

    def swallowed(self) -> str:
        if not self.raw_argument():
            length = _LENGTH.match(self.source, self.at)
            self.at = length.end() if length else self.at
        return ""

    def applied(self, name: str, before: str, depth: int) -> str:
        """`name{...}`: an unknown macro shows its argument, if it has one."""
        content = self.argument(depth)
        return content or self.word(name, "", before)

    def word(self, name: str, space: str, before: str) -> str:
        shown = symbol(name)
        following = self.source[self.at : self.at + 1]
        if shown.endswith(".") and following == ".":
            shown = shown[:-1]
        if shown[-1:].isalpha() and (len(shown) > 1 and shown.isascii()):
            start = " " if before.isalnum() else ""
            return start + shown + (space[:1] or (" " if self.math and following.isalnum() else ""))
        closed = not before.isspace() and (self.math or shown in _RELATIONS)
        return shown + ("" if closed else space[:1])


def _url(reader: _Reader, before: str, _depth: int) -> str:
    return _apart(before) + reader.raw_argument().removesuffix(".")


def _link(reader: _Reader, before: str, depth: int) -> str:
    """`text (address)`, or the address alone where the text says no more."""
    url, text = reader.raw_argument(), reader.argument(depth)
    lone = nameless(text) or text.casefold() in url.casefold() or (url and url in text)
    return _apart(before) + (url if lone else f"{text} ({url})" if url else text)


def _footnote(reader: _Reader, before: str, depth: int) -> str:
    return f"{_apart(before)}({reader.argument(depth)})"


def _fraction(reader: _Reader, _before: str, depth: int) -> str:
    return f"{_factor(reader.argument(depth))}/{_factor(reader.argument(depth))}"


def _root(reader: _Reader, _before: str, depth: int) -> str:
    return f"√{_factor(reader.argument(depth))}"


def _second(reader: _Reader, _before: str, depth: int) -> str:
    reader.raw_argument()
    return reader.argument(depth)


def _color(reader: _Reader, _before: str, _depth: int) -> str:
    r"""`\color{ddtD}ecoupled` lost a brace on its way (2504.05741): the capitals are text."""
    name = reader.raw_argument()
    return name[len(name.rstrip(ascii_uppercase)) :]


_WITH_ARGUMENTS: dict[str, Callable[[_Reader, str, int], str]] = {
    "url": _url,
    "href": _link,
    "color": _color,
    "textcolor": _second,
    "colorbox": _second,
    "sqrt": _root,
    "unicode": lambda reader, _before, _depth: code_point(reader.raw_argument()),
    "mathbb": lambda reader, _before, depth: double_struck(reader.argument(depth)),
    "textsuperscript": lambda reader, _before, depth: superscript(reader.argument(depth)),
    "textsubscript": lambda reader, _before, depth: subscript(reader.argument(depth)),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "nicefrac", "sfrac"), _fraction),
    **dict.fromkeys(("footnote", "thanks", "blfootnote", "footnotetext"), _footnote),
}


def _apart(before: str) -> str:
    return " " if before and not (before.isspace() or before in "([{~") else ""


def _factor(content: str) -> str:
    return content if len(content) <= 1 or content.replace(".", "").isalnum() else f"({content})"
