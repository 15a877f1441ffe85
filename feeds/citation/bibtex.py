r"""BibTeX entries. Text is UTF-8 with what TeX takes for its own escaped, so that it is typeset as it stands.

BibTeX counts braces, also escaped ones: those of a text where they are not balanced get an invisible partner, as Zotero
writes them. Addresses and ids are verbatim, as `\url` and biblatex take them.
"""

import re
from collections.abc import Mapping

from feeds.citation.reference import Author, Reference

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "@": "{@}",  # a reader may take it for the next entry
        **{mark: f"\\{mark}" for mark in "%&_#${}"},
    }
)
_UNBALANCED = _ESCAPED | str.maketrans({"{": r"\{\vphantom{\}}", "}": r"\vphantom{\{}\}"})
_BRACE = re.compile(r"[{}]")
_LIGATURE = re.compile(r"-(?=-)|`(?=`)|'(?=')|<(?=<)|>(?=>)|,(?=,)|[!?](?=`)")
"""What TeX would make one sign of."""
_WORD = re.compile(r"[^\W\d_](?:[\w'’.+/-]*\w)?")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_VERBATIM = re.compile(r"[{}\\]")


def entry(key: str, one: Reference) -> str:
    """The paper's entry, with its last line's end."""
    kind = "article" if one.publication else "misc"
    fields = {
        "title": _title(one.title),
        "author": " and ".join(map(_author, one.authors)),
        "year": one.iso_date[:4],
        "journal": escaped(one.publication),
        "eprint": one.arxiv,
        "archivePrefix": "arXiv" if one.arxiv else "",
        "primaryClass": one.category,
        "doi": one.doi,
        "url": _VERBATIM.sub("", one.url),
        "keywords": ", ".join(escaped(word) for word in one.keywords if "," not in word),
        "note": "Withdrawn" if one.withdrawn else "",
        "abstract": escaped(one.abstract),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    if len(one.date) > 1:
        lines.insert(2 + bool(one.authors), f"  month = {_MONTHS[one.date[1] - 1]},\n")
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def escaped(text: str) -> str:
    """The text so that TeX typesets it as it stands."""
    return _with(_table(text), text)


def _with(table: Mapping[int, str], text: str) -> str:
    return _LIGATURE.sub(r"\g<0>{}", text.translate(table))


def _table(text: str) -> Mapping[int, str]:
    depth = 0
    for brace in _BRACE.findall(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    return _UNBALANCED if depth else _ESCAPED


def _title(text: str) -> str:
    """With braces round each word that has capitals, which styles would make small."""
    table, pieces, at = _table(text), list[str](), 0
    for word in _WORD.finditer(text):
        if word[0] != word[0].lower():
            pieces += [_with(table, text[at : word.start()]), "{", _with(table, word[0]), "}"]
            at = word.end()
    return "".join([*pieces, _with(table, text[at:])])


def _author(one: Author) -> str:
    """`Last, First` where that is known, else as it is written."""
    if one.order:
        return f"{_whole(one.order.family)}, {_whole(one.order.given)}"
    return f"{{{escaped(one.written)}}}" if one.is_group else _whole(one.written)


def _whole(name: str) -> str:
    """In braces where BibTeX would part it, or TeX read it otherwise: an `and`, a comma, a sign of theirs."""
    text = escaped(name)
    return f"{{{text}}}" if text != name or "," in name or _AND.search(name) else name
