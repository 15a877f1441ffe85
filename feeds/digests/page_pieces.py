"""Copied page text as a row of pieces: texts with the link they were, and labels (date, votes, repository, group).

Knows the styles of copying - plain, notebook (a URL under each label), html2text (`[32]` references), markdown -
and not what makes a paper.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

_UNWRAPPED = 160
"""A line longer than this was not wrapped by the copier: it is a paragraph of its own (they wrap at 80 to 120)."""
_NUMBER = r"\d[\d,]{0,11}(?:\.\d{1,3})?k?"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(rf"(?:Published on )?((?:{_MONTH}) \d{{1,2}}(?:, \d{{4}})?)(?: *({_NUMBER}))?")
_COUNT = re.compile(rf"(?:\[-\] ?)?(-|{_NUMBER})")
_REPOSITORY = re.compile(rf"(?:LINK: ?)?GitHub ({_NUMBER})")
_FURNITURE = re.compile(
    r"[\[\]()*·•|+-]+|\]\[\d+\]|[\[*\s-]*\d+ authors?|Submitted by\b.*|Upvote|Upload|Subscribe|Daily|Weekly|Monthly"
    r"|(?:Trending|Daily) Papers|Previous|Next|arXiv(?: Page)?|Project(?: Page)?|GitHub(?: Page)?",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\s\[\]]*\)")
_LINK = re.compile(r"\[(.*)\]\(([^)\s\[\]]*)\)", re.DOTALL)
_LINK_TAIL = re.compile(r"([^\[\]]*)\]\((https?://[^)\s]+)\)")
_REFERENCED = re.compile(r"\[(.*)\]\[(\d+)\]", re.DOTALL)
_INLINE = re.compile(r"\[([^\[\]]*)\](?:\([^)\s\[\]]*\)|\[\d+\])")
_REFERENCE = re.compile(r"^ *\[(\d+)\]: *(\S+) *$", re.MULTILINE)
_LOGO = re.compile(r"\[[^\]\n]*\] ?(\S.*)")
_GROUP = re.compile(r"https://huggingface\.co/[\w-]+")
_HEADING = re.compile(r"#{1,6}\s+")
_BREAK = re.compile(r"\\{1,2}[ \t]*(?:\n\s*|(?<=\\[ \t])\s*)")
_PAGE_URL = re.compile(r"https?://(?:huggingface\.co|hf\.co)(?:/\S*)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of the page."""

    text: str
    target: str = ""
    """Where it linked to, if the copy kept that."""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What stands around a paper: its date, a number (of votes or comments), its repository's stars, its group."""

    date: str = ""
    number: int | None = None
    stars: int | None = None
    org: str = ""
    target: str = ""


_Found: TypeAlias = Piece | Label | str | None
"""A piece, a label, a URL that belongs to what stands before it, or nothing of use."""


def pieces(text: str) -> Iterator[Piece | Label]:
    """The pieces and labels of a copied page, in order; brackets, bullets and buttons are gone."""
    waiting: Piece | Label | None = None
    for found in _read(text):
        if isinstance(found, str):
            waiting = _linked(waiting, found) if waiting else None
        elif found:
            if waiting:
                yield waiting
            waiting = found
    if waiting:
        yield waiting


def _linked(item: Piece | Label, url: str) -> Piece | Label:
    if isinstance(item, Piece) and not item.target and _GROUP.fullmatch(url):
        return Label(org=item.text, target=url)
    return replace(item, target=item.target or url)


def _read(text: str) -> Iterator[_Found]:
    references = dict(_REFERENCE.findall(text))
    for block in _blocks(_REFERENCE.sub("", text)):
        yield from _read_block(block.strip(), references)


def _blocks(text: str) -> list[str]:
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return blocks if len(blocks) > 2 else text.splitlines()


def _read_block(block: str, references: Mapping[str, str]) -> list[_Found]:
    """The labels at both ends of a block, and what is between them as one text; or each of its unwrapped lines."""
    if _LINK.fullmatch(block):
        return [_read_text(block, references)]
    lines = [line.strip() for line in block.splitlines()]
    found = [_read_text(line, references) for line in lines]
    if any(len(line) > _UNWRAPPED for line in lines):
        return found
    texts = [position for position, one in enumerate(found) if isinstance(one, Piece)]
    if not texts:
        return found
    first, last = texts[0], texts[-1] + 1
    return [*found[:first], _read_text("\n".join(lines[first:last]), references), *found[last:]]


def _read_text(text: str, references: Mapping[str, str]) -> _Found:
    if _PAGE_URL.fullmatch(text):
        return text
    piece = _piece(text, references)
    if piece.heading:
        return piece
    short = " ".join(_INLINE.sub(r" \1 ", piece.text).split())
    return _label(short, piece) or (None if not short or _FURNITURE.fullmatch(short) else piece)


def _label(short: str, piece: Piece) -> Label | None:
    if found := _DATE.fullmatch(short):
        return Label(date=found[1], number=_number(found[2]), target=piece.target)
    if found := _COUNT.fullmatch(short):
        return Label(number=_number(found[1]), target=piece.target)
    if found := _REPOSITORY.fullmatch(short):
        return Label(stars=_number(found[1]), target=piece.target)
    logo = _LOGO.fullmatch(short)
    if logo or _GROUP.fullmatch(piece.target):
        return Label(org=logo[1] if logo else short, target=piece.target)
    return None


def _piece(text: str, references: Mapping[str, str]) -> Piece:
    heading = _HEADING.match(text)
    text = _IMAGE.sub(_alternative, text[heading.end() :] if heading else text).strip()
    for form in (_LINK, _REFERENCED, _LINK_TAIL):
        if found := form.fullmatch(text):
            target = references.get(found[2], "") if form is _REFERENCED else found[2]
            return Piece(_BREAK.sub(" ", found[1]).strip(), target, bool(heading))
    return Piece(_INLINE.sub(r"\1", text) if heading else text, "", bool(heading))


def _alternative(image: re.Match[str]) -> str:
    """What stands for an image: its words in brackets, as logos of groups are copied, or nothing."""
    return f"[{image[1]}] " if image[1] else ""


def _number(text: str | None) -> int | None:
    """A count as pages write it: `-` is 0, `11.3k` about 11,300."""
    if not text:
        return None
    digits = text.replace(",", "").removesuffix("k")
    return 0 if text == "-" else int(float(digits) * (1000 if text.endswith("k") else 1))
