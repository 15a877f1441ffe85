"""What other systems read as an operator and we do not: never swallowed as words, but refused with one hint each.

PubMed, Ovid, Embase, Scopus, Web of Science, ProQuest, EBSCO, IEEE, Google, Lucene, arXiv: from their own help pages,
and from the queries of systematic reviews. What stands in quotation marks or in a regular expression is a reader's own.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import unquote

from feeds.query.faults import FIELDS, QUOTED, Fault

_Q = "\ue000"
"""Stands for each character of what is quoted."""
_DONE = "\x00"
"""Stands for each character that a rule took."""
_FIELDS = {
    "ti": "title:", "title": "title:", "intitle": "title:", "m_title": "title:", "ab": "abstract:", "abs": "abstract:",
    "au": "author:", "auth": "author:", "author": "author:", "author-name": "author:", "fau": "author:",
    "aut": "author:", "af": "org:", "affil": "org:", "affilorg": "org:", "ad": "org:", "og": "org:",
    "key": "keyword:", "authkey": "keyword:", "kw": "keyword:", "kf": "keyword:", "ak": "keyword:", "de": "keyword:",
    "subjarea": "category:", "doi": "id:", "do": "id:",
}  # fmt: skip
"""Of other systems, in ours; others search more than one, as a word without a field does."""
_NAMES = (
    "TITLE-ABS-KEY-AUTH|TITLE-ABS-KEY|TITLE-ABS|TITLE|ABS|KEY|AUTHOR-NAME|AUTHLASTNAME|AUTHFIRST|AUTHKEY|AUTH|AU-ID|"
    "AFFILORG|AFFILCITY|AFFILCOUNTRY|AFFIL|AF-ID|EXACTSRCTITLE|SRCTITLE|SRCTYPE|DOCTYPE|LIMIT-TO|EXCLUDE|SUBJAREA|"
    "LANGUAGE|INDEXTERMS|REFTITLE|REF|ALL|CHEM|DOI|ISSN|PUBYEAR|TI|AB|SU|FT|NOFT|MAINSUBJECT|MESH|SU\\.EXACT|su\\.EXACT|"
    "intitle|ti|ab|su|noft|ft|tiab"
)
_SUBHEADINGS = "ae|an|bl|cl|co|de|dg|di|dm|dt|ep|et|exp|ge|im|lim|me|mj|mo|nu|pa|pc|psy|px|py|rh|su|syn|th|to|us"
_SUFFIX = (
    "ab|ad|ae|au|bt|de|hw|id|it|jn|jt|jw|jx|kf|kw|la|mh|mp|nm|ot|pm|pt|py|rn|rs|sh|so|sx|tc|ti|tm|tn|to|tt|tw|tx|yr"
)
_TAGS = (
    "tiab|ti|ab|tw|mh|mesh|majr|sh|all|au|auth?|dp|pdat|edat|crdt|pt|la|lang|ta|jour|ad|affl|filter|sb|nm|rn|gr|"
    "[^\\[\\]]{0,60}(?:mesh|title|abstract|terms?|fields?|filter|publication|author|affiliation|journal|language|"
    "subheading|word|date|subset|heading)[^\\[\\]]{0,60}"
)
_NEAR = 'write words that stand near each other as "a b"~3: at most 3 words on, in any order'
LINES = "lines of another search have no numbers here; write their queries out, joined by AND or OR"
_HEADING = "there are no headings of a thesaurus here; write its words, without exp and /"
_FIELD = "no field is needed to search title and abstract; for one field write title:, abstract:, author:, keyword:"
_WILDCARD = "only * at the end of a word stands for other letters; the endings of plurals need nothing"
_COMMA = "a comma is no operator; write OR between alternatives, a blank between words that must all be there"


@dataclass(frozen=True)
class _Rule:
    needs: frozenset[str]
    """Of these, in small letters, what it finds has one: most queries have none, and no rule costs them anything."""
    written: str
    hint: str
    instead: Callable[[re.Match[str], str], str | None]
    """What to write, from what was found and its own text; None if nobody can tell."""
    item: bool = False
    """Whether it stood for something to look for, so that without it an operator beside it would lack a side."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first asked for: most queries need none of them."""
        return re.compile(self.written)


def _rule(
    needs: str,
    pattern: str,
    hint: str,
    instead: Callable[[re.Match[str], str], str | None] | str | None = "",
    *,
    item: bool = False,
) -> _Rule:
    answer = instead if callable(instead) else lambda found, text: instead
    return _Rule(frozenset(needs.lower().split()), pattern, hint, answer, item)


def _flagged(found: re.Match[str], text: str) -> str | None:
    rest = text.partition(")")[2] if text.startswith("(?") else text
    return (rest if rest.isalnum() else f"/{rest}/") if rest and "/" not in rest else None


def _heading(found: re.Match[str], text: str) -> str:
    words = re.sub(r"^(?:exp(?:lode)?\s+)?\*?", "", text).partition("/")[0].strip()
    words = " ".join(words.replace(",", " ").split())
    return f'"{words}"' if " " in words and words[0] not in "\"“”'‘’" else words


def _field(found: re.Match[str], text: str) -> str:
    return _FIELDS.get(re.sub(r"[\s=:]+$", "", text).strip().lower(), "")


def _years(found: re.Match[str], text: str) -> str | None:
    first, *rest = re.findall(r"\d{4}", text)
    last = rest[0] if rest else first
    if re.search(r">=|AFT|>", text):
        return f"date>={int(first) + (0 if '>=' in text else 1)}-01-01"
    if re.search(r"<=|BEF|<", text):
        return f"date<{int(first) + (1 if '<=' in text else 0)}-01-01"
    return f"(date>={first}-01-01 date<={last}-12-31)"


def _since(found: re.Match[str], text: str) -> str | None:
    name, _, value = text.partition(":")
    day = "-".join([*re.split("[/-]", value), "01", "01"][:3])
    try:
        return f"date{'<' if name.lower() == 'before' else '>='}{date.fromisoformat(day)}"
    except ValueError:
        return None


def _together(found: re.Match[str], text: str) -> str:
    number = re.search(r"\d+", text[len(found[1]) : len(text) - len(found[2])])
    a, b = text[: len(found[1])], text[len(text) - len(found[2]) :]
    words = " ".join(part.strip("\"“”„‟«»＂'‘’") for part in (a, b))
    return f'"{words}"~{number[0] if number else 5}'


def _begun(found: re.Match[str], text: str) -> str:
    stem = re.split(r"[?$#]", text)[0]
    return f"{stem}*" if sum(c.isalnum() for c in stem) > 2 else re.sub(r"[?$#]\d*", "", text)


def _listed(found: re.Match[str], text: str) -> str:
    name, _, values = text.partition(":")
    return f"{name}:({' OR '.join(filter(None, re.split('[,;]', values)))})"


_NOT_OURS = "".join(rf"(?<!\b{name})" for name in FIELDS)
_BEFORE, _AFTER = r"(?<![^\s()])", r"(?=[\s()|]|$)"
_PROXIMITY = r"(?:(?i:near|next|onear|pre|within|adj|[wpn])/(?:\d+|[a-z]\b)|(?i:adj)\d*|NEAR|SAME|AROUND\s?\(?\d+\)?)"
_NEARNESS = "/ near same around adj"
_SIDE = rf"(?<![\w{_Q}-])(?:[^\W\d_][\w-]{{0,60}}|{_Q}+)"
_RULES = (
    _rule("(?",
          r"\(\?[a-zA-Z-]*[):=!<][^\s()]*", "a regular expression stands between slashes, as in /x/; its case never"
          " counts", _flagged, item=True),
    _rule("limit",
          r"\blimit\s+#?\d+\s+to\b[^()|]*", "limits of another system do not go with a query; write date>=2020-01-01"
          " for days", item=True),
    _rule("/", rf"{_BEFORE}(?i:or|and|not)/\d[\d,\s-]*\d?", LINES, None, item=True),
    _rule("#", rf"{_BEFORE}#\d+\b", LINES, None, item=True),
    _rule("/", rf"{_BEFORE}exp(?:lode)?\s+\*?(?:(?:\w[\w,'’&-]{{0,40}}\s+){{0,8}}?[\w,'’&-]{{1,40}}|{_Q}+)/[\w,]*",
          _HEADING, _heading, item=True),
    _rule("]/", r"\[[^\[\]]*\]/\w+", _FIELD, item=True),
    _rule("/", rf"(?<={_Q})/[\w/,-]*", _HEADING),
    _rule("/", r"(?<![\w'’/-])(?:\*(?=[^\W\d_]))?[\w'’-]{1,80}/(?=[\s()|.]|$)", _HEADING, _heading, item=True),
    _rule("/",
          rf"\b[A-Z][\w'’-]{{0,80}}/(?:{_SUBHEADINGS})\b(?:,(?:{_SUBHEADINGS})\b)*", _HEADING, _heading, item=True),
    _rule("TO",
          r"(?:\b[A-Za-z_]{1,30}:)?[\[{][^\[\]{}]{0,80}\sTO\s[^\[\]{}]{0,80}[\]}]", "write a range as two comparisons:"
          " date>=2020-01-01 date<2021-01-01", None, item=True),
    _rule("[", rf"(?<=[\w*)?$.{_Q}])\[[A-Za-z~][^\[\]]{{0,80}}\]", _FIELD),
    _rule("[", rf"(?<![^\s)])\[(?i:{_TAGS})\]", _FIELD),
    _rule(".", rf"(?<=[\w)*?$#{_Q}])\.(?:[a-z]{{2,3}}(?:,\s?[a-z]{{2,3}})*|\([a-z_]+\))\.(?=[\s()|\[]|$)", _FIELD),
    _rule(".", rf"(?<=[)*?${_Q}])\.(?:{_SUFFIX})(?:,(?:{_SUFFIX}))*\.?{_AFTER}", _FIELD),
    _rule(".", rf"{_BEFORE}\.(?:{_SUFFIX})(?:,(?:{_SUFFIX}))*\.{_AFTER}", _FIELD),
    _rule(".", rf"(?<=[\w)*?${_Q}])\.(?:mp|tw|ti|ab)(?:,(?:{_SUFFIX}))*\.?{_AFTER}", _FIELD),
    _rule(":", rf"(?<=[\w)*?${_Q}]){_NOT_OURS}:(?:{_SUFFIX})(?:,(?:{_SUFFIX}))*{_AFTER}", _FIELD),
    _rule(":", rf"(?<={_Q}):(?=\S)", _FIELD),
    _rule("PUBYEAR PY ..",
          r"\bPUBYEAR\s*(?:>=|<=|>|<|=|AFT|BEF|IS)\s*\d{4}|\bPY\s?=\s?\(?\d{4}(?:-\d{4})?\)?|\b\d{4}\.\.\d{4}\b",
          "write years as days: date>=2020-01-01", _years, item=True),
    _rule(":", rf"{_BEFORE}(?i:before|after):[\d/-]+", "write days as date>=2020-01-01", _since, item=True),
    _rule("(", rf"(?<![^\s(])(?:{_NAMES})\s?(?=\((?!\s*\)))", _FIELD, _field),
    _rule("=",
          rf"(?<![^\s(])(?!(?i:votes|comments|stars|age|date)\s?=)[A-Za-z][A-Za-z-]{{1,14}}(?:=|\s=\s)(?=[\w({_Q}])",
          _FIELD, _field),
    _rule(f"( {_Q}", rf"(?<![^\s(])(?:TI|AB|TX|MH|MM|MJ|SU|KW|DE|AU|SO)\s+(?=[({_Q}])", _FIELD, _field),
    _rule(_NEARNESS, rf"({_SIDE})\s+{_PROXIMITY}\s+({_SIDE}){_AFTER}", _NEAR, _together, item=True),
    _rule(_NEARNESS,
          rf"(?<=[\w*?$)\]{_Q}]\s){_PROXIMITY}{_AFTER}|{_BEFORE}(?:(?i:near|onear|next|pre|within)/\d+|[WwPpNn]/\d+|"
          rf"adj\d+|AROUND\s?\(?\d+\)?){_AFTER}", _NEAR),
    _rule(f"( ) {_Q}", rf"(?<=[){_Q}]\s)[NWP]\d{{1,2}}{_AFTER}|{_BEFORE}[NWP]\d{{1,2}}(?=\s[({_Q}])", _NEAR),
    _rule("^", rf"(?<=[\w){_Q}*])\^\d*(?:\.\d+)?|{_BEFORE}\^", "no word weighs more than another here: leave ^ out"),
    _rule("~", rf"(?<=[{_Q}])\s+~(?=\d)", "~5 stands right behind the quotation mark", "~"),
    _rule("~", rf"(?<={_Q})~(?!\d)", "~ takes a number: \"a b\"~5"),
    _rule("~",
          rf"(?<=\w)~\d*(?:\.\d+)?{_AFTER}|{_BEFORE}~(?=\w)|{_BEFORE}~\d+{_AFTER}", "there is no search for similar"
          " spellings: leave ~ out; inflections are found anyway"),
    _rule("?", r"(?<![^\s(:])(?=[^\s()|?]{0,80}\w)[^\s()|?:/,;]{1,80}\?[^\s()|,;]{0,80}", _WILDCARD, _begun,
          item=True),
    _rule("$", r"(?<![^\s(:])[^\W_][\w'’-]*\$\d*\w*", _WILDCARD, _begun, item=True),
    _rule("#", r"(?<![^\s(:])[a-z]+#[a-z]+", _WILDCARD, _begun, item=True),
    _rule(", ;", r"\b(?:title|abstract|author|org|keyword|category|source|id):[^\s()|,;]++(?:[,;][^\s()|,;]++)+",
          "a field takes a group: title:(a OR b)", _listed, item=True),
    _rule(", ;", r"(?<=[^\s,;(|])(?:(?<!\d)[,;]+|[,;]+(?!\d))(?=\s*\S)", _COMMA, " OR "),
    _rule(", ;", r"(?<=[^\s,;(|])[,;]+\s*$", "no comma is needed at the end"),
    _rule("+", r"\+(?:AND|OR|NOT|ANDNOT)\+", "write blanks, not +: this is a piece of an address",
          lambda found, text: f" {text.strip('+').replace('ANDNOT', 'NOT')} "),
    _rule("%", r"(?<![^\s()|])[^\s()|%]*%(?:20|22|28|29|2B|3A)[^\s()|]*",
          "this is a piece of an address: write blanks and quotation marks themselves",
          lambda found, text: unquote(text.replace("+", " ")), item=True),
    _rule("{", r"\{[^{}\\]{0,200}\}", "write a phrase in quotation marks",
          lambda found, text: f'"{text[1:-1].strip()}"', item=True),
    _rule("||", r"\|\|", "write OR, or one |", "|"),
)  # fmt: skip
_NEEDS = frozenset().union(*(rule.needs for rule in _RULES))


def foreign(text: str) -> Iterator[tuple[Fault, bool]]:
    """What is not of our language, and whether it stood for something to look for; by rule, none twice."""
    masked = QUOTED.sub(lambda found: _Q * len(found[0]), text)
    lowered = masked.lower()
    there = {need for need in _NEEDS if need in lowered}
    for rule in (rule for rule in _RULES if not rule.needs.isdisjoint(there)) if there else ():
        spans = [found.span() for found in rule.pattern.finditer(masked)]
        for found in rule.pattern.finditer(masked) if spans else ():
            start, end = found.span()
            if start < end and _DONE not in found[0]:
                lead = len(found[0]) - len(found[0].lstrip())
                yield Fault(rule.hint, start + lead, start, end, rule.instead(found, text[start:end])), rule.item
        masked = _blanked(masked, spans)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], _DONE * (end - start)]
        done = end
    return "".join([*pieces, text[done:]]) if spans else text
