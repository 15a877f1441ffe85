"""A text with TeX and how far it has been read: groups, options and stars as they stand."""

import re

GROUP = re.compile(r"[ \t]*\{")
"""What opens a group."""
DEEPEST = 40
"""Groups in groups; what stands deeper is not read."""
_RAW = re.compile(r"[ \t]*\{((?:[^{}]|\{[^{}]{0,300}\}){0,2000}+)(?:\}|\Z)")
_OPTION = re.compile(r"\[([^\[\]{}]{0,300}|[^\[\]]{0,300})\]")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_LONGEST_GROUP = 5_000


class Cursor:
    """`at` is how far `source` has been read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def opens(self) -> bool:
        """Whether a group comes next."""
        return GROUP.match(self.source, self.at) is not None

    def raw(self) -> str:
        """The next group as it stands, for addresses and keys."""
        found = _RAW.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return found[1].strip() if found else ""

    def option(self) -> str:
        """The next `[...]`, without brackets, or nothing."""
        found = _OPTION.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return found[1].strip() if found else ""

    def star(self) -> None:
        """Reads over the star of a macro that may have one."""
        self.at += self.source[self.at : self.at + 1] == "*"

    def matched(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Reads over what the pattern finds here."""
        found = pattern.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return found

    def skip_group(self) -> bool:
        """Reads over the next group; one that does not end soon is none."""
        opened = GROUP.match(self.source, self.at)
        depth = 0
        for brace in _BRACE.finditer(self.source, self.at, self.at + _LONGEST_GROUP) if opened else ():
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                self.at = brace.end()
                return True
            if depth > DEEPEST:
                break
        return False
