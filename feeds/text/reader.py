r"""One pass over a text or a formula with TeX: groups, scripts, accents, macros.

What a macro prints is in `feeds.text.macros`, how one takes arguments in `feeds.text.arguments`. One that neither knows
is an author's own: with groups it shows what it is given, alone its name.
"""

import re
from collections.abc import Callable, Mapping

from feeds.text.cursor import DEEPEST, GROUP, Cursor
from feeds.text.letters import ACCENTS, accented, fraction, has_accent, subscript, superscript
from feeds.text.macros import SILENT, SPACES, SYMBOLS
from feeds.text.seams import GONE, NUMBER, WORD, sewn

_TOKEN = re.compile(r"\\([A-Za-z]+)([ \t]*)|\\(.)|([{}^_~])|[^\\{}^_~]+|\\", re.DOTALL)
_OPTION_GROUP = re.compile(r"\*?(?:\[[^\[\]]{0,300}\])?\{")
_SPACE = re.compile(r"[ \t]*")
_ROW_GAP = re.compile(r"\*?(?:\[-?[\d.]+ ?[a-z]{2}\])?")
_BLANKS = frozenset(",;: ")
_NO_CHARACTER = frozenset("!-()[]/")
_RELATIONS = frozenset("≠≤≥≈∼→←↔∝∈⊆≲≳")
_LETTERS = frozenset("åÅæÆœŒøØłŁßıȷđĐðÐþÞŋŊ")
_OPENING = frozenset("“‘„‚«‹")
_SHORT_FORM = re.compile(r"(?:s|t|d|m|ll|re|ve)(?![A-Za-z])")
"""What follows an apostrophe in English, as in `query's` and `don't`."""
_BASE = re.compile(r"[\w.]+\}[\^_]\{")
"""The rest of a group that is raised: `{10}^{6}`. `{0,1}^{n}` is a set."""
_CITED = re.compile(
    r"(?:[A-Za-z]{0,9}[cC]ite[A-Za-z]{0,12}|[a-zA-Z]{0,5}[rR]ef|labelcref|[cC]refrange|nameref|autoref|pageref|bibitem)\*?"
)
_INFIX: Mapping[str, Callable[[str, str], str]] = {
    "over": fraction,
    "choose": lambda above, below: f"{WORD}C({above},{below})",
    "atop": lambda above, below: f"{above}{WORD}{below}",
}


class Reader(Cursor):
    """One pass."""

    def __init__(self, source: str, handlers: "Mapping[str, Handler]", *, math: bool, before: str = "") -> None:
        super().__init__(source)
        self.math = math
        self.before = before
        self._handlers = handlers
        self._glued = -1
        """Where a brace would open a group of the macro just read."""
        self._seam = NUMBER
        self._unopened = 0
        self.columns_until = 0
        """Up to where `&` parts columns."""

    def read(self) -> str:
        """What the source prints."""
        parts: list[str] = []
        while self.at < len(self.source):
            parts.append(self.group(0, parts[-1][-1:] if parts else self.before))
        return "".join(parts)

    def group(self, depth: int, before: str = "") -> str:
        """Everything up to the brace that closes this group, or to the end."""
        out: list[str] = []
        while self.at < len(self.source):
            token = self._next_token()
            if token[4] == "}":
                if self._unopened:
                    self._unopened -= 1
                    continue
                if not depth and not self.math:
                    out.append("}")
                    continue
                break
            if token[1] in _INFIX and (depth or self.math) and depth < DEEPEST:
                return _INFIX[token[1]](_whole("".join(out)), _whole(self.group(depth + 1)))
            if printed := self._meaning(token, out[-1][-1] if out else before, depth):
                out.append(printed)
        return "".join(out)

    def argument(self, depth: int) -> str:
        """The next group, macro or character."""
        opened = GROUP.match(self.source, self.at)
        if opened:
            self.at = opened.end()
            return _whole(self.inner(depth))
        self.matched(_SPACE)
        if self.at < len(self.source) and self.source[self.at] not in "\\}":
            self.at += 1
            return self.source[self.at - 1]
        if self.source[self.at : self.at + 1] == "\\" and depth < DEEPEST:
            return _whole(self._meaning(self._next_token(), "", depth + 1))
        return ""

    def shown(self, depth: int) -> str:
        """The next group as it stands, its seams open; nothing if there is none."""
        opened = GROUP.match(self.source, self.at)
        if not opened:
            return ""
        self.at = opened.end()
        return self.inner(depth)

    def inner(self, depth: int, before: str = "") -> str:
        """What stands in the group that has just opened."""
        if depth < DEEPEST:
            return self.group(depth + 1, before)
        self._unopened += 1
        return ""

    def _next_token(self) -> re.Match[str]:
        token = _TOKEN.match(self.source, self.at)
        assert token, "the pattern's last alternatives match any character"
        self.at = token.end()
        return token

    def _meaning(self, token: re.Match[str], before: str, depth: int) -> str:
        """What one token prints; may read on for its arguments."""
        name, space, escaped, special = token.groups()
        if name is not None:
            return self._macro(name, space, before, depth)
        if escaped is not None:
            printed = self._escape(escaped, before, depth)
            self._glued, self._seam = self.at, NUMBER
            return printed
        if special == "{":
            return self._braces(before, depth)
        if special in ("^", "_"):
            return self._script(special, before, depth)
        return self._plain(token[0])

    def _plain(self, text: str) -> str:
        if text == "~":
            return " " if self.math else "~"
        if text == "\\":
            return ""
        return text.replace("&", "") if self.at <= self.columns_until else text

    def _braces(self, before: str, depth: int) -> str:
        """A group; outside formulas its braces only go when a macro is beside them: `{0,1}` is a set."""
        glued = self._glued == self.at - 1
        bare = self.math or glued or self.source[self.at : self.at + 20].lstrip()[:1] == "\\"
        bare = bare or _BASE.match(self.source, self.at) is not None
        start = self.at
        content = self.inner(depth, before if bare else "")
        if glued:
            content = f"{self._seam}{content}{NUMBER}"
            self._glued, self._seam = self.at, WORD
            return content
        if not content and self._stands_close(before):
            return ""
        infix = "\\" in self.source[start : self.at] and not bare and _holds_infix(self.source[start : self.at])
        return content if bare or infix else "{" + content + "}"

    def _stands_close(self, before: str) -> bool:
        return bool(before.strip() or self.source[self.at : self.at + 1].strip())

    def _script(self, mark: str, before: str, depth: int) -> str:
        if not self.math and self.source[self.at : self.at + 1] not in ("{", "\\"):
            return mark
        content = self.argument(depth)
        if not self.math:  # a group that comes now is the operator's, as in `\log_{2}{n}`
            self._glued, self._seam = self.at, WORD
            self.at -= self.source[self.at - 1].isspace()  # `90^\circ and`: TeX alone eats that blank
        return superscript(content, before) if mark == "^" else subscript(content)

    def _escape(self, character: str, before: str, depth: int) -> str:
        if character in ACCENTS and self._letter_follows(character):
            return accented(character, self.argument(depth))
        if character == "\\":
            self.matched(_ROW_GAP)
            return " "
        if character == "|":
            return "‖"
        if character == "@" and before == ".":
            return ""
        if character in _BLANKS or character.isspace():
            return " "
        return "" if character in _NO_CHARACTER else character

    def _letter_follows(self, accent: str) -> bool:
        r"""Whether `\'` is an accent; in `query\'s` it is an apostrophe (2407.16291)."""
        following = self.source[self.at : self.at + 1]
        if accent == "'" and following.isalpha():
            within_word = self.source[self.at - 3 : self.at - 2].isalpha()
            return has_accent(accent, following) and not (within_word and _SHORT_FORM.match(self.source, self.at))
        return following.isalpha() or following in ("{", "\\")

    def _macro(self, name: str, space: str, before: str, depth: int) -> str:
        closed, seam = not space, NUMBER
        if name in SILENT:
            closed = True
            if name in ("left", "right"):
                self.at += self.source[self.at : self.at + 1] == "."  # a delimiter that is not there
            printed = ""
        elif handler := self._handlers.get(name):
            printed, seam = handler(self, before, depth), WORD
        elif name in ACCENTS and (len(name) > 1 or self._takes_accent(name, space)):
            printed = self._accent(name, depth)
        elif _CITED.fullmatch(name):
            printed = self._cited(name)
        elif name in SPACES:
            printed = " "
        elif name in SYMBOLS:
            printed = self._symbol(SYMBOLS[name], space, before)
        else:
            printed, seam = self._own(name, space, before, depth), WORD
        self._glued, self._seam = self.at if closed else -1, seam
        return printed

    def _takes_accent(self, name: str, space: str) -> bool:
        following = self.source[self.at : self.at + 1]
        return self.opens() or following == "\\" or bool(space and following.isalpha() and has_accent(name, following))

    def _accent(self, name: str, depth: int) -> str:
        r"""An accented letter. arXiv's own tools make `\b{eta}` of `\beta`."""
        letters = self.argument(depth)
        return (len(letters) > 1 and SYMBOLS.get(name + letters)) or accented(name, letters)

    def _cited(self, name: str) -> str:
        self.star()
        while self.option():
            pass
        self.raw()
        while name.lower().endswith("cites") and self.opens() and self.raw():
            pass
        return GONE

    def _own(self, name: str, space: str, before: str, depth: int) -> str:
        if space or not _OPTION_GROUP.match(self.source, self.at):
            return self._word(name, space, before)
        self.star()
        self.option()
        contents = []
        while self.source[self.at : self.at + 1] == "{":
            contents.append(self.shown(depth))
        content = WORD.join(filter(None, contents))
        if len(name) == 1 and content.isalpha() and name + content in SYMBOLS:
            return SYMBOLS[name + content]
        seam = WORD if self.math else NUMBER
        return f"{seam}{content}{seam}" if content.strip() else self._word(name, "", before)

    def _word(self, name: str, space: str, before: str) -> str:
        start = " " if before.isalnum() else ""
        return f"{start}{name}{space[:1] or WORD}"

    def _symbol(self, shown: str, space: str, before: str) -> str:
        following = self.source[self.at : self.at + 1]
        if shown[:1].isalpha() and shown.isascii() and len(shown) > 1:
            shown = shown[:-1] if shown.endswith(".") and following == "." else shown
            return f"{WORD}{shown}{space[:1] or WORD}"
        if shown in _OPENING or (shown in _LETTERS and following.islower()):
            return shown
        closed = not before.isspace() and (self.math or shown in _RELATIONS)
        spaced = self.source[self.at + 1 : self.at + 2] == " " and following in "=<>+-*/"
        return shown + ("" if closed and not spaced else space[:1])


Handler = Callable[[Reader, str, int], str]
"""Reads the arguments of a macro; what stood before it, and how deep, are given."""


def _whole(content: str) -> str:
    return sewn(content).strip()


def _holds_infix(group: str) -> bool:
    return any(f"\\{name}" in group for name in _INFIX)
