"""The lines that publishers put before an abstract, or in place of one, read for what they are.

`Nature, Published online: ...; doi:...`, `Publication date: ... Source: ... Author(s): ...`, `by Jane Doe, John Roe`,
`Volume 12, Issue 3, Page 45-67`: seen in the feeds of Nature, Elsevier, PLOS, Wiley, ACM, Science, Taylor & Francis,
APS, MDPI and PubMed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feeds.digests.authors import split_names
from feeds.paper import normal_doi
from feeds.text import plain

_MOST_LINES = 40
"""Head lines are looked for among so many: MDPI gives each author one."""
_FURNITURE = 200
"""Letters at most before the DOI of a paper, where its journal, year and kind stand in feeds of RSC and ACS."""
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_JOURNAL = r"(?:[A-Z][^;:!?\n]{1,120}?[,.:;]\s+)?"
_PIECE = (
    r"(?>(?:Volume|Vol\.?|Issue|Iss\.?|Number|No\.?|Pages?|pp?\.|Articles?(?: ID| number)?|Part|Suppl(?:ement|\.)?)"
    r"\s?[\w.–-]{0,20}\d[\w.()–-]{0,30}|Volume|Early ?View|Early Access|(?:Published )?Ahead of Print|Accepted Article"
    r"|Online first|Not available|In Press|Just Accepted"
    rf"|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?|(?:19|20)\d\d)"
)
_CITATION = re.compile(rf"{_JOURNAL}{_PIECE}(?:[\s,.;:]++{_PIECE})*+\s*[.;:]?(?=\s*\Z|\s+[A-Z\"“(])")
_NUMBERED = re.compile(
    r"\b(?:Volume|Vol\.?|Issue|Iss\.?|Pages?|pp\.|Early ?View|Early Access|Ahead of Print|Accepted Article|In Press"
    r"|Just Accepted)\b",
    re.IGNORECASE,
)
_DOI = r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)(?:10\.1038/s\d{5}-\d{3}-\d{5}-[\dwxyz]|10\.\d{4,9}/[^\s;,]+)"
_ONLINE = re.compile(
    rf"(?P<journal>[^.;\n]{{2,120}}?)?,?\s*\(?Published online:? [^;.\n]{{4,40}}?\d{{4}}\)?\s*[;,.|]?\s*"
    rf"(?:{_DOI})?\.?\s*",
    re.IGNORECASE,
)
_MDPI = re.compile(r"(?P<journal>[A-Z][^.;:\n]{2,80}), Vol\.? \d+, (?:Pages?|No\.?) [\w–-]+: (?:(?!Authors:).){1,300}")
_PUBMED = re.compile(
    r"(?P<journal>[A-Z][^;:\n]{1,100}?)\. (?:19|20)\d\d(?: [A-Z][a-z]{2}(?: \d{1,2})?)?(?:[;:][^\s.]+)?\."
    r"(?: (?:doi: \S+|Online ahead of print\.|eCollection [^.]+\.|Epub [^.]+\.|Print [^.]+\.))*"
)
_DATED = re.compile(
    r"(?:(?:Publication date|Date|Published|Online):|Available online|Published (?:online|on))\s.{0,40}\d{4}.{0,20}",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"Source:\s*(?P<journal>.{2,200})")
_ELSEVIER = re.compile(r"\s*Publication date:.*?(?:Source|Author\(s\)):", re.IGNORECASE | re.DOTALL)
_ELSEVIER_LABEL = re.compile(r"\s*(?=(?:Source|Author\(s\)):)")
_AUTHORS = re.compile(r"Author(?:s|\(s\))?\s*:\s*(?P<names>.*)", re.IGNORECASE | re.DOTALL)
_BY = re.compile(r"by\s+(?P<names>\S.*)", re.IGNORECASE | re.DOTALL)
_LONE_DOI = re.compile(rf"(?:[A-Z][^.;:\n]{{2,80}}\s+)?{_DOI}(?:, [A-Z][\w ]{{2,40}})?\.?", re.IGNORECASE)
_DOI_FIRST = re.compile(r"doi:?\s*10\.\d{4,9}/[^\s;,]*[^\s;,.]\.?\s+(?=\S)", re.IGNORECASE)
_HEADING = re.compile(r"(?:graphical )?(?:abstract|summary|highlights)\s*:?\.?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:ABSTRACT|Abstract|Summary)\s*[:.—–-]+\s*(?=\S)|ABSTRACT\s+(?=[A-Z])"
    r"|Abstract\s?(?=(?:We|This|In|The|Here|Recent|Background|Objectives?|Purpose|Motivation|Introduction|Aims?|Context"
    r"|Importance)\b)"
)
_CITED = re.compile(
    r"(?P<names>[^:;\n]{3,2000}?)(?:: (?P<title>.{3,400}?[.?!]) "
    r"(?P<journal>[^\n]{2,150}?(?:\((?:19|20)\d\d\)|(?:19|20)\d\d: [\d:.–-]+))|"
    r"; \d+\(\w+\):\d+[-–−]\d+, (?:19|20)\d\d)\.?"
)
"""dblp's and JMLR's: who, what, where, and no word more."""
_ONE_LINE = re.compile(
    r"Author(?:s|\(s\))?\s*:\s*(?P<names>[^\n]{3,2000}?)[.;]?\s+Abstract\s*[:.—–-]\s*(?=\S)", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s*(?:\[[^\[\]\n]{4,120}\]\s*Published .{4,40}|PMID:\s*\d+(?:\s*\|\s*(?:PMC|DOI):\s*\S+)*"
    r"|The post .{1,250} (?:first )?appeared (?:first )?on .{1,80}"
    r"|(?-i:(?:Read|See) (?:[Mm]ore|the full \w+)|Continue [Rr]eading)\W*"
    r"|To cite this article before page numbers are assigned[^\n]*\s+The content of this RSS Feed \(c\)[^\n]*)\s*\Z",
    re.IGNORECASE,
)
_LONGEST_TAIL = 400
_LONGEST_LIST = 100_000
"""Of names: 3,303 authors are 60,000 letters."""
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|do|du|la|le|el|al|bin|ter|ten|y|e)"
_NAME = re.compile(rf"(?:{_PARTICLE}[ '’])*[^\W\d_a-z][\w.'’‐-]*(?:[ '’]+(?:{_PARTICLE}|[^\W\d_a-z][\w.'’‐-]*)){{0,6}}")


@dataclass(slots=True)
class Told:
    """What an entry's text says: the abstract, and what stood before it."""

    abstract: str
    authors: tuple[str, ...] = ()
    publication: str = ""
    doi: str = ""
    names_follow: bool = False
    """Whether a line said that the next ones are the authors."""
    is_dated: bool = False
    """Whether a line gave the date of publication, as Elsevier's do before the source."""


def told_by(text: str) -> Told:
    """An entry's text, its head lines and closing lines taken off. A text without any is the abstract as it is."""
    if _ELSEVIER.match(text):
        text = _ELSEVIER_LABEL.sub("\n", text)
    told = Told(text)
    lines = text.split("\n")
    rest = _head(lines, 0, told)
    if (beyond := _beyond(lines, rest, told)) > rest:
        rest = _head(lines, beyond, told)
    if rest or lines[:1] != text.split("\n", 1)[:1]:
        told.abstract = "\n".join(lines[rest:]).strip()
    told.abstract = _without_tail(told.abstract)
    if not any(map(str.isalnum, told.abstract)):
        told.abstract = ""
    return told


def _head(lines: list[str], start: int, told: Told) -> int:
    """Which line is the first that is no head line; of one that is it in part the rest stays."""
    rest = start
    for number in range(start, min(len(lines), _MOST_LINES)):
        line = plain(lines[number])
        left = _read_line(line, told) if line else ""
        if left is None:
            break
        lines[number] = left
        rest = number if left else number + 1
        if left:
            break
    return rest


def _beyond(lines: Sequence[str], start: int, told: Told) -> int:
    """The line that shows that what stands before it is no abstract: the paper's DOI, or the heading `Abstract`."""
    before, whole = 0, sum(map(len, lines[start:]))
    for number in range(start, min(len(lines), _MOST_LINES)):
        line = plain(lines[number])
        if before and before < _FURNITURE and _LONE_DOI.fullmatch(line):
            told.names_follow = True
            return number
        if before and line.lower() == "abstract" and before < whole - before:
            return number
        before += len(line)
    return start


def _without_tail(text: str) -> str:
    start = max(0, len(text) - _LONGEST_TAIL)
    found = _TAIL.search(text, start)
    return text[: found.start()] if found else text


def are_names(text: str) -> bool:
    """Whether a text is a list of people's names and nothing else."""
    names = split_names([text]) if len(text) < _LONGEST_LIST else ()
    return bool(names) and all(map(_is_name, names))


def _is_name(text: str) -> bool:
    return len(text) <= 60 and bool(_NAME.fullmatch(text.replace(",", "")))


def _read_line(line: str, told: Told) -> str | None:
    """What is left of a head line after what it says was noted; None if it is none."""
    for read in _READERS:
        left = read(line, told)
        if left is not None:
            return left
    return None


def _read_names(line: str, told: Told) -> str | None:
    """`Authors: A, B`, `by A, B`, and MDPI's `Authors:` with a line for each."""
    if (one := _ONE_LINE.match(line)) and are_names(one["names"]):
        told.authors += split_names([one["names"]])
        return line[one.end() :]
    found = _AUTHORS.fullmatch(line) or _BY.fullmatch(line)
    if found and not found["names"]:
        told.names_follow = True
        return ""
    names = found["names"] if found else line if told.names_follow else ""
    if not names or not are_names(names):
        return None
    told.authors += split_names([names])
    return ""


def _read_source(line: str, told: Told) -> str | None:
    found = (told.is_dated and _SOURCE.fullmatch(line)) or _MDPI.fullmatch(line) or _PUBMED.fullmatch(line)
    if not found:
        return None
    told.publication = told.publication or found["journal"]
    told.doi = told.doi or _doi_in(line)
    return ""


def _read_cited(line: str, told: Told) -> str | None:
    found = _CITED.fullmatch(line)
    if not found or not are_names(found["names"]):
        return None
    told.authors = told.authors or split_names([found["names"]])
    told.publication = told.publication or plain(found["journal"] or "")
    return ""


def _read_online(line: str, told: Told) -> str | None:
    found = _ONLINE.match(line)
    if not found:
        return None
    told.publication = told.publication or plain(found["journal"] or "")
    told.doi = told.doi or _doi_in(found[0])
    return line[found.end() :].strip()


def _read_citation(line: str, told: Told) -> str | None:
    found = _CITATION.match(line)
    if not found or not _NUMBERED.search(found[0]):
        return None
    return line[found.end() :].strip()


def _read_mark(line: str, told: Told) -> str | None:
    if _LONE_DOI.fullmatch(line):
        told.doi = told.doi or _doi_in(line)
        return ""
    if _HEADING.fullmatch(line) or _DATED.fullmatch(line):
        told.is_dated = True
        return ""
    if found := _DOI_FIRST.match(line):
        told.doi = told.doi or _doi_in(line)
        return line[found.end() :]
    label = _LABEL.match(line)
    return line[label.end() :] if label else None


_READERS: Sequence[Callable[[str, Told], str | None]] = (
    _read_names,
    _read_source,
    _read_cited,
    _read_online,
    _read_citation,
    _read_mark,
)


def _doi_in(line: str) -> str:
    found = re.search(r"10\.1038/s\d{5}-\d{3}-\d{5}-[\dwxyz]|10\.\d{4,9}/[^\s;,]+", line)
    return normal_doi(found[0]) if found else ""
