"""Authors as feeds write them: in one text or many, with commas inside names and between them, with addresses.

What arXiv writes is arxiv_text's.
"""

import re
from collections.abc import Iterable

from feeds.digests.fields import people
from feeds.digests.html import html_text
from feeds.text import plain

_SURNAME_FIRST = re.compile(r"[^,;]{1,60}, (?:[^\W\d_]\.[ -]?)+")
"""`Kukla, D., Crampton, A.`: commas inside names and between them, as bioRxiv writes."""
_MAIL = re.compile(r"[<(\[]?\b[\w.+-]{1,64}(?:@|\(at\))[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}\b[>)\]]?")
_BETWEEN = re.compile(r"\s*(?:[;|\n；、，]|\s(?:and|&|[·•/])\s|,\s*(?:and|with)\s|\bet al\b\.?)\s*", re.IGNORECASE)
_BEFORE = re.compile(r"\s*(?:written )?by:?\s+(?=\S)", re.IGNORECASE)
_AFFILIATION = re.compile(r"\s*\([^()]*\)(?=\s*(?:[,;|\n&]|and\b|\Z))")
_RAISED = re.compile(r"<sup\b[^<>]*>[^<>]{0,20}</sup>", re.IGNORECASE)
_MARKS = re.compile(r"(?<=\w)[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶#]+(?:[,，][⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶#]+)*(?=\W|\Z)")
"""Of footnotes: `Ann Lee¹*`."""
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|PhD|Ph\.D|MD|M\.D|Inc|Ltd|LLC|GmbH|Esq)\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"[()]\s*,?")
_AROUND = " ,;()<>[]"


def split_names(written: Iterable[str]) -> tuple[str, ...]:
    """The names in these texts, each once: `A, B`, `A; B`, `A and B`, `Doe, J., Roe, K.` and one `Doe, Jane`.

    Affiliations in brackets, marks of footnotes and a `by` before them are no names.
    """
    return people(name for text in written for part in _parts(text) for name in _names(part))


def _parts(text: str) -> list[str]:
    shown = html_text(_RAISED.sub("", text)) if "</" in text or "<br" in text else text
    lines = _MARKS.sub("", _BEFORE.sub("", "\n".join(map(plain, shown.splitlines())), count=1))
    # `jane@example.org (Jane Doe), john@example.org (John Roe)`
    alone = _BRACKETS.sub(";", _MAIL.sub(" ", lines)) if _MAIL.search(lines) else _AFFILIATION.sub("", lines)
    return [part for found in _BETWEEN.split(alone) if (part := found.strip(_AROUND))]


def _names(part: str) -> list[str]:
    pairs = _SURNAME_FIRST.findall(part)
    if len(pairs) > 1:
        return [pair.strip(", ") for pair in pairs]
    words = _with_suffixes(part.split(","))
    whole = [" " in word for word in words]
    if all(whole) or max(map(len, words)) == 1 or (len(words) > 2 and sum(whole) * 2 > len(words)):
        return words
    if len(words) == 2:  # `Doe, Jane`, `van der Berg, Anna Maria`
        return [", ".join(words)]
    if len(words) % 2 == 0 and not any(whole[::2]):  # `Doe, Jane, Roe, Ann B.`
        return [", ".join(pair) for pair in zip(words[::2], words[1::2], strict=True)]
    return words


def _with_suffixes(parts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for part in filter(None, (part.strip(_AROUND) for part in parts)):
        if found and _SUFFIX.fullmatch(part):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found
