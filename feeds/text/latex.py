r"""TeX in titles and abstracts to plain Unicode: `$10^{-4}$` to 10⁻⁴, `\textbf{fast}` to fast.

Reads what authors write in abstracts, not TeX: no definitions, no tables. A dollar that is money stays.
"""

import re

from feeds.text.arguments import ARGUMENTS
from feeds.text.reader import Reader
from feeds.text.seams import sewn

_LONGEST = 600
"""Code points of one formula: two dollars further apart are money, and the search stays linear."""
_DOLLARS = re.compile(rf"(?<!\\)(\$\$?)(?!\$)((?:[^$\\\n]|\\[^\n]){{1,{_LONGEST}}}+)\1")
_BRACKETS = re.compile(
    rf"\\\(((?:[^\\\n]|\\[^()\n]){{1,{_LONGEST}}}?)\\\)|\\\[((?:[^\\\n]|\\[^\[\]\n]){{1,{_LONGEST}}}?)\\\]"
)
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,} [A-Za-z]{2,}")
_AMOUNT = re.compile(r"\d[\d.,]*(?:[KMBk]|\\%)?(?:[,;:)]|\s+(?![-+=<>*/|]|[A-Za-z]\b(?! [a-z])))")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:\\?%)?")
_OF_TEX = re.compile(r"\\[A-Za-z]|[\^_]|\{,\}|\\[,;!]")
_ALONE = re.compile(r"(?<![A-Za-z\\\]}^_])\{[^{}]*\}\Z", re.DOTALL)
"""`{$\\sim$}50`: braces of a group that holds a formula and nothing else; after a name they are its macro's."""
_DIGIT = re.compile(r"\d")


def unicode_of(text: str) -> str:
    """The text with its TeX read; one without TeX comes back as it is."""
    if "$" in text:
        text = _without_dollars(text)
    if "\\" in text:
        text = _BRACKETS.sub(lambda found: _read(found[1] or found[2], found), text)
    if "\\" in text or "^{" in text or "_{" in text:
        text = Reader(text, ARGUMENTS, math=False).read()
    return sewn(text)


def _without_dollars(text: str) -> str:
    parts: list[str] = []
    at = 0
    while found := _DOLLARS.search(text, at):
        of_a_run = found.start() > at and _ends_in_dollar(text[: found.start()][-2:])
        if not of_a_run and _is_formula(found[2], text[found.end() : found.end() + 1], display=len(found[1]) == 2):
            braces = _ALONE.match(text, found.start() - 1, found.end() + 1) if found.start() > at else None
            parts += text[at : found.start() - bool(braces)], _read(found[2], found)
            at = found.end() + bool(braces)
        else:  # its second dollar may begin a formula
            parts.append(text[at : found.end(1)])
            at = found.end(1)
    return "".join(parts) + text[at:]


def _ends_in_dollar(before: str) -> bool:
    r"""One of TeX's; `\$` is a sign."""
    return before.endswith("$") and not before.endswith("\\$")


def _is_formula(content: str, following: str, *, display: bool) -> bool:
    """Whether two dollars around this are TeX's, and not each an amount's."""
    of_tex = _OF_TEX.search(content) is not None
    amount = _AMOUNT.match(content) is not None
    if content[0].isspace() or content[-1].isspace():
        return of_tex and not (amount and not display) and not _PROSE.search(content)
    if following.isdigit():
        return not _DIGIT.search(content) or (of_tex and not amount)
    if _NUMBER.fullmatch(content):
        return True
    return of_tex or not (amount or _PROSE.search(content))


def _read(content: str, found: re.Match[str]) -> str:
    before, following = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    read = Reader(content, ARGUMENTS, math=True, before=before.strip()).read()
    start = " " if read[:1].isspace() and before.isalnum() else ""
    return start + read.strip() + (" " if read[-1:].isspace() and following.isalnum() else "")
